"""Three years of activities: who holds what, where and when; attendance comes after."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from xinfeng.base import workdays

from . import days
from .ground import Floats, Ground, Ints
from .people import People
from .places import BASE, Places
from .projects import Projects
from .quality import Kept, Quality
from .scale import Chance, Scale
from .teams import Teams

HELD, ANNOUNCED, CALLED_OFF = range(3)
SCHOOL_MONTHS = (3, 4, 5, 6, 9, 10, 11, 12)
_EVENING, _BEDTIME = 1080, 1320
_MINUTES = [90, 120, 150, 180, 210, 240]
_STARTS = [480, 510, 540, 570, 600, 870, 900, 930, 1140]


@dataclass(frozen=True)
class Activities:
    """All activities by index, the held ones first and by day; -1 is none."""

    state: Ints
    day: days.Days
    place: Ints
    team: Ints
    divisions: Ints
    category: Ints
    programme: Ints
    project: Ints
    leader: Ints
    recorded: days.Days
    # Minutes after the city's midnight, and how long; a second shift comes in the afternoon.
    starts: Ints
    minutes: Ints
    shifts: Ints
    # When it was put into the program, in UTC.
    created: NDArray[np.datetime64]
    # In school hours or late at night: no minor goes there.
    adults_only: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.day)

    @property
    def held(self) -> int:
        return int((self.state == HELD).sum())


@dataclass(frozen=True)
class Grounds:
    """What activities stand on."""

    ground: Ground
    places: Places
    teams: Teams
    people: People
    projects: Projects
    quality: Quality
    # The person index that answers for each place's activities when no team does.
    leaders: Ints


def made(on: Grounds, scale: Scale, chance: Chance) -> Activities:
    rng = chance("activities")
    day, place, team = _when_and_where(on, scale, rng)
    called_off = max(1, scale.activities // 90)
    state = np.repeat(
        [HELD, ANNOUNCED, CALLED_OFF], [scale.activities, scale.upcoming, called_off]
    )
    further = [_upcoming(scale.upcoming, rng), _dropped(called_off, day, rng)]
    for days_ in further:
        drawn = rng.integers(0, len(day[: scale.activities]), len(days_))
        drawn = _living(on, drawn, place, team)
        place = np.concatenate([place, place[drawn]])
        team = np.concatenate([team, team[drawn]])
        day = np.concatenate([day, days_])
    return _described(on, state, day, place, team, rng)


def _when_and_where(
    on: Grounds, scale: Scale, rng: np.random.Generator
) -> tuple[days.Days, Ints, Ints]:
    """Month by month: places in the habit hold one each, the rest falls where people are."""
    habit = on.quality.line("ACTIVITIES", met=0.87)
    takes_part = rng.permutation(len(on.places)) / len(on.places)
    parts: list[tuple[days.Days, Ints]] = []
    counts = days.activities_by_month(scale.activities).tolist()
    for month, count in zip(days.months(), counts, strict=True):
        regular = _regular(on.places, habit, takes_part, month, rng)
        regular = rng.permutation(regular)[:count]
        free = _free(on.places, count - len(regular), month, rng)
        possible = days.days_of(month)
        weight = days.weights(possible)
        drawn = rng.choice(possible, count, p=weight / weight.sum())
        place = np.concatenate([regular, free])
        parts.append((drawn, place))
    day = np.concatenate([part[0] for part in parts])
    place = np.concatenate([part[1] for part in parts])
    order = np.argsort(day, kind="stable")
    day, place = day[order], place[order]
    return day, place, _teams_for(on, day, place, rng)


def _regular(
    places: Places, habit: Ints, takes_part: Floats, month: date, rng: np.random.Generator
) -> Ints:
    """Places that hold their monthly activity; bases every second month."""
    n = len(places)
    started = places.is_open & (places.opened < np.datetime64(month))
    share = np.where(habit == Kept.MET, 0.996, 0.55)
    goes = started & (rng.random(n) < share) & (takes_part < days.habit(month))
    return np.flatnonzero(
        goes & ((places.tiers != BASE) | ((np.arange(n) + month.month) % 2 == 0))
    )


def _free(places: Places, n: int, month: date, rng: np.random.Generator) -> Ints:
    """Further activities: at places, or of teams that need none (-1)."""
    started = places.is_open & (places.opened < np.datetime64(month))
    weight = np.choose(places.tiers, [35.0, 5.0, 0.7, 0.5]) * started
    if not weight.sum():
        return np.full(n, -1)
    place = rng.choice(len(places), n, p=weight / weight.sum())
    return np.asarray(np.where(rng.random(n) < 0.5, place, -1))


def _teams_for(on: Grounds, day: days.Days, place: Ints, rng: np.random.Generator) -> Ints:
    """The place's own team where it has one that day; teams elsewhere go by themselves."""
    teams = on.teams
    own_first = np.searchsorted(teams.place[: _standing(teams)], np.arange(len(on.places)))
    own_last = np.searchsorted(
        teams.place[: _standing(teams)], np.arange(len(on.places)), side="right"
    )
    at = np.maximum(place, 0)
    count = (own_last - own_first)[at]
    own = own_first[at] + rng.integers(0, np.maximum(count, 1))
    own = np.where((place >= 0) & (count > 0), own, -1)
    own = np.where((own >= 0) & (teams.founded[own] <= day), own, -1)
    # Teams are drawn by the day they were founded, so that none acts before.
    order = np.argsort(teams.founded, kind="stable")
    order = order[np.isnat(teams.dissolved[order])]
    able = np.maximum(np.searchsorted(teams.founded[order], day, side="right"), 1)
    free = order[rng.integers(0, able)]
    return np.asarray(np.where(place < 0, free, own))


