"""How often a household is tried before it counts as not reached. Pure: no database.

At least four tries, one of them in the evening or at the weekend, each on a day of its own:
European Social Survey, Round 9 Survey Specification for Participating Countries (2017), 9.3.
Tries on one day, or only in office hours, find the same people not at home again and again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

LEAST_DAYS = 4
LEAST_PARTS = 2
EVENING = "EVENING"
SATURDAY = 5


@dataclass(frozen=True)
class Try:
    on: date
    # One of `DayPart`.
    part: str


def is_used_up(tries: Iterable[Try]) -> bool:
    """Whether enough was tried: days, parts of the day, and a time when people are at home."""
    made = list(tries)
    at_home = any(each.part == EVENING or each.on.weekday() >= SATURDAY for each in made)
    return (
        at_home
        and len({each.on for each in made}) >= LEAST_DAYS
        and len({each.part for each in made}) >= LEAST_PARTS
    )
