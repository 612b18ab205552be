"""The way of made rows into the database: one transaction of the owner, one COPY per chunk."""

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

import numpy as np
from django.db import models
from psycopg import Connection, sql

from . import copy_binary
from .copy_binary import Blob, Column, Fixed, Text

Progress = Callable[[str, float, int], None]

_ROWS_AT_ONCE = 400_000
# So many rows are laid out at a time: their matrix stays in the processor's cache, and memory
# for it is not asked of the system, page by page, again and again.
_ROWS_LAID_OUT = 20_000
_INTEGERS = {
    "BigAutoField": 8,
    "BigIntegerField": 8,
    "PositiveBigIntegerField": 8,
    "ForeignKey": 8,
    "OneToOneField": 8,
    "IntegerField": 4,
    "PositiveIntegerField": 4,
    "SmallIntegerField": 2,
    "PositiveSmallIntegerField": 2,
}


class Loader:
    """Sends tables to the database while the next ones are being made.

    A thread of its own encodes and copies: numpy and the socket both let the maker go on.
    """

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.rows: dict[str, int] = {}
        self.seconds: dict[str, float] = {}
        self._waiting: queue.Queue[tuple[type[models.Model], dict[str, Any], int] | None]
        self._waiting = queue.Queue(maxsize=2)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="simulate-copy", daemon=True)

    def __enter__(self) -> "Loader":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._failure = self._failure or error
        self._waiting.put(None)
        self._thread.join()
        if kind is None:
            self._raise()

    def add(self, model: type[models.Model], values: Mapping[str, Any]) -> None:
        """Rows of a model: an array (or one value for all) per column, by the field's name."""
        rows = max(
            len(value) for value in values.values() if isinstance(value, (np.ndarray, list))
        )
        wanted = {field.attname for field in _fields(model) if _must_be_given(field)}
        assert wanted <= values.keys(), f"{wanted - values.keys()} of {model} are missing"
        columns = {
            field.attname: values[field.attname]
            for field in _fields(model)
            if field.attname in values
        }
        assert columns.keys() == values.keys(), f"{values.keys() - columns.keys()}: no columns"
        for first in range(0, rows, _ROWS_AT_ONCE):
            part = slice(first, min(first + _ROWS_AT_ONCE, rows))
            chunk = {name: _cut(value, part) for name, value in columns.items()}
            self._raise()
            self._waiting.put((model, chunk, part.stop - part.start))

    def _work(self) -> None:
        while (task := self._waiting.get()) is not None:
            # After a failure the queue is only emptied, so that the maker never hangs.
            if self._failure is None:
                try:
                    self._copy(*task)
                except BaseException as error:  # handed to the maker's thread
                    self._failure = error

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _copy(self, model: type[models.Model], values: dict[str, Any], rows: int) -> None:
        started = time.perf_counter()
        table = model._meta.db_table
        fields = [field for field in _fields(model) if field.attname in values]
        names = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
        copying = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary, FREEZE)")
        statement = copying.format(sql.Identifier(table), names)
        with self.db.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(copy_binary.HEADER)
            for first in range(0, rows, _ROWS_LAID_OUT):
                part = slice(first, min(first + _ROWS_LAID_OUT, rows))
                copy.write(_laid_out(fields, values, part))
            copy.write(copy_binary.TRAILER)
        self.rows[table] = self.rows.get(table, 0) + rows
        self.seconds[table] = self.seconds.get(table, 0) + time.perf_counter() - started


def _laid_out(
    fields: Sequence["models.Field[Any, Any]"], values: Mapping[str, Any], part: slice
) -> bytes:
    rows = part.stop - part.start
    columns = [_column(field, _cut(values[field.attname], part), rows) for field in fields]
    return copy_binary.encode(columns, rows)


def after_copy(db: Connection, model: type[models.Model]) -> None:
    """Let the next id follow the highest one given here."""
    table, key = model._meta.db_table, str(model._meta.pk.column)
    found = db.execute("SELECT pg_get_serial_sequence(%s, %s)", (table, key)).fetchone()
    assert found
    if found[0] is not None:
        statement = sql.SQL(
            "SELECT setval(%s, coalesce((SELECT max({}) FROM {}), 0) + 1, false)"
        )
        db.execute(statement.format(sql.Identifier(key), sql.Identifier(table)), (found[0],))


def _fields(model: type[models.Model]) -> list["models.Field[Any, Any]"]:
    return list(model._meta.local_concrete_fields)


def _must_be_given(field: "models.Field[Any, Any]") -> bool:
    """Neither may it be unknown nor does the database fill it in."""
    return not field.null and field.db_default is models.NOT_PROVIDED


def _is_many(value: Any) -> bool:
    return isinstance(value, (np.ndarray, list, Fixed, Text, Blob))


def _cut(value: Any, part: slice) -> Any:
    if isinstance(value, Text):
        pieces = [
            (table[part], None) if codes is None else (table, codes[part])
            for table, codes in value.pieces
        ]
        return Text(pieces, None if value.null is None else value.null[part])
    if isinstance(value, Fixed):
        null = None if value.null is None else value.null[part]
        return Fixed(value.values[part], null)
    if isinstance(value, Blob):
        null = None if value.null is None else value.null[part]
        return Blob(value.table, value.lengths, value.codes[part], null)
    return value[part] if _is_many(value) else value


def _column(field: "models.Field[Any, Any]", value: Any, rows: int) -> Column:
    if isinstance(value, (Fixed, Text, Blob)):
        return value
    kind = field.get_internal_type()
    if value is None:
        return Fixed(np.zeros((rows, 0), np.uint8), np.ones(rows, np.bool_))
    if kind in {"UUIDField", "BinaryField"}:
        return copy_binary.Fixed(value)
    if kind in _INTEGERS:
        return copy_binary.integers(_spread(value, rows), _INTEGERS[kind])
    if kind == "DateField":
        return copy_binary.dates(_spread(value, rows))
    if kind == "DateTimeField":
        return copy_binary.moments(_spread(value, rows))
    if kind == "BooleanField":
        return copy_binary.booleans(_spread(value, rows))
    assert kind in {"CharField", "SlugField", "TextField"}, f"no way to copy a {kind}"
    if isinstance(value, str):
        return copy_binary.coded(np.zeros(rows, np.uint8), [value])
    return copy_binary.texts(value)


def _spread(value: Any, rows: int) -> Any:
    return value if isinstance(value, np.ndarray) else np.full(rows, value)
