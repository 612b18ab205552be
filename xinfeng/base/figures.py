"""The vocabulary of figures: every number the city publishes is declared here by its room.

A figure IS a set of rows. Its `sql` selects

    row_id bigint · unit_id bigint · division_id bigint · starts_on date · ends_on date|null
    numerator bigint · denominator bigint|null · label text

and its value is the sum over those rows, so the number and the rows behind it cannot differ.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise

from .asked import Answered

Text = str | Promise
Span = tuple[int, int]


class Time(StrEnum):
    """How a row counts: as of a day, within a window, or as the query itself judges."""

    STOCK = "stock"
    FLOW = "flow"
    STATE = "state"


class Missing(StrEnum):
    """What no rows mean: none of it, or that nobody knows."""

    ZERO = "zero"
    NOT_KNOWN = "not_known"


class Grain(StrEnum):
    PLACE = "place"
    TEAM = "team"
    DIVISION = "division"
    # A responsible unit, and a class of reports; `unit_id` 0: none yet, or of no class.
    UNIT = "unit"
    CLASS = "class"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One declared figure; `subject` is the model label its row ids belong to."""

    name: str
    title: Text
    unit: Text
    definition: Text
    grain: Grain
    time: Time
    sql: str
    subject: str
    ratio: bool = False
    # The middle one of the rows' numbers instead of their sum. It cannot be put together from
    # parts, so it is never rolled up: each answer is counted from the rows.
    median: bool = False
    missing: Missing = Missing.ZERO
    personal: bool = False
    # For a state that costs much to judge: SQL of its sums on so many days at once, %(day0)s,
    # %(day1)s …, the earliest first: division_id, as_of, numerator, denominator, rows.
    over_days: Callable[[int], str] | None = None
    # Whole minutes, shown to people as hours.
    in_minutes: bool = False
    # Which way is better; "": neither.
    good: Literal["up", "down", ""] = "up"
    # A row's division or day depends on rows elsewhere, so no part can be recounted alone.
    as_a_whole: bool = False
    # Of an estimate: what stands beside its value, by division and day, and year by year.
    interval: Callable[[int, date], Answered | None] | None = None
    years: Callable[[int], Sequence[Answered]] | None = None
    # Another figure, by the same rows' units, without which this one would say too much.
    beside: str = ""
    version: int = 1


class Window(NamedTuple):
    """Half-open days: since ≤ day < until; stocks are read as of its last day."""

    since: date
    until: date

    @property
    def as_of(self) -> date:
        return self.until - timedelta(days=1)

    @classmethod
    def ending(cls, as_of: date, *, days: int = 365) -> "Window":
        return cls(as_of + timedelta(days=1 - days), as_of + timedelta(days=1))


class Value(NamedTuple):
    """A figure's value with what it stands on; None is "not known"."""

    numerator: int | None
    denominator: int | None
    rows: int

    @property
    def share(self) -> float | None:
        if not self.denominator or self.numerator is None:
            return None
        return self.numerator / self.denominator


class Row(NamedTuple):
    row_id: int
    unit_id: int
    division_id: int
    starts_on: date
    ends_on: date | None
    numerator: int
    denominator: int | None
    label: str


class UnknownFigure(LookupError):
    """Asked for a figure that no room declares."""


_declared: dict[str, Figure] = {}


def declare(figure: Figure) -> Figure:
    assert figure.name not in _declared, f"figure {figure.name} is declared twice"
    _declared[figure.name] = figure
    return figure


def get(name: str) -> Figure:
    try:
        return _declared[name]
    except KeyError:
        known = ", ".join(sorted(_declared))
        raise UnknownFigure(f"no figure is called {name!r}; there are: {known}") from None


def declared() -> list[Figure]:
    return sorted(_declared.values(), key=lambda figure: figure.name)


_COUNTS = {
    Time.STOCK: ("r.starts_on <= %(as_of)s AND (r.ends_on IS NULL OR r.ends_on > %(as_of)s)"),
    Time.FLOW: "r.starts_on >= %(since)s AND r.starts_on < %(until)s",
    Time.STATE: "true",
}


def rows_sql(figure: Figure) -> str:
    """The figure's rows that count in a window; parameters: since, until, as_of, zone."""
    return f"SELECT r.* FROM ({figure.sql}) r WHERE {_COUNTS[figure.time]}"


