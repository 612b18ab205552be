"""What residents answered, told by the room that asks them to rooms that may not read it.

    asked.tells(Told())

A standard's line names a question and a share; whether it is met is read off the interval.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The share of those with an opinion who are satisfied, and all that stands beside it.

    `value`, `low` and `high` from 0 to 1; None: not known, or not given out. `note` says in
    words what a number must not be read without.
    """

    question: str
    value: float | None
    low: float | None
    high: float | None
    # Answered with an opinion.
    n: int
    survey: str
    until: date
    # What the answers are about.
    year: int
    # The page with the results.
    href: str
    note: str | Promise = ""

    def meets(self, least: float) -> bool | None:
        """Whether so many are satisfied; None if the interval straddles it or is not there."""
        if self.low is None or self.high is None:
            return None
        if self.low >= least:
            return True
        return False if self.high < least else None


class Tells(Protocol):
    """What the room that asks offers."""

    def newest(
        self, questions: Collection[str], division_id: int, as_of: date
    ) -> Mapping[str, Answered]: ...

    def years(self, question: str, division_id: int) -> Sequence[Answered]: ...


_tells: list[Tells] = []


def tells(told: Tells) -> Tells:
    _tells.append(told)
    return told


def newest(questions: Collection[str], division_id: int, as_of: date) -> dict[str, Answered]:
    """By question what the residents of a division answered last before the day."""
    found: dict[str, Answered] = {}
    for each in _tells if questions else ():
        found |= each.newest(questions, division_id, as_of)
    return found


def years(question: str, division_id: int) -> list[Answered]:
    """What they answered in every survey of the newest one's series, the earliest first."""
    return [row for each in _tells for row in each.years(question, division_id)]
