"""Whose rows a transaction may see: the second net under the scoped querysets.

Row-level security reads two settings that live exactly as long as the transaction:
`xinfeng.scope`, an int8multirange of division codes, and `xinfeng.person`, one's own id.
Unset means no rows. Nothing here is kept on the connection, so a pool cannot leak it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.models import Q
from psycopg import Cursor

Span = tuple[int, int]
P = ParamSpec("P")
T = TypeVar("T")

_EVERYTHING = ("{(,)}", "")
_NOTHING = ("", "")
_SETTING = (
    "SELECT set_config('xinfeng.scope', %s, true), set_config('xinfeng.person', %s, true)"
)
_PREPARED_AFTER = 5
_current: ContextVar[tuple[str, str] | None] = ContextVar("scope", default=None)


def reached(spans: Iterable[Span], column: str = "division_id") -> Q:
    """The first net: rows that carry a division within these spans; without spans none."""
    found = Q(pk__in=[])
    for lo, hi in spans:
        found |= Q(**{f"{column}__gte": lo, f"{column}__lt": hi})
    return found


@contextmanager
def whole_city() -> Iterator[None]:
    """For commands, jobs and aggregates: permission is asked by the code itself."""
    if _current.get() == _EVERYTHING and connection.in_atomic_block:
        # It is seen already; setting it again would cost two round trips and a savepoint.
        yield
        return
    with _scoped(_EVERYTHING):
        yield


@contextmanager
def reading(*, person_id: int | None, spans: Iterable[Span]) -> Iterator[None]:
    """For pages that show rows about people: own rows and those within the given spans."""
    ranges = ",".join(f"[{lo},{hi})" for lo, hi in spans)
    with _scoped((f"{{{ranges}}}", "" if person_id is None else str(person_id))):
        yield


@contextmanager
def whole_city_in_few_trips() -> Iterator[Cursor[Any]]:
    """`whole_city` for what thousands do at once: its statements travel together.

    Only the cursor may ask, and what the last statement meets is met at the end. Inside another
    transaction it is `whole_city` with a cursor that prepares.
    """
    if connection.in_atomic_block:
        with whole_city(), _preparing(connection.connection) as cursor:
            yield cursor
        return
    connection.ensure_connection()
    raw = connection.connection
    with connection.wrap_database_errors:
        try:
            with raw.pipeline(), _preparing(raw) as cursor:
                cursor.execute("BEGIN")
                cursor.execute(_SETTING, _EVERYTHING, prepare=True)
                yield cursor
                cursor.execute("COMMIT")
        except BaseException:
            raw.rollback()
            raise


@contextmanager
def _preparing(raw: Any) -> Iterator[Cursor[Any]]:
    """Django's cursors put values into the text, which would be planned anew each time."""
    # Django's setting of None forbids even what is wanted to be prepared.
    usual, raw.prepare_threshold = raw.prepare_threshold, _PREPARED_AFTER
    try:
        yield Cursor(raw)
    finally:
        raw.prepare_threshold = usual


def command(verb: Callable[P, T]) -> Callable[P, T]:
    """One transaction, in which the command sees the whole city and asks permission itself."""

    @wraps(verb)
    def in_one_transaction(*args: P.args, **kwargs: P.kwargs) -> T:
        # A command inside another one keeps a savepoint of its own.
        with transaction.atomic(), whole_city():
            return verb(*args, **kwargs)

    return in_one_transaction


@contextmanager
def _scoped(wanted: tuple[str, str]) -> Iterator[None]:
    outer = _current.get()
    # Inside a longer transaction the setting would outlive the scope that made it.
    outlived = connection.in_atomic_block
    with transaction.atomic():
        _set(wanted)
        token = _current.set(wanted)
        try:
            yield
        finally:
            _current.reset(token)
        # An error rolls the savepoint, and so the setting, back by itself.
        if outlived:
            _set(outer or _NOTHING)


def _set(wanted: tuple[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SETTING, wanted)


def policy_sql(table: str, *, person: str | tuple[str, ...] | None) -> tuple[str, str]:
    """SQL for a migration, forwards and backwards: rows of `table` follow the scope.

    `person` names the column, or the columns, of those who see the row as their own.
    """
    # As a sub-select each setting is read once a query, not once a row.
    scope = "(SELECT nullif(current_setting('xinfeng.scope', true), '')::int8multirange)"
    oneself = "(SELECT nullif(current_setting('xinfeng.person', true), '')::bigint)"
    within = f"division_id <@ {scope}"
    persons = (person,) if isinstance(person, str) else person or ()
    own = "".join(f" OR {column} = {oneself}" for column in persons)
    forwards = (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; "
        f"CREATE POLICY within_scope ON {table} USING ({within}{own})"
    )
    backwards = (
        f"DROP POLICY within_scope ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
    )
    return forwards, backwards
