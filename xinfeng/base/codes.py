"""Arithmetic of 12-digit division codes (统计用区划代码): the code is the path in the tree.

City 430400000000 · county 430405000000 · township 430405007000 · village 430405007006. What
lies under a division is a range of whole numbers, so a scope needs no tree and no recursion.
"""

from enum import IntEnum


class Level(IntEnum):
    CITY = 1
    COUNTY = 2
    TOWNSHIP = 3
    VILLAGE = 4


UNIT = {Level.CITY: 10**8, Level.COUNTY: 10**6, Level.TOWNSHIP: 10**3, Level.VILLAGE: 1}
DIGITS = {Level.CITY: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}


def pad(short: str) -> int:
    """`4304` → 430400000000; ValueError when it is no code of 4, 6, 9 or 12 digits."""
    text = short.strip()
    if not (text.isascii() and text.isdigit()) or len(text) not in DIGITS.values():
        raise ValueError(f"{short!r} is not a division code of 4, 6, 9 or 12 digits")
    return int(text.ljust(12, "0"))


def level_of(code: int) -> Level:
    """The level that the trailing zeros say."""
    return next(level for level in Level if code % UNIT[level] == 0)


def span(code: int, level: Level) -> tuple[int, int]:
    """Half-open range of all codes at or under a division."""
    lo = code // UNIT[level] * UNIT[level]
    return lo, lo + UNIT[level]


def parent(code: int, level: Level) -> int | None:
    """The division one level up; None above the city."""
    if level is Level.CITY:
        return None
    unit = UNIT[Level(level - 1)]
    return code // unit * unit


def ancestors(code: int, level: Level) -> list[int]:
    """From the city down to the division's parent."""
    return [code // UNIT[above] * UNIT[above] for above in Level if above < level]


def short(code: int, level: Level) -> str:
    """430405000000 → `430405`."""
    return str(code)[: DIGITS[level]]
