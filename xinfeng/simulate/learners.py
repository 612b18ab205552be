"""Who enrols for a class, who waits, who comes to which evening, and what they say of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import days
from .activities import Grounds, offset_minutes
from .classes import OVER, PUBLISHED, OneClass
from .errands import BOOKED, LEFT, NO_SHOW, Came, Moments
from .ground import Ints
from .scale import Chance

ENROLLED, WAITING, CANCELLED, LAPSED = range(4)
STATES = ["ENROLLED", "WAITING", "CANCELLED", "LAPSED"]
SECOND = np.timedelta64(1, "s")
_YOUNGEST_DAYS = 16 * 366
_GIVES_BACK = 0.05
_LATE_S, _EARLY_S = 240, 180


@dataclass(frozen=True)
class Enrolments:
    """By row, in the order of asking within each class."""

    of: Ints
    person: Ints
    state: Ints
    asked: Moments
    closed: Moments

    def __len__(self) -> int:
        return len(self.of)


class Neighbours:
    """Everybody who might learn, by home, so that a class draws from around its place."""

    def __init__(self, on: Grounds, busy: Ints) -> None:
        people = on.people
        fits = np.isnat(people.left) & ~np.isnat(people.registered)
        fits &= people.born < days.TODAY - _YOUNGEST_DAYS
        fits[busy] = False
        fits[: people.officials] = False
        fits[list(people.cast)] = False
        own = np.flatnonzero(fits)
        self.order = own[np.argsort(people.homes[own], kind="stable")]
        self.homes = people.homes[self.order]
        self.ground, self.registered = on.ground, people.registered
        # Until when somebody is in another class.
        self.until = np.full(len(people), days.FIRST_DAY)

    def drawn(
        self, division: int, n: int, first: np.datetime64, last: np.datetime64,
        rng: np.random.Generator,
    ) -> Ints:  # fmt: skip
        """So many of the village, then of the township, then of the county."""
        found: list[int] = []
        for unit in (1, 10**3, 10**6):
            lo, hi = self.ground.spans(np.array([division]), np.array([unit]))
            a, b = np.searchsorted(self.homes, [lo[0], hi[0]])
            if b - a > 4 * n:
                pool = self.order[rng.integers(a, b, 3 * n)]
            else:
                pool = rng.permutation(self.order[a:b])
            fresh = (self.until[pool] < first) & (self.registered[pool] < first - 25)
            pool = pool[fresh]
            _, own = np.unique(pool, return_index=True)
            # Each place draws more from next door than it could fill.
            own = np.sort(own)[: n - len(found)]
            found += pool[own].tolist()
            self.until[pool[own]] = last
            if len(found) >= n:
                break
        return np.array(found, dtype=np.int64)


def enrolled(
    classes: list[OneClass], published: Moments, on: Grounds, busy: Ints, chance: Chance
) -> Enrolments:
    """Those who asked for each class that was published, in order."""
    rng = chance("enrolments")
    around = Neighbours(on, busy)
    now = _at(on, days.TODAY, 470)
    parts: list[tuple[Ints, Ints, Ints, Moments, Moments]] = []
    for index, one in enumerate(classes):
        if one.state not in {OVER, PUBLISHED}:
            continue
        last_call = min(_at(on, one.first_on, 1080), now)
        wanted = _wanted(one, published[index], now, rng)
        division = int(on.places.divisions[one.place])
        person = around.drawn(division, wanted, one.first_on, one.dates[-1], rng)
        open_s = max(int((last_call - published[index]) / SECOND), 60)
        asked = published[index] + np.sort(rng.integers(0, open_s, len(person))) * SECOND
        parts.append(_in_order(index, one, person, asked, last_call, rng))
    if not parts:
        none, never = np.zeros(0, dtype=np.int64), np.zeros(0, "M8[s]")
        return Enrolments(none, none, none, never, never)
    return Enrolments(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _wanted(
    one: OneClass, published: np.datetime64, now: np.datetime64, rng: np.random.Generator
) -> int:
    """Some classes are overrun, some stay half empty; a new one fills day by day."""
    share = float(np.clip(rng.normal(0.86, 0.24), 0.3, 1.3))
    if one.first_on > days.TODAY:
        days_open = max(float((now - published) / np.timedelta64(86_400, "s")), 0.05)
        share *= min(1.0, 0.25 + days_open / 10)
    return max(3, round(one.quota * share))


def _in_order(
    index: int, one: OneClass, person: Ints, asked: Moments, last_call: np.datetime64,
    rng: np.random.Generator,
) -> tuple[Ints, Ints, Ints, Moments, Moments]:  # fmt: skip
    n = len(person)
    gave_back = rng.random(n) < _GIVES_BACK
    rank = np.cumsum(~gave_back) - 1
    state = np.where(gave_back, CANCELLED, np.where(rank < one.quota, ENROLLED, WAITING))
    closed = np.full(n, np.datetime64("NaT", "s"))
    closed[gave_back] = np.minimum(asked[gave_back] + 7200 * SECOND, last_call)
    if one.state == OVER:
        lapsed = state == WAITING
        state[lapsed] = LAPSED
        closed[lapsed] = one.dates[-1].astype("M8[s]") + 14 * 3600 * SECOND
    return np.full(n, index), person, state, asked, np.maximum(closed, asked)


def came(
    enrolments: Enrolments, session_of: list[Ints], starts: Moments, minutes: Ints,
    past: NDArray[np.bool_], rng: np.random.Generator,
) -> Came:  # fmt: skip
    """A place on each evening of the class; most come, and fewer towards the end.

    `session_of` gives each class's activities, in order; called-off ones are left out.
    """
    rows = np.flatnonzero(enrolments.state == ENROLLED)
    count = np.array([len(session_of[k]) for k in enrolments.of[rows]], dtype=np.int64)
    row = np.repeat(rows, count)
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    of = np.array(
        [session_of[k][i] for k, i in zip(enrolments.of[row], number, strict=True)],
        dtype=np.int64,
    )
    keen = rng.beta(6, 2.0, len(enrolments))[row]
    comes = rng.random(len(row)) < keen * 0.985**number
    state = np.where(past[of], np.where(comes, LEFT, NO_SHOW), BOOKED)
    order = np.argsort(of, kind="stable")
    of, row, state = of[order], row[order], state[order]
    n = len(of)
    late = np.minimum(rng.exponential(_LATE_S, n), 900).astype(np.int64)
    early = np.minimum(rng.exponential(_EARLY_S, n), 900).astype(np.int64)
    return Came(
        of=of,
        person=enrolments.person[row],
        state=state,
        is_learner=np.ones(n, np.bool_),
        arrived=starts[of] - 300 * SECOND + late * SECOND,
        left=starts[of] + (minutes[of] * 60 - early) * SECOND,
        earned=np.zeros(n, dtype=np.int64),
        by_code=rng.random(n) < 0.45,
    )


def _at(on: Grounds, day: np.datetime64, minute: int) -> np.datetime64:
    seconds = 60 * (minute - offset_minutes(on.ground))
    moment: np.datetime64 = day.astype("M8[s]") + np.timedelta64(seconds, "s")
    return moment
