"""One adult of a household, without leaving it to who opens the door.

Last birthday: Salmon and Nichols (1983), Public Opinion Quarterly 47. Order of the list: Kish
(1949), "A procedure for objective respondent selection within the household", JASA 44; his
eight printed tables only come near to equal chances in large households, so the SHA-256 number
of the household takes their place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from xinfeng.base.sampling import number, start


@dataclass(frozen=True)
class Adult:
    """A line of the list made at the door: no name is needed."""

    age: int
    is_man: bool


@dataclass(frozen=True)
class Birthday:
    month: int
    day: int


def by_kish(adults: Sequence[Adult], household: str, seed: str) -> tuple[int, Fraction]:
    """Which adult, and the chance: men from the oldest, then women from the oldest."""
    if not adults:
        raise ValueError("nobody of this household can be asked")
    listed = sorted(range(len(adults)), key=lambda i: (not adults[i].is_man, -adults[i].age, i))
    return listed[start(seed, household, len(adults))], Fraction(1, len(adults))


def by_birthday(
    birthdays: Sequence[Birthday], asked_on: date, household: str, seed: str
) -> tuple[int, Fraction]:
    """Who last had a birthday on the day of asking or before; twins by their number."""
    if not birthdays:
        raise ValueError("nobody of this household can be asked")
    days = [_days_since(birthday, asked_on) for birthday in birthdays]
    nearest = [place for place, since in enumerate(days) if since == min(days)]
    chosen = min(nearest, key=lambda place: number(seed, f"{household}\t{place}"))
    return chosen, Fraction(1, len(birthdays))


def _days_since(birthday: Birthday, asked_on: date) -> int:
    today = (asked_on.month, asked_on.day)
    year = asked_on.year if (birthday.month, birthday.day) <= today else asked_on.year - 1
    # Whoever is born on the last day of February of a leap year has it then in other years too.
    leap = (birthday.month, birthday.day) == (2, 29) and not _is_leap(year)
    return (asked_on - date(year, birthday.month, 28 if leap else birthday.day)).days


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
