"""Two years of the night school: which class was held where, by whom and on which evenings."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from xinfeng.school.menu import CourseOfMenu, Menu

from . import days
from .activities import Grounds
from .ground import Floats, Ints
from .lecturers import APPLIED, APPROVED, ENDED, Lecturers
from .scale import Chance, Scale

# No drafts: only a timetable that was really worked out makes them.
STATES = ("PROPOSED", "CONFIRMED", "PUBLISHED", "ENDED", "CALLED_OFF", "DECLINED")
PROPOSED, CONFIRMED, PUBLISHED, OVER, CALLED_OFF, DECLINED = range(len(STATES))
FIRST, LAST = np.datetime64("2020-09-07"), np.datetime64("2022-07-14")
# Nobody met in these weeks of 2022.
EPIDEMIC = np.datetime64("2022-03-10"), np.datetime64("2022-04-08")
_FESTIVALS = [("2021-02-01", "2021-02-27"), ("2022-01-24", "2022-02-16")]
# Of all classes: not begun yet, by how far they have come.
_TO_COME = {PUBLISHED: 0.06, CONFIRMED: 0.02, PROPOSED: 0.03}
_DECLINED, _CALLED_OFF = 0.03, 0.012
_TRIES = 40
ROOMS = ["道德讲堂", "多功能室", "一楼会议室", "文化活动室", "201教室"]
GROUPS = ["", "", "", "", "夕阳红班", "巾帼班", "青年班", "合唱队"]
_BEGINS = [1140, 1170, 1110, 870]


@dataclass
class OneClass:
    """A class as it was planned; dates are those of its sessions."""

    course: int
    place: int
    lecturer: int
    room: int
    group: int
    begins: int
    minutes: int
    dates: list[np.datetime64]
    quota: int
    state: int
    evenings: int
    heads: int
    metres: float

    @property
    def first_on(self) -> np.datetime64:
        return self.dates[0]


@dataclass
class Calendar:
    """Who and which room is taken on which day."""

    lecturers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    rooms: dict[tuple[int, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    groups: dict[tuple[int, int], set[int]] = field(default_factory=lambda: defaultdict(set))

    def is_free(self, one: OneClass) -> bool:
        on = {int(day.astype(np.int64)) for day in one.dates}
        taken = self.lecturers[one.lecturer] | self.rooms[one.place, one.room]
        if GROUPS[one.group]:
            taken = taken | self.groups[one.place, one.group]
        return not taken & on

    def take(self, one: OneClass) -> None:
        on = {int(day.astype(np.int64)) for day in one.dates}
        self.lecturers[one.lecturer] |= on
        self.rooms[one.place, one.room] |= on
        self.groups[one.place, one.group] |= on


def planned(
    on: Grounds, corps: Lecturers, menu: Menu, home: int, scale: Scale, chance: Chance
) -> list[OneClass]:
    """All classes by their first evening; nobody and no room twice on one.

    One of each kind that is still to come is at `home`, where the keeper of the cast sees it.
    """
    rng = chance("classes")
    if not menu.courses or not len(corps):
        return []
    liked = rng.lognormal(0, 0.7, len(menu.courses))
    weight = np.choose(on.places.tiers, [6.0, 2.0, 0.7, 0.4]) * on.places.is_open
    weight[on.leaders < 0] = 0
    calendar = Calendar()
    found: list[OneClass] = []
    at_home: set[int] = set()
    for first, state in _beginnings(scale.classes, rng):
        for _try in range(_TRIES):
            wanted = home if state in _TO_COME and state not in at_home else -1
            one = _drawn(on, corps, menu, (liked, weight), wanted, (first, state), rng)
            if one is not None and calendar.is_free(one):
                at_home |= {one.state} if wanted >= 0 else set()
                # What was declined holds nobody.
                if state != DECLINED:
                    calendar.take(one)
                found.append(one)
                break
    return sorted(found, key=lambda one: (one.first_on, one.place))


def _beginnings(n: int, rng: np.random.Generator) -> list[tuple[np.datetime64, int]]:
    """The Monday from which each class is wished, and how far it came."""
    counts = {state: max(1, round(n * share)) for state, share in _TO_COME.items()}
    begun = n - sum(counts.values())
    # Twice as many a month at the end as at the beginning.
    drawn = np.sqrt(rng.uniform(0.2, 1.0, begun))
    drawn = (drawn - np.sqrt(0.2)) / (1 - np.sqrt(0.2))
    first = FIRST + (drawn * (LAST - FIRST).astype(np.int64)).astype(np.int64)
    for start, end in _FESTIVALS:
        inside = (first >= np.datetime64(start)) & (first <= np.datetime64(end))
        first[inside] = np.datetime64(end) + rng.integers(1, 15, int(inside.sum()))
    odd = rng.random(begun)
    pairs = [
        (
            day,
            DECLINED if p < _DECLINED else CALLED_OFF if p < _DECLINED + _CALLED_OFF else OVER,
        )
        for day, p in zip(first, odd.tolist(), strict=True)
    ]
    ahead = {PUBLISHED: (2, 20), CONFIRMED: (14, 30), PROPOSED: (21, 40)}
    for state, count in counts.items():
        lo, hi = ahead[state]
        pairs += [(days.TODAY + int(k), state) for k in rng.integers(lo, hi, count)]
    return sorted(pairs, key=lambda pair: pair[0])


def _drawn(
    on: Grounds, corps: Lecturers, menu: Menu, weights: tuple[Floats, Floats], wanted: int,
    beginning: tuple[np.datetime64, int], rng: np.random.Generator,
) -> OneClass | None:  # fmt: skip
    (liked, weight), (first, state) = weights, beginning
    opened = weight * (on.places.opened + 30 < first)
    if not opened.sum():
        return None
    place = int(rng.choice(len(opened), p=opened / opened.sum()))
    place = wanted if wanted >= 0 else place
    k = int(rng.choice(len(liked), p=liked / liked.sum()))
    course = menu.courses[k]
    lecturer, metres = _lecturer(on, corps, menu, course, place, first, rng)
    if lecturer < 0:
        return None
    begins = int(rng.choice(_BEGINS, p=[0.6, 0.22, 0.1, 0.08]))
    dates = _dates(course.sessions, first, int(corps.evenings[lecturer]), begins, rng)
    if not dates:
        return None
    mask = 1 << _weekday(dates[0]) | int(rng.integers(0, 128)) & int(rng.integers(0, 128))
    quota = int(rng.choice([20, 25, 30, 40, 50, 60], p=[0.12, 0.18, 0.3, 0.22, 0.1, 0.08]))
    heads = max(8, int(quota * rng.uniform(0.5, 1.0)))
    return OneClass(
        k, place, lecturer, int(rng.integers(0, len(ROOMS))),
        int(rng.integers(0, len(GROUPS))), begins, course.minutes, dates, quota,
        _come_to(state, dates), mask, heads, metres,
    )  # fmt: skip


def _lecturer(
    on: Grounds, corps: Lecturers, menu: Menu, course: CourseOfMenu, place: int,
    first: np.datetime64, rng: np.random.Generator,
) -> tuple[int, float]:  # fmt: skip
    """One of the nearest who teach it and come so far; -1: nobody."""
    bit = [one.code for one in menu.fields].index(course.field)
    able = (corps.fields >> bit & 1).astype(np.bool_) & (corps.since + 40 < first)
    able &= corps.state != APPLIED
    if first > days.TODAY - 90:
        able &= corps.state == APPROVED
    able &= ~((corps.state == ENDED) & (corps.since + 330 < first))
    for code in course.qualifications:
        able &= corps.holds[code]
    at = int(np.searchsorted(on.ground.codes, on.places.divisions[place]))
    lat, lon = float(on.ground.lat[at]), float(on.ground.lon[at])
    metres = corps.metres_to(lat, lon) if not np.isnan(lat) else np.zeros(len(corps))
    near = np.flatnonzero(able & (metres <= corps.reach_m))
    if not len(near):
        return -1, 0.0
    nearest = near[np.argsort(metres[near])][:3]
    chosen = int(nearest[int(rng.integers(0, len(nearest)))])
    return chosen, float(metres[chosen])


def _dates(
    sessions: int, first: np.datetime64, evenings: int, begins: int, rng: np.random.Generator
) -> list[np.datetime64]:
    """Week by week on an evening that the lecturer has; afternoons are for weekends."""
    free = [day for day in range(7) if evenings >> day & 1 and (begins >= 1080 or day >= 5)]
    if not free:
        return []
    weekday = int(rng.choice(free))
    start = first + (weekday - _weekday(first)) % 7
    dates: list[np.datetime64] = []
    while len(dates) < sessions:
        # A week of the Spring Festival is left out, and the class goes on after it.
        if not any(np.datetime64(a) <= start <= np.datetime64(b) for a, b in _FESTIVALS):
            dates.append(start)
        start = start + 7
    return dates


def _weekday(day: np.datetime64) -> int:
    return int((day.astype("M8[D]").astype(np.int64) + 3) % 7)


def _come_to(state: int, dates: list[np.datetime64]) -> int:
    """What is over has ended; what runs is still published."""
    if state == OVER:
        return OVER if dates[-1] < days.TODAY - 1 else PUBLISHED
    return state


def column(classes: list[OneClass], name: str) -> Ints:
    """One number of each class."""
    return np.array([getattr(one, name) for one in classes], dtype=np.int64)
