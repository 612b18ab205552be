"""One month's rows with some of them bent, kind by kind; no activity is bent twice."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import crowd, days
from .activities import SCHOOL_MONTHS, Activities, Grounds, offset_minutes
from .ground import Floats, Ints
from .witness import CHECKINS_SINCE, SECOND, SINCE, Month

Moments = NDArray[np.datetime64]
Flags = NDArray[np.bool_]
# How many of all lists by hand show each slip, and of those by code a family on one phone.
_SLIPS, _FAMILIES = 0.01, 0.05
_METRES_A_DEGREE = 111_195


@dataclass
class Weaver:
    """Knows the month's rows, who is free on which day, and what is bent already."""

    month: Month
    activities: Activities
    on: Grounds
    by_code: Flags
    start: Moments
    length: Ints
    rng: np.random.Generator
    rows: dict[str, list[int]] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        month, made = self.month, self.activities
        self.own = np.unique(month.activity)
        self.earning = np.flatnonzero(month.earns)
        self.size = np.bincount(month.activity[month.earns], minlength=len(made))
        self.single = made.shifts == 1
        self.busy = set(crowd.key(month.person, made.day[month.activity]).tolist())
        self.pool = self._strangers()

    def told(self, kind: str, activities: Ints) -> None:
        """Rows of activities that were told late are entered soon after; "" is no fraud."""
        for a in np.intersect1d(activities, self.own).tolist():
            rows = self._rows_of(a)
            self.used.add(a)
            if kind in {"entered_at_once", "created_afterwards", ""}:
                wait = (180, 2700) if kind == "entered_at_once" else (3600, 40_000)
                first = self.activities.created[a] + self.rng.integers(*wait) * SECOND
                self._entered(rows, first, 6)
            if kind:
                self._label(kind, rows)

    def slip(self) -> None:
        """What honest people do that looks like fraud; nothing of it is labelled."""
        by_hand = ~self.by_code & self.single
        few = round(_SLIPS * len(self._open(by_hand)))
        for a in self._pick(by_hand, few):
            # The whole list in one saving.
            rows = self._rows_of(a)
            self.month.recorded[rows] = self.month.recorded[rows[:1]]
        for a in self._pick(by_hand, few):
            # Nobody signed out, and the planned end was entered for everybody.
            self._served_all(self._rows_of(a))
        for a in self._pick(by_hand & (self.activities.starts <= 930), few):
            # A leader who gets to it after eleven at night.
            rows = self._rows_of(a)
            minute = 1390 - offset_minutes(self.on.ground)
            evening = self.month.recorded[rows[:1]].astype("M8[D]").astype("M8[s]")
            self._entered(rows, evening + minute * 60 * SECOND, 8)
        families = self._checked & (self.size >= 5)
        for a in self._pick(families, round(_FAMILIES * len(self._open(families)))):
            rows = self._rows_of(a)[: self.rng.integers(3, 5)]
            self.month.device[rows] = self.month.device[rows[0]]

    def weave(self, cases: int) -> None:
        for bend in (
            self._identical_minutes, self._roster_in_seconds, self._night_entries,
            self._over_plan, self._self_credit, self._one_device, self._code_from_afar,
            self._before_registration, self._minor_at_school, self._overlap,
            self._impossible_travel, self._long_day, self._round_hours, self._always_together,
            self._hours_per_head, self._invented,
        ):  # fmt: skip
            bend(cases)

    # Whole activities

    def _identical_minutes(self, cases: int) -> None:
        for a in self._pick(~self.by_code & self.single & (self.size >= 21), cases):
            self._served_all(self._rows_of(a))
            self._label("identical_minutes", self._rows_of(a))

    def _roster_in_seconds(self, cases: int) -> None:
        fits = ~self.by_code & self.single & (self.size >= 11) & (self.size <= 60)
        for a in self._pick(fits, cases):
            rows = self._rows_of(a)
            seconds = np.sort(self.rng.integers(0, self.rng.integers(3, 13), len(rows)))
            self.month.recorded[rows] = self.month.recorded[rows[0]] + seconds * SECOND
            self._label("roster_in_seconds", rows)

    def _night_entries(self, cases: int) -> None:
        fits = ~self.by_code & (self.size >= 11) & (self.activities.starts <= 930)
        for a in self._pick(fits, cases):
            rows = self._rows_of(a)
            night = self.month.recorded[rows[0]].astype("M8[D]") + 1
            minute = self.rng.integers(10, 240) - offset_minutes(self.on.ground)
            self._entered(rows, night.astype("M8[s]") + minute * 60 * SECOND, 8)
            self._label("night_entries", rows)

    def _one_device(self, cases: int) -> None:
        for a in self._pick(self._checked & (self.size >= 6), cases):
            rows = self._rows_of(a)
            rows = rows[self.month.shift[rows] == self.month.shift[rows[0]]]
            rows = rows[: self.rng.integers(3, 9)]
            self.month.device[rows] = self.month.device[rows[0]]
            self._label("one_device", rows)

    def _code_from_afar(self, cases: int) -> None:
        for a in self._pick(self._checked & (self.size >= 4), cases):
            rows = self._rows_of(a)[: self.rng.integers(2, 5)]
            self.month.away[rows] = 5000
            self.month.accuracy[rows] = self.rng.choice([50, 200, 500, 1000], len(rows))
            self._label("code_from_afar", rows)

    def _over_plan(self, cases: int) -> None:
        short = (self.activities.starts <= 600) & (self.activities.minutes <= 180)
        for a in self._pick(short & (self.size >= 3) & self.single, cases):
            rows = self._rows_of(a)[:8]
            share = self.rng.uniform(1.15, 1.9, len(rows))
            seconds = (self.length[self.month.shift[rows]] * 60 * share).astype(np.int64)
            self.month.arrived[rows] = self.start[self.month.shift[rows]]
            self.month.left[rows] = self.month.arrived[rows] + seconds * SECOND
            self.month.recorded[rows] = np.maximum(
                self.month.recorded[rows], self.month.left[rows] + 60 * SECOND
            )
            self._label("over_plan", rows)

    def _invented(self, cases: int) -> None:
        """Nobody came, and everything looks as it should; only a check at random finds it."""
        for a in self._pick(~self.by_code & (self.size >= 3), cases):
            self._label("invented", self._rows_of(a)[:5])

    # Single rows that another person takes over

    def _self_credit(self, cases: int) -> None:
        leader = self.activities.leader
        for a in self._pick(~self.by_code & (self.size >= 2), 2 * cases):
            if self._may(int(leader[a]), a):
                row = self._rows_of(a)[0]
                self._take_over(row, int(leader[a]))
                self.month.recorder[row] = leader[a]
                self._label("self_credit", [row])

    def _before_registration(self, cases: int) -> None:
        people = self.on.people
        for a in self._pick(self.size >= 2, cases):
            later = people.registered > self.activities.day[a] + 1
            person = self._any_of(later & (people.born < days.at("2003-01-01")))
            if person >= 0:
                self._give("before_registration", self._rows_of(a)[0], person)

    def _minor_at_school(self, cases: int) -> None:
        people, made = self.on.people, self.activities
        # The Dragon Boat festival has no school.
        school = (days.weekdays(made.day) < 5) & (made.day != days.at("2022-06-03"))
        school &= made.adults_only & (made.starts < 1080)
        month = int(made.day[self.own[0]].astype("M8[M]").astype(int) % 12) + 1
        if month not in SCHOOL_MONTHS:
            return
        for a in self._pick(school & (self.size >= 2), cases):
            old = (people.born > days.at("2005-01-01")) & (people.born < days.at("2011-01-01"))
            person = self._any_of(old & (people.registered < self.activities.day[a]))
            if person >= 0:
                self._give("minor_at_school", self._rows_of(a)[0], person)

    def _overlap(self, cases: int) -> None:
        for a, b in self._pairs(cases, apart=False):
            row, other = self._rows_of(a)[0], self._rows_of(b)[0]
            if self._may_also(self.month.person[row], b):
                self._served_all(np.array([row, other]))
                self._give("overlap", other, int(self.month.person[row]))
                self._label("overlap", [row])

    def _impossible_travel(self, cases: int) -> None:
        for a, b in self._pairs(cases, apart=True):
            row, other = self._rows_of(a)[0], self._rows_of(b)[0]
            if self._may_also(self.month.person[row], b):
                self._served_all(np.array([row, other]))
                self._give("impossible_travel", other, int(self.month.person[row]))
                self._label("impossible_travel", [row])

    def _long_day(self, cases: int) -> None:
        made = self.activities
        parts = [made.starts <= 600, (made.starts >= 870) & (made.starts <= 930),
                 made.starts == 1140]  # fmt: skip
        found = 0
        for day, county in self._days_and_counties():
            here = (made.day == day) & (made.divisions // 10**6 == county) & self.single
            three = [self._open(here & part & (self.size >= 1)) for part in parts]
            if found == cases:
                return
            if not all(len(part) for part in three):
                continue
            longest = [int(part[np.argmax(made.minutes[part])]) for part in three]
            if made.minutes[longest].sum() <= 480:
                continue
            person = self._person_for(longest)
            if person >= 0:
                found += 1
                self._give_all("long_day", longest, person)

    def _round_hours(self, cases: int) -> None:
        whole = np.isin(self.activities.minutes, [120, 180, 240])
        for _case in range(cases):
            chosen = self._on_days(~self.by_code & whole & self.single, 6)
            person = self._person_for(chosen) if len(chosen) >= 4 else -1
            if person >= 0:
                self._give_all("round_hours", chosen, person)

    def _always_together(self, cases: int) -> None:
        for _case in range(max(1, cases // 3)):
            chosen = self._on_days(self._checked & self.single & (self.size >= 3), 12)
            if len(chosen) < 9:
                return
            first, second = self._person_for(chosen), self._person_for(chosen)
            if min(first, second) >= 0:
                self._give_all("always_together", chosen, first)
                rows = self._give_all("always_together", chosen, second, at=1)
                self.month.device[rows] = first

    def _hours_per_head(self, cases: int) -> None:
        """A team enters its people of one activity at all of its others as well."""
        made = self.activities
        team = made.team[self.own]
        teams, count = np.unique(team[team >= 0], return_counts=True)
        found = 0
        for t in self.rng.permutation(teams[count >= 3]).tolist():
            own = self._open((made.team == t) & self.single & (self.size >= 5))
            own = own[np.unique(made.day[own], return_index=True)[1]]
            if len(own) >= 3 and found < max(1, cases // 2):
                found += 1
                self._repeat(own)

    def _repeat(self, own: Ints) -> None:
        self.used |= set(own.tolist())
        people = self.month.person[self._rows_of(int(own[0]))].tolist()
        for a in own[1:].tolist():
            able = [p for p in people if self._may(p, a)]
            for row, person in zip(self._rows_of(a).tolist(), able, strict=False):
                self._served_all(np.array([row]))
                self._give("hours_per_head", row, person)
        self._label("hours_per_head", self._rows_of(int(own[0])))

    # How rows are found and bent

    @property
    def _checked(self) -> Flags:
        return self.by_code & (self.activities.day >= CHECKINS_SINCE)

    def _open(self, fits: Flags) -> Ints:
        own = self.own[fits[self.own]]
        return own[~np.isin(own, list(self.used))]

    def _pick(self, fits: Flags, n: int) -> list[int]:
        drawn: list[int] = self.rng.permutation(self._open(fits))[:n].tolist()
        self.used |= set(drawn)
        return drawn

    def _rows_of(self, a: int) -> Ints:
        rows = self.earning
        lo, hi = np.searchsorted(self.month.activity[rows], [a, a + 1])
        return rows[lo:hi]

    def _on_days(self, fits: Flags, n: int) -> list[int]:
        """Activities on so many different days."""
        drawn = self.rng.permutation(self._open(fits & (self.size >= 2)))
        _, first = np.unique(self.activities.day[drawn], return_index=True)
        chosen: list[int] = drawn[self.rng.permutation(first)[:n]].tolist()
        return chosen

    def _days_and_counties(self) -> Iterator[tuple[np.datetime64, int]]:
        made = self.activities
        pairs = {(d, int(c)) for d, c in zip(
            made.day[self.own], made.divisions[self.own] // 10**6, strict=True)}  # fmt: skip
        ordered = sorted(pairs)
        yield from (ordered[k] for k in self.rng.permutation(len(ordered)))

    def _pairs(self, cases: int, *, apart: bool) -> Iterator[tuple[int, int]]:
        """Two activities of a day: at the same time near by, or one after the other far off."""
        made, found = self.activities, 0
        for day in self.rng.permutation(np.unique(made.day[self.own])):
            own = self._open((made.day == day) & self.single & (self.size >= 2))
            for a, b in pairwise(self.rng.permutation(own).tolist()):
                between = int(made.starts[b] - made.starts[a] - made.minutes[a])
                if apart:
                    fits = 0 <= between <= 25 and self._metres(a, b) > 18_000
                else:
                    fits = made.starts[a] <= made.starts[b] and between <= -30
                    fits = fits and self._metres(a, b) < 12_000
                if fits and {a, b}.isdisjoint(self.used):
                    self.used |= {a, b}
                    found += 1
                    yield a, b
                if found == cases:
                    return

    def _metres(self, a: int, b: int) -> float:
        ground = self.on.ground
        at = np.searchsorted(ground.codes, self.activities.divisions[[a, b]])
        lat: Floats = ground.lat[at]
        lon: Floats = ground.lon[at]
        east = (lon[1] - lon[0]) * np.cos(np.radians(lat[0]))
        return float(np.hypot(lat[1] - lat[0], east)) * _METRES_A_DEGREE

    def _strangers(self) -> list[int]:
        """Grown volunteers who do nothing in this month."""
        people = self.on.people
        free = (people.registered < SINCE) & np.isnat(people.left)
        free &= people.born < days.at("2003-01-01")
        free[self.month.person] = False
        chosen: list[int] = self.rng.permutation(np.flatnonzero(free))[:2000].tolist()
        return chosen

    def _person_for(self, chosen: list[int]) -> int:
        return self.pool.pop() if self.pool and chosen else -1

    def _any_of(self, fits: Flags) -> int:
        able = fits.copy()
        able[self.month.person] = False
        drawn = np.flatnonzero(able)
        return int(self.rng.choice(drawn)) if len(drawn) else -1

    def _may(self, person: int, a: int) -> bool:
        """Registered, and nowhere else on that day."""
        people, day = self.on.people, self.activities.day[a]
        here = people.registered[person] <= day and not people.left[person] <= day
        key = int(crowd.key(np.array([person]), np.array([day]))[0])
        young = people.born[person] > days.at("2003-01-01")
        return bool(here and not young and key not in self.busy)

    def _may_also(self, person: int, b: int) -> bool:
        """A second time on a day, not at the same activity, and grown up."""
        rows = np.flatnonzero(self.month.activity == b)
        young = self.on.people.born[person] > days.at("2003-01-01")
        return bool(not young and person not in self.month.person[rows])

    def _give(self, kind: str, row: int, person: int) -> None:
        self._take_over(row, person)
        self._label(kind, [row])

    def _give_all(self, kind: str, chosen: list[int], person: int, at: int = 0) -> Ints:
        rows = np.array([self._rows_of(a)[at] for a in chosen])
        self.used |= set(chosen)
        self._served_all(rows)
        for row in rows.tolist():
            self._give(kind, row, person)
        return rows

    def _take_over(self, row: int, person: int) -> None:
        day = self.activities.day[self.month.activity[row]]
        self.month.person[row] = self.month.device[row] = person
        self.busy.add(int(crowd.key(np.array([person]), np.array([day]))[0]))

    def _served_all(self, rows: Ints) -> None:
        """From the first minute to the last; who has a code goes by it, others by hand."""
        shift = self.month.shift[rows]
        self.month.arrived[rows] = self.start[shift]
        self.month.left[rows] = self.start[shift] + self.length[shift] * 60 * SECOND
        late = self.month.recorded[rows] < self.month.left[rows]
        self.month.recorded[rows[late]] = self.month.left[rows[late]] + 60 * SECOND

    def _entered(self, rows: Ints, first: Any, pace: int) -> None:
        """Entered by hand from a moment on, one after the other."""
        self.month.recorded[rows] = first + np.arange(len(rows)) * pace * SECOND

    def _label(self, kind: str, rows: Ints | list[int]) -> None:
        self.rows.setdefault(kind, []).extend(np.asarray(rows).tolist())
