"""One way to write a record down, so that everybody gets the same bytes (RFC 8785).

Records here hold whole numbers, texts, truth values, nothing, lists and mappings with plain
English keys. Within that the canonical form is sorted keys and no blanks; numbers with a
fraction are refused, because writing them is where implementations differ.
"""

import json
from collections.abc import Mapping
from typing import Any

# Beyond it a reader with floating-point numbers would see another number.
LARGEST_NUMBER = 2**53 - 1

_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode


def canonical(record: Mapping[str, Any]) -> bytes:
    """The bytes of a record; ValueError where they would not be the same everywhere."""
    _check(record)
    return _encode(record).encode()


def _check(value: object) -> None:
    # Asked of every record that is sealed, so the usual kinds come first.
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return
    if isinstance(value, int):
        if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
            raise ValueError(f"not a whole number that everybody writes alike: {value!r}")
    elif isinstance(value, dict):
        _check_members(value)
    elif isinstance(value, list):
        for inner in value:
            _check(inner)
    elif not isinstance(value, str):
        raise ValueError(f"not a whole number that everybody writes alike: {value!r}")


def _check_members(members: dict[Any, Any]) -> None:
    for key, value in members.items():
        if type(key) is not str or not key.isascii():
            raise ValueError(f"a key must be plain text: {key!r}")
        # The usual values are looked at here: a call for each costs as much as sealing.
        kind = type(value)
        if kind is not str and not (kind is int and abs(value) <= LARGEST_NUMBER):
            _check(value)
