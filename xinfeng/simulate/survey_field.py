"""What became of the households that were drawn: attempts, who answered, who asked them.

Rates are ours: about seven of ten households answer, as surveys at the door in use report it.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from xinfeng.surveys.models import FINAL, DayPart, Disposition

from .copy_binary import Flags
from .days import Days
from .errands import SECOND, Moments
from .ground import Ints
from .survey_draw import Taken

DISPOSITIONS = list(Disposition)
PARTS = list(DayPart)
# What the last attempt came to. Nobody at home after so many attempts: nobody comes again.
_LAST = {
    Disposition.COMPLETE: 0.71, Disposition.PARTIAL: 0.012, Disposition.REFUSAL: 0.085,
    Disposition.NOT_AT_HOME: 0.088, Disposition.UNABLE: 0.02, Disposition.LANGUAGE: 0.004,
    Disposition.NO_ACCESS: 0.026, Disposition.VACANT: 0.038, Disposition.NOT_A_HOME: 0.007,
    Disposition.NO_ADULT: 0.01,
}  # fmt: skip
MOST_ATTEMPTS = 4
_FIRST_TIME = [0.62, 0.25, 0.13]
_COME_AGAIN = 0.3
COMMUNITIES_EACH = 5
# An interview, and the way to the next door.
_BEGIN, _APART, _JITTER = 8 * 3600 + 1800, 2400, 600
_MIDDLE, _SPREAD = 470, 0.28


@dataclass(frozen=True)
class Field:
    """Per household, in the order of the sample."""

    # Index into DISPOSITIONS.
    outcome: Ints
    attempts: Ints
    done_on: Days
    # Index of the surveyor among those of the survey.
    surveyor: Ints
    # Of interviews: when they began, in UTC, and how long they took.
    started: Moments
    seconds: Ints
    adults: Ints

    def is_(self, *wanted: Disposition) -> Flags:
        return np.isin(self.outcome, [DISPOSITIONS.index(each) for each in wanted])

    @property
    def is_final(self) -> Flags:
        """Nobody comes again: it came to an end, or all attempts were made."""
        return self.is_(*FINAL) | (self.attempts >= MOST_ATTEMPTS)

    def kept_on(self, since: date) -> Days:
        """The day that a household keeps; of one that answered, the first day of the field.

        Its sheet keeps the true one, and a day on both sides would join them.
        """
        answered = self.is_(Disposition.COMPLETE, Disposition.PARTIAL)
        return np.asarray(np.where(answered, np.datetime64(since), self.done_on), "M8[D]")

    @property
    def surveyors(self) -> int:
        return int(self.surveyor.max()) + 1


def made(
    taken: Taken, since: date, until: date, offset_minutes: int, rng: np.random.Generator
) -> Field:
    n = len(taken)
    wanted = [DISPOSITIONS.index(each) for each in _LAST]
    outcome = rng.choice(wanted, n, p=list(_LAST.values()))
    attempts = 1 + rng.choice(len(_FIRST_TIME), n, p=_FIRST_TIME)
    used_up = np.isin(outcome, [DISPOSITIONS.index(d) for d in
                                (Disposition.NOT_AT_HOME, Disposition.NO_ACCESS)])  # fmt: skip
    attempts = np.where(used_up, MOST_ATTEMPTS, attempts)
    surveyor = surveyor_of(len(taken.chosen))[taken.community]
    days = (until - since).days
    first = np.datetime64(since) + attempts
    done = first + rng.integers(0, max(1, days - MOST_ATTEMPTS), n)
    started, seconds = _interviews(surveyor, done, offset_minutes, rng)
    adults = 1 + rng.choice(5, n, p=[0.2, 0.52, 0.18, 0.08, 0.02])
    return Field(outcome, attempts, done, surveyor, started, seconds, adults)


def surveyor_of(communities: int) -> Ints:
    """Of each community: dealt out, so that every surveyor works in several strata."""
    count = -(-communities // COMMUNITIES_EACH)
    return np.arange(communities) % count


def _interviews(
    surveyor: Ints, done: Days, offset_minutes: int, rng: np.random.Generator
) -> tuple[Moments, Ints]:
    """One after another on a surveyor's day, so that no two are at once."""
    n = len(surveyor)
    day = done.astype("M8[D]").astype(np.int64)
    order = np.lexsort((rng.random(n), day, surveyor))
    own, before = surveyor[order] * 10**6 + day[order], np.arange(n)
    begins = np.r_[True, own[1:] != own[:-1]]
    turn = before - np.maximum.accumulate(np.where(begins, before, 0))
    seconds = np.clip(rng.lognormal(np.log(_MIDDLE), _SPREAD, n), 150, 1500).astype(np.int64)
    local = np.empty(n, np.int64)
    local[order] = _BEGIN + turn * _APART + rng.integers(0, _JITTER, n)
    started = done.astype("M8[s]") + (local - 60 * offset_minutes) * SECOND
    return np.asarray(started, "M8[s]"), seconds


@dataclass(frozen=True)
class Tries:
    """Attempts, one after another; `unit` is the household's place in the sample."""

    unit: Ints
    outcome: Ints
    on: Days
    # Index into PARTS; the one behind them is none: of an attempt that was answered.
    part: Ints


def tries(field: Field, since: date, offset_minutes: int, rng: np.random.Generator) -> Tries:
    """The last attempt of each household, and before it nobody was at home, or had no time."""
    unit = np.repeat(np.arange(len(field.outcome)), field.attempts)
    ends = np.cumsum(field.attempts)
    back = ends[unit] - 1 - np.arange(len(unit))
    earlier = np.where(
        rng.random(len(unit)) < _COME_AGAIN,
        DISPOSITIONS.index(Disposition.COME_AGAIN),
        DISPOSITIONS.index(Disposition.NOT_AT_HOME),
    )
    outcome = np.where(back == 0, field.outcome[unit], earlier)
    local = field.started + 60 * offset_minutes * SECOND
    hour = (local - local.astype("M8[D]")).astype("m8[h]").astype(np.int64)
    part = np.select([hour < 12, hour < 18], [0, 1], 2)[unit]
    part = np.where(back == 0, part, rng.integers(0, len(PARTS), len(unit)))
    # Whoever was never reached was tried in the morning, too, and at last in the evening.
    silent = field.is_(Disposition.NOT_AT_HOME, Disposition.NO_ACCESS)[unit]
    part = np.where(silent & (back == 0), PARTS.index(DayPart.EVENING), part)
    part = np.where(silent & (back == MOST_ATTEMPTS - 1), PARTS.index(DayPart.MORNING), part)
    answered = (back == 0) & field.is_(Disposition.COMPLETE, Disposition.PARTIAL)[unit]
    part = np.where(answered, len(PARTS), part)
    on = np.where(answered, np.datetime64(since), field.done_on[unit] - back)
    return Tries(unit, outcome, np.asarray(on, "M8[D]"), part)
