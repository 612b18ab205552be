"""Whole numbers that visitors send, read leniently."""

from collections.abc import Iterable

# The largest number that the database knows has nineteen digits.
_DIGITS = 18


def number_in(text: str) -> int | None:
    """A whole number that can be one of ours; anything else is as if it were not there."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def numbers_in(texts: Iterable[str]) -> list[int]:
    return [number for text in texts if (number := number_in(text)) is not None]
