"""Evenings of the night school as activities: who taught, who came, what is still to come."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinfeng.activities.models import Audience
from xinfeng.school.menu import Menu

from . import classes as school
from . import days, learners
from .activities import ANNOUNCED, CALLED_OFF, HELD, Grounds, offset_minutes
from .classes import OneClass
from .errands import BOOKED, LEFT, Came, Errands, Moments, Wording, minutes_served
from .ground import Ints
from .learners import Enrolments
from .lecturers import Lecturers
from .scale import Chance

SECOND = np.timedelta64(1, "s")
_PUBLISHED = (school.PUBLISHED, school.OVER, school.CALLED_OFF)
# Their sessions hold lecturer, room and group.
_WITH_SESSIONS = (*_PUBLISHED, school.CONFIRMED, school.PROPOSED)
_WORDING = Wording(
    content="按课程大纲授课，课后答疑。",
    conditions="本村（社区）及周边居民均可报名，按报名先后录取。",
    risks="晚间往返注意交通安全。",
    protection="教室配备灭火器和急救包，专人值守。",
    contact="阵地管理员，经平台站内联系",
    meeting_point="阵地教室",
)


@dataclass(frozen=True)
class Milestones:
    """When each class reached each step, by class; not-a-time where it did not."""

    wished: Moments
    placed: Moments
    asked: Moments
    accepted: Moments
    published: Moments
    closed: Moments


@dataclass(frozen=True)
class Lessons:
    """The night school, made: classes, their evenings, who learns and what follows."""

    classes: list[OneClass]
    when: Milestones
    # Sessions by row: class, number, day, and the activity's index (-1: not published).
    of: Ints
    number: Ints
    on: days.Days
    starts: Moments
    called_off: NDArray[np.bool_]
    activity: Ints
    enrolments: Enrolments
    errands: Errands


def made(
    on: Grounds, corps: Lecturers, menu: Menu, classes: list[OneClass], busy: Ints,
    chance: Chance,
) -> Lessons:  # fmt: skip
    when = _milestones(on, classes, chance("milestones of classes"))
    rows = [(k, one) for k, one in enumerate(classes) if one.state in _WITH_SESSIONS]
    of = np.repeat([k for k, _ in rows], [len(one.dates) for _, one in rows]).astype(np.int64)
    number = np.concatenate([np.arange(len(one.dates)) for _, one in rows] or [of]) + 1
    day = np.array([d for _, one in rows for d in one.dates], dtype="M8[D]")
    begins = np.array([one.begins for one in classes], dtype=np.int64)
    seconds = 60 * (begins[of] - offset_minutes(on.ground))
    starts = np.asarray(day.astype("M8[s]") + seconds * SECOND, "M8[s]")
    states = np.array([one.state for one in classes], dtype=np.int64)
    called_off = (states[of] == school.CALLED_OFF) | (
        (day >= school.EPIDEMIC[0]) & (day <= school.EPIDEMIC[1])
    )
    published = np.isin(states[of], _PUBLISHED)
    activity = np.where(published, np.cumsum(published) - 1, -1)
    shown = np.flatnonzero(published)
    people = np.concatenate([busy, corps.person])
    asked = learners.enrolled(classes, when.published, on, people, chance)
    rng = chance("attendance of classes")
    evenings = _Evenings(of[shown], number[shown], day[shown], starts[shown],
                         called_off[shown])  # fmt: skip
    errands = _errands(on, corps, menu, classes, when, evenings, asked, rng)
    return Lessons(classes, when, of, number, day, starts, called_off, activity, asked, errands)


@dataclass(frozen=True)
class _Evenings:
    of: Ints
    number: Ints
    on: days.Days
    starts: Moments
    called_off: NDArray[np.bool_]


def _milestones(on: Grounds, classes: list[OneClass], rng: np.random.Generator) -> Milestones:
    """Wished a month before or more; then placed, asked, accepted and published."""
    n = len(classes)
    first = np.array([one.first_on for one in classes], dtype="M8[D]")
    state = np.array([one.state for one in classes], dtype=np.int64)
    office = 60 * (rng.integers(510, 1050, n) - offset_minutes(on.ground)) * SECOND
    wished = first - rng.integers(30, 50, n)
    placed = wished + rng.integers(3, 9, n)
    # Not before yesterday for what is only being prepared.
    early = state == school.PROPOSED
    placed = np.where(early, np.maximum(placed, days.YESTERDAY - 9), placed)
    wished = np.minimum(wished, placed - 3)
    placed = np.minimum(placed, days.YESTERDAY - 6)
    wished = np.minimum(wished, placed - 1)
    asked = placed + 1
    accepted = asked + rng.integers(0, 4, n)
    published = accepted + rng.integers(0, 2, n)
    last = np.array([one.dates[-1] for one in classes], dtype="M8[D]")
    never = np.datetime64("NaT", "s")

    def moment(day: days.Days, *states: int, later: int = 0) -> Moments:
        at = day.astype("M8[s]") + office + later * SECOND
        return np.where(np.isin(state, states), at, never).astype("M8[s]")

    every = tuple(range(len(school.STATES)))
    taken = (school.CONFIRMED, *_PUBLISHED)
    closed = moment(last, school.OVER, later=40_000)
    closed = np.where(state == school.DECLINED, moment(accepted, school.DECLINED), closed)
    gone = moment(published + 1, school.CALLED_OFF, later=600)
    return Milestones(
        wished=moment(wished, *every),
        placed=moment(placed, *every),
        asked=moment(asked, *every),
        accepted=moment(accepted, *taken, later=900),
        published=moment(published, *_PUBLISHED, later=1800),
        closed=np.where(state == school.CALLED_OFF, gone, closed).astype("M8[s]"),
    )


def _errands(
    on: Grounds, corps: Lecturers, menu: Menu, classes: list[OneClass], when: Milestones,
    evenings: _Evenings, asked: Enrolments, rng: np.random.Generator,
) -> Errands:  # fmt: skip
    of = evenings.of
    state = np.where(evenings.on < days.TODAY, HELD, ANNOUNCED)
    state = np.where(evenings.called_off, CALLED_OFF, state)
    column = _columns(on, corps, menu, classes)
    minutes = column["minutes"][of]
    live: list[list[int]] = [[] for _ in classes]
    for activity, k in enumerate(of.tolist()):
        if not evenings.called_off[activity]:
            live[k].append(activity)
    arrays = [np.array(activities, dtype=np.int64) for activities in live]
    past = state == HELD
    learned = learners.came(asked, arrays, evenings.starts, minutes, past, rng)
    taught = _taught(corps, classes, evenings, state, minutes, rng)
    return Errands(
        wording=_WORDING,
        audience=Audience.OPEN,
        state=state,
        starts=evenings.starts,
        minutes=minutes,
        place=column["place"][of],
        divisions=on.places.divisions[column["place"][of]],
        leader=on.leaders[column["place"][of]],
        category=column["category"][of],
        titles=_titles(on, menu, classes, evenings),
        created=when.published[of],
        is_paid=corps.is_paid[column["lecturer"][of]],
        helpers=np.ones(len(of), dtype=np.int64),
        learners=column["quota"][of],
        came=_together(taught, learned),
        on=evenings.on,
    )


def _columns(
    on: Grounds, corps: Lecturers, menu: Menu, classes: list[OneClass]
) -> dict[str, Ints]:
    categories = [term.code for term in on.ground.pack.categories]
    of_field = {one.code: categories.index(one.category) for one in menu.fields}
    return {
        "minutes": np.array([one.minutes for one in classes], dtype=np.int64),
        "place": np.array([one.place for one in classes], dtype=np.int64),
        "lecturer": np.array([one.lecturer for one in classes], dtype=np.int64),
        "quota": np.array([one.quota for one in classes], dtype=np.int64),
        "category": np.array(
            [of_field[menu.courses[one.course].field] for one in classes], dtype=np.int64
        ),
    }


def _taught(
    corps: Lecturers, classes: list[OneClass], evenings: _Evenings, state: Ints,
    minutes: Ints, rng: np.random.Generator,
) -> Came:  # fmt: skip
    """The lecturer is there all evening; who is not paid for it earns the time."""
    rows = np.flatnonzero(state != CALLED_OFF)
    lecturer = np.array([classes[k].lecturer for k in evenings.of[rows]], dtype=np.int64)
    n = len(rows)
    starts = evenings.starts[rows]
    arrived = starts - rng.integers(60, 900, n) * SECOND
    left = starts + (minutes[rows] * 60 + rng.integers(0, 240, n)) * SECOND
    held = state[rows] == HELD
    ends = starts + minutes[rows] * 60 * SECOND
    served = minutes_served(arrived, np.minimum(left, ends), starts)
    return Came(
        of=rows,
        person=corps.person[lecturer],
        state=np.where(held, LEFT, BOOKED),
        is_learner=np.zeros(n, np.bool_),
        arrived=np.maximum(arrived, starts),
        left=np.minimum(left, ends),
        earned=np.where(held & ~corps.is_paid[lecturer], served, 0),
        by_code=rng.random(n) < 0.6,
    )


def _together(*parts: Came) -> Came:
    columns = {name: [getattr(part, name) for part in parts] for name in Came.__annotations__}
    whole = {name: np.concatenate(column) for name, column in columns.items()}
    order = np.argsort(whole["of"], kind="stable")
    return Came(**{name: column[order] for name, column in whole.items()})


def _titles(on: Grounds, menu: Menu, classes: list[OneClass], evenings: _Evenings) -> list[str]:
    titles = []
    for k, number in zip(evenings.of.tolist(), evenings.number.tolist(), strict=True):
        one = classes[k]
        course = menu.courses[one.course].title
        titles.append(f"夜校·{course}（{number}/{len(one.dates)}）{on.places.short[one.place]}")
    return titles
