"""How checked-in minutes become points: pure steps on one person's book.

Whole points are made of all minutes counted, so that no quarter of an hour is lost:
points × minutes a point + spare minutes = minutes counted, whatever came and went.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

Month = tuple[int, int]


@dataclass(frozen=True)
class Rates:
    minutes_a_point: int
    points_a_month: int


@dataclass
class Owed:
    """What is still owed of one debt."""

    debt_id: int
    points: int


@dataclass
class Book:
    """One person's points while credits are counted."""

    balance: int
    spare_minutes: int
    owed: list[Owed] = field(default_factory=list)
    months: dict[Month, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Counted:
    """What one credit did: minutes counted, points gained or lost, and how it was settled."""

    minutes: int
    points: int
    # (debt, points) paid out of what was gained.
    paid: Sequence[tuple[int, int]] = ()
    # Of what was lost: from the balance, and no longer there.
    taken: int = 0
    missing: int = 0


def gain(book: Book, minutes: int, on: date, rates: Rates) -> Counted:
    """A valid credit: up to the month's cap, and debts first."""
    month = (on.year, on.month)
    room = rates.points_a_month * rates.minutes_a_point - book.months.get(month, 0)
    counted = max(0, min(minutes, room))
    points = _count(book, counted, month, rates)
    book.balance += points
    paid: list[tuple[int, int]] = []
    for owed in book.owed:
        pays = min(owed.points, points - sum(part for _, part in paid))
        if pays > 0:
            owed.points -= pays
            book.balance -= pays
            paid.append((owed.debt_id, pays))
    return Counted(counted, points, paid)


def lose(book: Book, minutes: int, on: date, rates: Rates) -> Counted:
    """A reversal: exactly the minutes that the reversed credit had counted go again."""
    points = _count(book, -minutes, (on.year, on.month), rates)
    taken = min(book.balance, -points)
    book.balance -= taken
    return Counted(-minutes, points, taken=taken, missing=-points - taken)


def _count(book: Book, minutes: int, month: Month, rates: Rates) -> int:
    points, book.spare_minutes = divmod(book.spare_minutes + minutes, rates.minutes_a_point)
    book.months[month] = book.months.get(month, 0) + minutes
    return points
