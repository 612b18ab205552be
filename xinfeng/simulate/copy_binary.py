"""Columns of numpy to PostgreSQL's COPY BINARY, without a Python step per row.

Every row is laid out at its greatest width in a matrix of bytes; what a shorter text or a NULL
does not use is left out by a mask of the same shape.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
# The number PostgreSQL gives the type of our arrays' texts.
_VARCHAR = 1043
_EPOCH = np.datetime64("2000-01-01")

Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Fixed:
    """A column of one width; `null` marks the rows without a value."""

    values: NDArray[Any]
    null: Flags | None = None


@dataclass(frozen=True)
class Text:
    """A column of text, put together from pieces: each a table and an index into it per row."""

    pieces: Sequence[tuple[NDArray[np.bytes_], NDArray[np.integer[Any]] | None]]
    null: Flags | None = None


@dataclass(frozen=True)
class Blob:
    """A column of arrays or documents as PostgreSQL holds them; zero bytes are part of them."""

    table: Bytes
    lengths: NDArray[np.int64]
    codes: NDArray[np.integer[Any]]
    null: Flags | None = None


Column = Fixed | Text | Blob


def integers(values: Any, width: int) -> Fixed:
    """Whole numbers of 2, 4 or 8 bytes; a masked array's masked ones are NULL."""
    null = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    return Fixed(np.ma.getdata(values).astype(f">i{width}"), null)


def booleans(values: NDArray[np.bool_]) -> Fixed:
    return Fixed(values.astype(np.uint8))


def dates(values: NDArray[np.datetime64]) -> Fixed:
    """Days; not-a-time is NULL."""
    days = (values.astype("M8[D]") - _EPOCH.astype("M8[D]")).astype("m8[D]").astype(np.int64)
    return Fixed(days.astype(">i4"), _nulls(values))


def moments(values: NDArray[np.datetime64]) -> Fixed:
    """Moments in UTC; not-a-time is NULL."""
    ticks = (values.astype("M8[us]") - _EPOCH.astype("M8[us]")).astype(np.int64)
    return Fixed(ticks.astype(">i8"), _nulls(values))


def texts(values: Sequence[str | None]) -> Text:
    """Texts of Python; None is NULL."""
    null = np.array([value is None for value in values], dtype=np.bool_)
    table = np.array([(value or "").encode() for value in values], dtype=np.bytes_)
    return Text([(table, None)], null if null.any() else None)


def coded(codes: NDArray[np.integer[Any]], values: Sequence[str]) -> Text:
    """One of a few texts per row."""
    return Text([(np.array([value.encode() for value in values]), codes)])


def sets(masks: NDArray[np.integer[Any]], names: Sequence[str]) -> Blob:
    """Arrays of texts: of each row the names whose bit is set, in their order."""
    own, codes = np.unique(masks, return_inverse=True)
    chosen = [
        [name.encode() for bit, name in enumerate(names) if mask >> bit & 1]
        for mask in own.tolist()
    ]
    return blobs([_array(texts) for texts in chosen], codes)


def documents(values: Sequence[Any], codes: NDArray[np.integer[Any]]) -> Blob:
    """One of a few documents (jsonb) per row."""
    return blobs([b"\x01" + json.dumps(v, ensure_ascii=False).encode() for v in values], codes)


def blobs(values: Sequence[bytes], codes: NDArray[np.integer[Any]]) -> Blob:
    """One of a few byte strings per row."""
    lengths = np.array([len(value) for value in values], dtype=np.int64)
    width = int(lengths.max(initial=1))
    padded = b"".join(value.ljust(width, b"\0") for value in values)
    return Blob(np.frombuffer(padded, np.uint8).reshape(-1, width), lengths, codes)


def _array(texts: Sequence[bytes]) -> bytes:
    """A one-dimensional array of varchar, or the empty one."""
    if not texts:
        return struct.pack(">iii", 0, 0, _VARCHAR)
    head = struct.pack(">iiiii", 1, 0, _VARCHAR, len(texts), 1)
    return head + b"".join(struct.pack(">i", len(text)) + text for text in texts)


def encode(columns: Sequence[Column], rows: int) -> bytes:
    """The rows as COPY BINARY wants them, without header and trailer."""
    if rows == 0:
        return b""
    parts: list[tuple[Bytes, Flags | None]] = [
        (_same(np.array([len(columns)], ">i2"), rows), None)
    ]
    for column in columns:
        parts += _parts(column, rows)
    return _without_gaps(parts, rows)


def _parts(column: Column, rows: int) -> list[tuple[Bytes, Flags | None]]:
    if isinstance(column, Fixed):
        return _fixed(column, rows)
    return _text(column, rows) if isinstance(column, Text) else _blob(column, rows)


def _nulls(values: NDArray[np.datetime64]) -> Flags | None:
    null = np.isnat(values)
    return null if null.any() else None


def _same(value: NDArray[Any], rows: int) -> Bytes:
    return np.broadcast_to(value.view(np.uint8), (rows, value.nbytes))


def _as_bytes(values: NDArray[Any]) -> Bytes:
    return np.ascontiguousarray(values).view(np.uint8).reshape(len(values), -1)


def _fixed(column: Fixed, rows: int) -> list[tuple[Bytes, Flags | None]]:
    values = _as_bytes(column.values)
    assert len(values) == rows, f"a column of {len(values)} rows in a table of {rows}"
    width = values.shape[1]
    if column.null is None:
        return [(_same(np.array([width], ">i4"), rows), None), (values, None)]
    lengths = np.where(column.null, -1, width).astype(">i4")
    used = np.broadcast_to(~column.null[:, None], values.shape)
    return [(_as_bytes(lengths), None), (values, used)]


def _text(column: Text, rows: int) -> list[tuple[Bytes, Flags | None]]:
    total = np.zeros(rows, dtype=np.int32)
    parts: list[tuple[Bytes, Flags | None]] = []
    for table, codes in column.pieces:
        letters = _as_bytes(table)
        # No text of ours holds a zero byte, so zeros are the padding.
        used = letters != 0
        width = used.sum(axis=1, dtype=np.int32)
        if codes is not None:
            letters, used, width = letters[codes], used[codes], width[codes]
        assert len(letters) == rows, f"a column of {len(letters)} rows in a table of {rows}"
        if column.null is not None:
            used = used & ~column.null[:, None]
        total += width
        parts.append((letters, used))
    lengths = total if column.null is None else np.where(column.null, -1, total)
    return [(_as_bytes(lengths.astype(">i4")), None), *parts]


def _blob(column: Blob, rows: int) -> list[tuple[Bytes, Flags | None]]:
    letters, lengths = column.table[column.codes], column.lengths[column.codes]
    assert len(letters) == rows, f"a column of {len(letters)} rows in a table of {rows}"
    if column.null is not None:
        lengths = np.where(column.null, -1, lengths)
    used = np.arange(letters.shape[1])[None, :] < lengths[:, None]
    return [(_as_bytes(lengths.astype(">i4")), None), (letters, used)]


def _without_gaps(parts: list[tuple[Bytes, Flags | None]], rows: int) -> bytes:
    matrix = np.concatenate([part for part, _ in parts], axis=1)
    if all(used is None or used.all() for _, used in parts):
        return matrix.tobytes()
    mask = np.ones(matrix.shape, dtype=np.bool_)
    at = 0
    for part, used in parts:
        if used is not None:
            mask[:, at : at + part.shape[1]] = used
        at += part.shape[1]
    return matrix[mask].tobytes()
