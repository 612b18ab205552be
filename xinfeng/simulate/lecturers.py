"""The lecturer corps: people who teach some of the fields, near where they live."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinfeng.school.menu import Menu
from xinfeng.school.models import Lecturer, LecturerState

from . import days, errands
from .abilities import Abilities, Papers
from .activities import Grounds, offset_minutes
from .copy_binary import coded
from .ground import Floats, Ints
from .loading import Loader
from .scale import Chance, Scale

Flags = NDArray[np.bool_]
_STATES = [s.value for s in (
    LecturerState.APPROVED, LecturerState.APPLIED, LecturerState.PAUSED, LecturerState.ENDED,
)]  # fmt: skip
APPROVED, APPLIED, PAUSED, ENDED = range(4)
_STATE_SHARES = [0.88, 0.05, 0.03, 0.04]
_METRES_A_DEGREE = 111_320
_YOUNGEST, _OLDEST = 24, 68
# Enough people hold each certificate that a course asks for.
_FOR_EACH_PAPER = 6
_HONOURS = [
    ("市级非物质文化遗产代表性传承人", "市级非遗代表性传承人名单（模拟）"),
    ("衡阳好人", "衡阳好人发布名单（模拟）"),
    ("市级优秀教师", "市级教育系统表彰名单（模拟）"),
    ("县级最美志愿者", "县级学雷锋志愿服务先进典型名单（模拟）"),
]
_BIOS = [
    "在乡镇中学任教二十余年，愿把课堂搬到村里来。",
    "退休后常在社区带班，讲得慢、讲得细。",
    "从业多年，习惯用身边的事讲道理，欢迎随时提问。",
    "师从本地老艺人，愿意手把手教初学者。",
    "在单位做培训工作，讲课重实操，课后答疑。",
    "",
]


@dataclass(frozen=True)
class Lecturers:
    """By index; the id is the index and one."""

    person: Ints
    # Bit k: the menu's k-th field.
    fields: Ints
    # Per certificate that courses ask for: who holds it.
    holds: dict[str, Flags]
    reach_m: Ints
    a_week: Ints
    # Bit 0 is Monday evening.
    evenings: Ints
    is_paid: Flags
    state: Ints
    since: days.Days
    # Degrees of where they live.
    lat: Floats
    lon: Floats

    def __len__(self) -> int:
        return len(self.person)

    def metres_to(self, lat: float, lon: float) -> Floats:
        """The way of each as the crow flies."""
        east = (self.lon - lon) * np.cos(np.radians(lat))
        return np.asarray(np.hypot(self.lat - lat, east) * _METRES_A_DEGREE)


def made(
    on: Grounds, able: Abilities, papers: Papers, menu: Menu, busy: Ints, scale: Scale,
    chance: Chance,
) -> Lecturers:  # fmt: skip
    """`busy` have a calendar of their own and teach nothing."""
    rng = chance("lecturers")
    person = _who(on, able, papers, menu, busy, scale.lecturers, rng)
    n = len(person)
    homes = np.searchsorted(on.ground.codes, on.ground.village_codes[on.people.homes[person]])
    asked = sorted({code for course in menu.courses for code in course.qualifications})
    holds = {code: np.isin(person, papers.holders(code)) for code in asked}
    fields = np.int64(1) << rng.integers(0, max(len(menu.fields), 1), n)
    for share in (0.5, 0.22):
        more = np.int64(1) << rng.integers(0, max(len(menu.fields), 1), n)
        fields |= np.where(rng.random(n) < share, more, 0)
    for code, has in holds.items():
        fields |= np.where(has, _fields_of(menu, code), 0)
    evenings = np.zeros(n, dtype=np.int64)
    for day in range(7):
        evenings |= (rng.random(n) < 0.52).astype(np.int64) << day
    evenings = np.where(evenings == 0, 0b0010100, evenings)
    state = rng.choice(4, n, p=_STATE_SHARES)
    # Whoever is needed for a certificate lectures.
    for has in holds.values():
        state = np.where(has, APPROVED, state)
    first = np.maximum(on.people.registered[person] + 20, np.datetime64("2020-07-01"))
    since = np.where(
        state == APPLIED,
        days.drawn_between(rng, days.YESTERDAY - 9, days.YESTERDAY, n),
        days.drawn_between(rng, first, np.maximum(first, np.datetime64("2021-10-01"))),
    )
    return Lecturers(
        person, fields, holds, rng.choice([6000, 12_000, 20_000, 35_000, 60_000], n,
        p=[0.2, 0.3, 0.25, 0.15, 0.1]), rng.choice([1, 2, 3, 4], n, p=[0.3, 0.4, 0.2, 0.1]),
        evenings, rng.random(n) < 0.1, state, np.minimum(since, days.YESTERDAY).astype("M8[D]"),
        np.nan_to_num(on.ground.lat[homes]), np.nan_to_num(on.ground.lon[homes]),
    )  # fmt: skip


def load(
    loader: Loader, corps: Lecturers, on: Grounds, menu: Menu, chiefs: Ints, chance: Chance
) -> None:
    rng = chance("applications of lecturers")
    n = len(corps)
    homes = on.ground.village_codes[on.people.homes[corps.person]]
    decided = corps.state != APPLIED
    decider = _deciders(on, chiefs, homes, corps.person)
    minute = rng.integers(480, 1260, n) - offset_minutes(on.ground)
    applied = corps.since.astype("M8[s]") + (minute * 60).astype("m8[s]")
    ended = np.minimum(corps.since + 400, days.YESTERDAY).astype("M8[s]")
    ended += np.timedelta64(3600, "s")
    later = np.where(
        corps.state == APPROVED, applied + np.timedelta64(40 * 3600, "s"), np.maximum(
            ended, applied)
    )  # fmt: skip
    honoured = rng.random(n) < 0.08
    honour = np.where(honoured, rng.integers(1, len(_HONOURS) + 1, n), 0).astype(np.uint8)
    loader.add(
        Lecturer,
        {
            "id": np.arange(1, n + 1),
            "code": errands.codes(n, rng, 4),
            "person_id": corps.person + 1,
            "division_id": homes,
            "reach_m": corps.reach_m,
            "capacity_a_week": corps.a_week,
            "evenings": corps.evenings,
            "is_paid": corps.is_paid,
            "bio": coded(rng.integers(0, len(_BIOS), n).astype(np.uint8), _BIOS),
            "honour": coded(honour, ["", *(name for name, _ in _HONOURS)]),
            "honour_source": coded(honour, ["", *(source for _, source in _HONOURS)]),
            "state": coded(corps.state.astype(np.uint8), _STATES),
            "applied_at": applied,
            "learnt_in_id": None,
            "decided_at": np.where(decided, later, errands.NEVER),
            "decided_by_id": np.ma.array(decider + 1, mask=~decided),
            "reason": coded((corps.state >= PAUSED).astype(np.uint8), ["", "本人家中有事"]),
            "paused_until": np.where(corps.state == PAUSED, days.TODAY + 45, days.NEVER).astype(
                "M8[D]"
            ),
        },
    )
    _load_fields(loader, corps, len(menu.fields))


def _load_fields(loader: Loader, corps: Lecturers, fields: int) -> None:
    pairs = [
        (lecturer, bit)
        for lecturer, mask in enumerate(corps.fields.tolist())
        for bit in range(fields)
        if mask >> bit & 1
    ]
    if not pairs:
        return
    lecturer, field = np.array(pairs, dtype=np.int64).T
    loader.add(
        Lecturer.fields.through,
        {
            "id": np.arange(1, len(pairs) + 1),
            "lecturer_id": lecturer + 1,
            "field_id": field + 1,
        },
    )


def _who(
    on: Grounds, able: Abilities, papers: Papers, menu: Menu, busy: Ints, wanted: int,
    rng: np.random.Generator,
) -> Ints:  # fmt: skip
    """First those whose certificates courses ask for, then whoever would."""
    age = (days.TODAY - on.people.born[able.person]).astype(np.int64) / 365.25
    fits = (age >= _YOUNGEST) & (age <= _OLDEST)
    fits &= on.people.registered[able.person] < np.datetime64("2022-03-01")
    fits &= ~np.isin(able.person, busy) & (able.person >= on.people.officials)
    pool = able.person[fits]
    first: list[int] = []
    for code in sorted({code for course in menu.courses for code in course.qualifications}):
        known = np.intersect1d(papers.holders(code), pool)
        first += rng.permutation(known)[:_FOR_EACH_PAPER].tolist()
    others = rng.permutation(np.setdiff1d(pool, first)).tolist()
    return np.array((sorted(set(first)) + others)[:wanted], dtype=np.int64)


def _fields_of(menu: Menu, code: str) -> int:
    names = [field.code for field in menu.fields]
    mask = 0
    for course in menu.courses:
        if code in course.qualifications:
            mask |= 1 << names.index(course.field)
    return mask


def _deciders(on: Grounds, chiefs: Ints, homes: Ints, person: Ints) -> Ints:
    """The head of the county's centre, or of the city's for the head itself."""
    centre = np.flatnonzero((on.places.tiers == 0) & (chiefs >= 0))
    assert len(centre), "a city without the head of any centre"
    county = on.places.divisions[centre] // 10**6
    found = np.full(len(homes), -1)
    for at, code in zip(centre.tolist(), county.tolist(), strict=True):
        own = (homes // 10**6 == code) & (chiefs[at] != person)
        found[own] = chiefs[at]
    anybody = chiefs[centre]
    other = np.where(anybody[0] != person, anybody[0], anybody[-1])
    return np.where(found >= 0, found, other)
