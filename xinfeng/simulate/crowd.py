"""Who comes: a ticket drum sorted by home, in which busy people have more tickets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import days
from .activities import Activities
from .ground import Ground, Ints, units_of
from .people import People
from .scale import Chance

# With this shape about a fifth of the registered serve in a month, few of them often.
_SHAPE = 0.45
_TICKETS = 8.0
_ENOUGH_AT_HOME = 150
_UNITS = [1, 10**3, 10**6, 10**8]
_ROUNDS = 80
_ADULT_DAYS = 18 * 366


@dataclass(frozen=True)
class Crowd:
    """Tickets (person indexes) by home village; `first` is each village's first ticket."""

    tickets: NDArray[np.int32]
    first: Ints
    people: People
    ground: Ground
    # Chance to draw from village, town and county.
    reach: tuple[float, float, float]

    def spans(self, divisions: Ints, units: Ints) -> tuple[Ints, Ints]:
        """First ticket and number of tickets at or under each division."""
        lo, hi = self.ground.spans(divisions, np.maximum(units, units_of(divisions)))
        return self.first[lo], self.first[hi] - self.first[lo]


def made(ground: Ground, people: People, stars: Ints, chance: Chance) -> Crowd:
    rng = chance("crowd")
    eager = rng.gamma(_SHAPE, _TICKETS / _SHAPE, len(people)) + rng.random(len(people))
    count = np.floor(eager).astype(np.int64)
    # The most active have their own calendar, see regulars.
    count[stars] = 0
    count[np.isnat(people.registered)] = 0
    order = np.argsort(people.homes, kind="stable").astype(np.int32)
    tickets = np.repeat(order, count[order])
    by_village = np.bincount(people.homes, weights=count, minlength=len(ground.villages))
    first = np.r_[0, np.cumsum(by_village)].astype(np.int64)
    crowded = len(people) > _ENOUGH_AT_HOME * len(ground.villages)
    return Crowd(
        tickets, first, people, ground, (0.4, 0.35, 0.25) if crowded else (0, 0.6, 0.4)
    )


def regulars(
    people: People, activities: Activities, ground: Ground, who: Ints, quotas: Ints,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:  # fmt: skip
    """(activity, person) of the most active: on many days, one activity a day."""
    held = np.arange(activities.held)
    county = activities.divisions[: len(held)] // 10**6
    day = activities.day[: len(held)].astype(np.int64)
    by_county = {c: held[county == c] for c in np.unique(county).tolist()}
    pairs = []
    homes = ground.village_codes[people.homes[who]] // 10**6
    for home, quota in zip(homes.tolist(), quotas.tolist(), strict=True):
        own = by_county.get(home, held)
        drawn = np.concatenate([rng.choice(own, 5 * quota), rng.choice(held, quota // 2 + 1)])
        _, first = np.unique(day[drawn], return_index=True)
        kept = drawn[rng.permutation(first)[:quota]]
        pairs.append(kept)
    persons = np.repeat(who, [len(part) for part in pairs])
    activity = np.concatenate(pairs) if pairs else np.zeros(0, dtype=np.int64)
    order = np.argsort(activity, kind="stable")
    return activity[order], persons[order]


def drawn(
    crowd: Crowd, activities: Activities, wanted: tuple[Ints, Ints], taken: Ints,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:  # fmt: skip
    """(activity, person) for so many people of each activity; nobody at two on one day.

    `wanted` is activities and numbers; `taken` are keys of person and day already in use.
    """
    activity = np.repeat(*wanted)
    level = rng.choice(3, len(activity), p=crowd.reach)
    keys = np.sort(taken)
    found: list[tuple[Ints, Ints]] = []
    for turn in range(_ROUNDS):
        if not len(activity):
            break
        person = _pick(crowd, activities, activity, level, rng)
        good, keys = _accepted(crowd.people, activities, activity, person, keys)
        found.append((activity[good], person[good]))
        activity, level = activity[~good], level[~good]
        if turn % 3 == 2:
            level = np.minimum(level + 1, 3)
    assert not len(activity), f"nobody is free for {len(activity)} places of activities"
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate([a for a, _ in found]), np.concatenate([p for _, p in found])


def key(person: Ints, day: days.Days) -> Ints:
    """One number for a person's day."""
    return np.asarray(person.astype(np.int64) * 4096 + (day - days.FIRST_DAY).astype(np.int64))


def _pick(
    crowd: Crowd, activities: Activities, activity: Ints, level: Ints, rng: np.random.Generator
) -> Ints:
    # An activity's spans are looked up once, not once a person.
    units = np.array(_UNITS)
    own, which = np.unique(activity, return_inverse=True)
    spans = [crowd.spans(activities.divisions[own], np.full(len(own), unit)) for unit in units]
    first = np.array([span[0] for span in spans])[level, which]
    size = np.array([span[1] for span in spans])[level, which]
    at = first + (rng.random(len(activity)) * size).astype(np.int64)
    return np.asarray(crowd.tickets[np.minimum(at, len(crowd.tickets) - 1)], np.int64)


def _accepted(
    people: People, activities: Activities, activity: Ints, person: Ints, keys: Ints
) -> tuple[NDArray[np.bool_], Ints]:
    """Which draws hold: registered that day, and on no other activity then."""
    day = activities.day[activity]
    left = people.left[person]
    good = (people.registered[person] <= day) & ~(left <= day)
    minor = people.born[person] > day - _ADULT_DAYS
    good &= ~(minor & activities.adults_only[activity])
    wanted = key(person, day)
    if len(keys):
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        good &= keys[at] != wanted
    rows = np.flatnonzero(good)
    fresh, first = np.unique(wanted[rows], return_index=True)
    good[:] = False
    good[rows[first]] = True
    return good, np.sort(np.concatenate([keys, fresh]), kind="stable")