def _standing(teams: Teams) -> int:
    """Standing teams come first, sorted by place."""
    return int((teams.place >= 0).sum())


def _living(on: Grounds, drawn: Ints, place: Ints, team: Ints) -> Ints:
    """Only activities with a team are taken as a model, so that somebody leads them."""
    led = np.flatnonzero(team[: len(place)] >= 0)
    return led[drawn % len(led)]


def _upcoming(n: int, rng: np.random.Generator) -> days.Days:
    """Some this morning, most on the days of the next three weeks."""
    today = max(2, n // 10)
    later = days.drawn_between(rng, days.TODAY + 1, days.TODAY + 21, n - today)
    return np.concatenate([np.full(today, days.TODAY), np.sort(later)])


def _dropped(n: int, day: days.Days, rng: np.random.Generator) -> days.Days:
    return np.sort(rng.choice(day, n))


def _described(
    on: Grounds, state: Ints, day: days.Days, place: Ints, team: Ints, rng: np.random.Generator
) -> Activities:
    n = len(day)
    divisions = np.where(
        place >= 0, on.places.divisions[np.maximum(place, 0)], on.teams.divisions[team]
    )
    leader = np.where(team >= 0, on.teams.leader[team], on.leaders[np.maximum(place, 0)])
    project = _projects(on, place, rng)
    category = _categories(on, day, project, rng)
    programmes = len(on.ground.pack.programmes)
    programme = rng.integers(0, max(programmes, 1), n)
    programme = np.where((rng.random(n) < 0.4) & (programmes > 0), programme, -1)
    starts = rng.choice(_STARTS, n, p=[0.08, 0.14, 0.22, 0.14, 0.08, 0.12, 0.1, 0.05, 0.07])
    today = (day == days.TODAY) & (state == ANNOUNCED)
    starts = np.where(today, 480 + 15 * rng.integers(1, 9, n), starts)
    minutes = rng.choice(_MINUTES, n, p=[0.16, 0.36, 0.2, 0.16, 0.07, 0.05])
    two = (rng.random(n) < 0.07) & (starts <= 600) & (minutes <= 210)
    recorded = _recorded(on, state, day, place, rng)
    created = _created(on, day, rng)
    return Activities(
        state, day, place, team, divisions, category, programme, project, leader, recorded,
        starts, minutes, 1 + two.astype(np.int64), created, _adults_only(day, starts, minutes),
    )  # fmt: skip


def _created(on: Grounds, day: days.Days, rng: np.random.Generator) -> NDArray[np.datetime64]:
    """One to twelve days before, in office hours and evenings; nothing after yesterday."""
    lead = rng.integers(1, 13, len(day))
    minute = rng.integers(510, 1230, len(day)) - offset_minutes(on.ground)
    on_day = np.minimum(day - lead, days.YESTERDAY)
    return np.asarray(on_day.astype("M8[s]") + (minute * 60).astype("m8[s]"), "M8[s]")


def offset_minutes(ground: Ground) -> int:
    """How far the city's clock is ahead of UTC."""
    offset = ground.pack.demo_start.utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) // 60