def parameters(window: Window, **more: Any) -> dict[str, Any]:
    return {
        "since": window.since,
        "until": window.until,
        "as_of": window.as_of,
        # The city's own, in which a moment becomes a day.
        "zone": timezone.get_default_timezone_name(),
        **more,
    }


def value(
    name: str, window: Window, *, span: Span | None = None, unit_id: int | None = None
) -> Value:
    """The figure within a span of divisions or for one unit; run inside a scope."""
    figure = get(name)
    where, more = _within(span, unit_id)
    sql = f"SELECT {_together(figure)} FROM ({rows_sql(figure)}) v {where}"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(window, **more))
        return known(figure, Value(*cursor.fetchone()))


def by_unit(name: str, window: Window, *, span: Span | None = None) -> dict[int, Value]:
    """The figure of each unit that has any rows, at once; run inside a scope."""
    return _grouped(get(name), window, "v.unit_id", span)


def by_area(
    name: str, window: Window, size: int, *, span: Span | None = None
) -> dict[int, Value]:
    """The figure of each division of a level: so many codes lie under one of them."""
    return _grouped(get(name), window, f"v.division_id / {int(size)} * {int(size)}", span)


def _grouped(figure: Figure, window: Window, key: str, span: Span | None) -> dict[int, Value]:
    where, more = _within(span, None)
    sql = (
        f"SELECT {key}, {_together(figure)} FROM ({rows_sql(figure)}) v {where}"
        " GROUP BY 1 ORDER BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(window, **more))
        return {of: Value(*value) for of, *value in cursor.fetchall()}


def _together(figure: Figure) -> str:
    """What the rows are together."""
    if figure.median:
        middle = "percentile_disc(0.5) WITHIN GROUP (ORDER BY v.numerator)"
        return f"({middle})::bigint, NULL::bigint, count(*)"
    return "sum(v.numerator)::bigint, sum(v.denominator)::bigint, count(*)"


def known(figure: Figure, value: Value) -> Value:
    """Apply what missing rows mean: zero for a count that says so, otherwise not known."""
    if value.rows == 0 and figure.missing is Missing.ZERO:
        return Value(0, 0 if figure.ratio else None, 0)
    return value


def rows(
    name: str,
    window: Window,
    *,
    span: Span | None = None,
    unit_id: int | None = None,
    after: tuple[int, date, int] | None = None,
    limit: int = 50,
) -> list[Row]:
    """One page of the rows behind a figure, in key order (division, day, row)."""
    where, more = _within(span, unit_id)
    if after is not None:
        glue = "AND" if where else "WHERE"
        where += f" {glue} (v.division_id, v.starts_on, v.row_id) > (%(d)s, %(s)s::date, %(r)s)"
        more |= dict(zip("dsr", after, strict=True))
    sql = (
        "SELECT v.row_id, v.unit_id, v.division_id, v.starts_on, v.ends_on, v.numerator,"
        f" v.denominator, v.label FROM ({rows_sql(get(name))}) v {where}"
        " ORDER BY v.division_id, v.starts_on, v.row_id LIMIT %(limit)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(window, limit=limit, **more))
        return [Row(*row) for row in cursor.fetchall()]


def every_row(
    name: str, window: Window, *, span: Span | None = None, unit_id: int | None = None
) -> Iterator[Row]:
    """All rows behind a figure, page by page; for downloads."""
    after: tuple[int, date, int] | None = None
    while page := rows(name, window, span=span, unit_id=unit_id, after=after, limit=2000):
        yield from page
        last = page[-1]
        after = (last.division_id, last.starts_on, last.row_id)


def _within(span: Span | None, unit_id: int | None) -> tuple[str, dict[str, Any]]:
    conditions: list[str] = []
    more: dict[str, Any] = {}
    if span is not None:
        conditions.append("v.division_id >= %(lo)s AND v.division_id < %(hi)s")
        more |= {"lo": span[0], "hi": span[1]}
    if unit_id is not None:
        conditions.append("v.unit_id = %(unit)s")
        more["unit"] = unit_id
    return ("WHERE " + " AND ".join(conditions) if conditions else ""), more