def _adults_only(day: days.Days, starts: Ints, minutes: Ints) -> NDArray[np.bool_]:
    own, which = np.unique(day, return_inverse=True)
    at_school = [
        d.month in SCHOOL_MONTHS and workdays.is_working(d) for d in own.astype(object)
    ]
    late = starts + 2 * minutes > _BEDTIME
    return np.asarray(np.array(at_school)[which] & (starts < _EVENING) | late)


def _projects(on: Grounds, place: Ints, rng: np.random.Generator) -> Ints:
    at = np.maximum(place, 0)
    count = on.projects.count[at]
    drawn = on.projects.first[at] + rng.integers(0, np.maximum(count, 1))
    wanted = (place >= 0) & (count > 0) & (rng.random(len(place)) < 0.45)
    return np.asarray(np.where(wanted, drawn, -1))


def _categories(on: Grounds, day: days.Days, project: Ints, rng: np.random.Generator) -> Ints:
    """By the pack's weights; a project's own kind; the epidemic's in its months."""
    terms = on.ground.pack.categories
    weight = np.array([max(term.weight, 1) for term in terms], dtype=np.float64)
    drawn = rng.choice(len(terms), len(day), p=weight / weight.sum())
    # Each kind is in use, however few activities there are.
    drawn[: len(terms)] = np.arange(len(terms))[: len(drawn)]
    own = on.projects.category[np.maximum(project, 0)] if len(on.projects.place) else drawn
    drawn = np.where((project >= 0) & (np.arange(len(day)) >= len(terms)), own, drawn)
    epidemic = [k for k, term in enumerate(terms) if term.code == "epidemic"]
    if epidemic:
        wave = (day >= days.at("2020-01-26")) & (day < days.at("2020-04-10"))
        wave |= (day >= days.at("2022-03-10")) & (day < days.at("2022-04-15"))
        drawn = np.where(wave & (rng.random(len(day)) < 0.55), epidemic[0], drawn)
    return np.asarray(drawn)


def _recorded(
    on: Grounds, state: Ints, day: days.Days, place: Ints, rng: np.random.Generator
) -> days.Days:
    """Mostly within ten working days, sometimes late, and at some places often never."""
    careful = on.quality.line("RECORDS", met=0.88) == Kept.MET
    careful_here = np.where(place >= 0, careful[np.maximum(place, 0)], True)
    n = len(day)
    wait = np.where(rng.random(n) < 0.94, rng.integers(0, 13, n), rng.integers(15, 40, n))
    never = rng.random(n) >= np.where(careful_here, 0.997, 0.55)
    recorded = day + wait
    never |= (state != HELD) | (recorded > days.YESTERDAY)
    return np.where(never, days.NEVER, recorded).astype("M8[D]")


def shift_bounds(
    activities: Activities, offset_minutes: int
) -> tuple[Ints, NDArray[np.datetime64], Ints]:
    """Activity, start in UTC and minutes of every shift, in the order of activities."""
    of = np.repeat(np.arange(len(activities)), activities.shifts)
    second = np.r_[False, of[1:] == of[:-1]]
    minute = np.where(
        second,
        np.maximum(870, activities.starts[of] + activities.minutes[of] + 30),
        activities.starts[of],
    )
    seconds = 60 * (minute - offset_minutes)
    start = activities.day[of].astype("M8[s]") + seconds.astype("m8[s]")
    return of.astype(np.int64), np.asarray(start, "M8[s]"), activities.minutes[of]
