"""The night school as rows: classes, their sessions, enrolments, walk-ins, ratings."""

import numpy as np

from xinfeng.school.menu import Menu
from xinfeng.school.models import (
    ClassRating,
    DeclineReason,
    Enrolment,
    NightClass,
    Session,
    WalkIns,
)

from . import class_requests, days, learners
from . import classes as school
from .activities import Grounds, offset_minutes
from .classes import GROUPS, ROOMS, column
from .copy_binary import coded
from .errands import LEFT, NEVER, SECOND, Moments, codes
from .ground import Ints
from .lecturers import Lecturers
from .lessons import Lessons
from .loading import Loader
from .scale import Chance, Scale

_RATES, _WALK_INS = 0.42, 0.3
_MARKS = [0.012, 0.028, 0.12, 0.36, 0.48]
_COMMENTS = [
    "", "老师讲得细，听得懂。", "希望再多开几期。", "时间有点晚，回家不方便。",
    "教室有点挤，坐不下。", "内容实用，回家就能用上。", "希望有讲义。",
]  # fmt: skip
DECLINES = [one for one in DeclineReason.values if one != "OTHER"]
_CALLED_OFF, _EPIDEMIC = "报名人数不足，取消开班", "疫情防控，暂停授课"


def load(
    loader: Loader, lessons: Lessons, on: Grounds, corps: Lecturers, known: tuple[Menu, int],
    before: tuple[int, int], scale: Scale, chance: Chance,
) -> None:  # fmt: skip
    """Everything but the activities, whose first ids come `before`.

    `known` are the menu and the station of the cast.
    """
    if not lessons.classes:
        return
    requests = class_requests.load(loader, lessons, on, known, scale, chance("class requests"))
    _load_classes(loader, lessons, on, corps, chance("codes of classes"))
    _load_sessions(loader, lessons, before)
    _load_enrolments(loader, lessons, on)
    _load_walk_ins(loader, lessons, on, chance("walk-ins"))
    _load_ratings(loader, lessons, on, chance("ratings of classes"))
    assert requests >= len(lessons.classes)


def _load_classes(
    loader: Loader, lessons: Lessons, on: Grounds, corps: Lecturers, rng: np.random.Generator
) -> None:
    """The county's centre placed each of them by hand."""
    own, when = lessons.classes, lessons.when
    n, place, state = len(own), column(own, "place"), column(own, "state")
    lecturer, begins = column(own, "lecturer"), column(own, "begins")
    declined, off = state == school.DECLINED, state == school.CALLED_OFF
    published = ~np.isnat(when.published)
    reasons = ["", *DECLINES]
    why = np.where(declined, rng.integers(1, len(reasons), n), 0)
    loader.add(
        NightClass,
        {
            "id": np.arange(1, n + 1),
            "code": codes(n, rng, 3),
            "request_id": np.arange(1, n + 1),
            "course_id": column(own, "course") + 1,
            "lecturer_id": lecturer + 1,
            "timetable_id": None,
            "series_id": None,
            "place_id": place + 1,
            "division_id": on.places.divisions[place],
            "room": coded(column(own, "room").astype(np.uint8), ROOMS),
            "group": coded(column(own, "group").astype(np.uint8), GROUPS),
            "first_on": np.array([one.first_on for one in own], dtype="M8[D]"),
            "begins_minute": begins,
            "ends_minute": begins + column(own, "minutes"),
            "sessions_count": np.array([len(one.dates) for one in own]),
            "quota": column(own, "quota"),
            "is_paid": corps.is_paid[lecturer],
            "travel_m": np.array([round(2 * one.metres) * len(one.dates) for one in own]),
            "state": coded(state.astype(np.uint8), school.STATES),
            "placed_at": when.placed,
            "placed_by_id": _heads(on, place) + 1,
            "asked_at": when.asked,
            "accepted_at": when.accepted,
            "declined_at": np.where(declined, when.closed, NEVER),
            "decline_reason": coded(why.astype(np.uint8), reasons),
            "decline_text": "",
            "published_at": when.published,
            "published_by_id": np.ma.array(on.leaders[place] + 1, mask=~published),
            "closed_at": when.closed,
            "reason": coded(off.astype(np.uint8), ["", _CALLED_OFF]),
        },
    )


def _heads(on: Grounds, place: Ints) -> Ints:
    """Who leads the centre of each place's county, or else of the city."""
    centres = np.flatnonzero((on.places.tiers == 0) & (on.leaders >= 0))
    by_code = {int(on.places.divisions[c]): int(on.leaders[c]) for c in centres[::-1].tolist()}
    county = on.places.divisions[place] // 10**6 * 10**6
    anybody = int(on.leaders[centres[0]])
    return np.array([by_code.get(code, anybody) for code in county.tolist()], dtype=np.int64)


def _load_sessions(loader: Loader, lessons: Lessons, before: tuple[int, int]) -> None:
    own, of = lessons.classes, lessons.of
    none = lessons.activity < 0
    minutes = column(own, "minutes")[of]
    whole = column(own, "state")[of] == school.CALLED_OFF
    why = np.where(lessons.called_off, np.where(whole, 1, 2), 0)
    loader.add(
        Session,
        {
            "id": np.arange(1, len(of) + 1),
            "night_class_id": of + 1,
            "number": lessons.number,
            "on": lessons.on,
            "starts_at": lessons.starts,
            "ends_at": lessons.starts + minutes * 60 * SECOND,
            "lecturer_id": column(own, "lecturer")[of] + 1,
            "place_id": column(own, "place")[of] + 1,
            "room": coded(column(own, "room")[of].astype(np.uint8), ROOMS),
            "group": coded(column(own, "group")[of].astype(np.uint8), GROUPS),
            "state": coded(lessons.called_off.astype(np.uint8), ["PLANNED", "CALLED_OFF"]),
            "activity_id": np.ma.array(before[0] + 1 + lessons.activity, mask=none),
            "shift_id": np.ma.array(before[1] + 1 + lessons.activity, mask=none),
            "reason": coded(why.astype(np.uint8), ["", _CALLED_OFF, _EPIDEMIC]),
        },
    )


def _load_enrolments(loader: Loader, lessons: Lessons, on: Grounds) -> None:
    own = lessons.enrolments
    place = column(lessons.classes, "place")[own.of]
    held = np.isin(own.state, [learners.ENROLLED, learners.CANCELLED])
    loader.add(
        Enrolment,
        {
            "id": np.arange(1, len(own) + 1),
            "night_class_id": own.of + 1,
            "person_id": own.person + 1,
            "division_id": on.places.divisions[place],
            "state": coded(own.state.astype(np.uint8), learners.STATES),
            "asked_at": own.asked,
            "enrolled_at": np.where(held, own.asked, NEVER),
            "closed_at": own.closed,
        },
    )


def _load_walk_ins(
    loader: Loader, lessons: Lessons, on: Grounds, rng: np.random.Generator
) -> None:
    """The keeper counts whom nobody knows, at some of the evenings."""
    held = (lessons.activity >= 0) & ~lessons.called_off & (lessons.on < days.TODAY)
    rows = np.flatnonzero(held & (rng.random(len(held)) < _WALK_INS))
    if not len(rows):
        return
    place = column(lessons.classes, "place")[lessons.of[rows]]
    loader.add(
        WalkIns,
        {
            "id": np.arange(1, len(rows) + 1),
            "session_id": rows + 1,
            "heads": 1 + rng.poisson(4.5, len(rows)),
            "counted_by_id": on.leaders[place] + 1,
            "counted_at": lessons.starts[rows] + 1800 * SECOND,
        },
    )


def _load_ratings(
    loader: Loader, lessons: Lessons, on: Grounds, rng: np.random.Generator
) -> None:
    """Of those who came at least once, after the last evening; most say nothing."""
    class_of = lessons.of[lessons.activity >= 0]
    came = lessons.errands.came
    there = came.is_learner & (came.state == LEFT)
    pairs = np.unique(np.stack([class_of[came.of[there]], came.person[there]], 1), axis=0)
    over = column(lessons.classes, "state") == school.OVER
    pairs = pairs[over[pairs[:, 0]]]
    pairs = pairs[rng.random(len(pairs)) < _RATES]
    n = len(pairs)
    if not n:
        return
    last = np.array([one.dates[-1] for one in lessons.classes], dtype="M8[D]")[pairs[:, 0]]
    day = np.minimum(last + rng.integers(1, 7, n), days.YESTERDAY)
    # Who likes a class likes most of it.
    mood = rng.choice(5, n, p=_MARKS)
    marks = [np.clip(mood + rng.choice([-1, 0, 0, 0, 1], n), 0, 4) + 1 for _ in range(3)]
    comment = np.where(rng.random(n) < 0.12, rng.integers(1, len(_COMMENTS), n), 0)
    place = column(lessons.classes, "place")[pairs[:, 0]]
    loader.add(
        ClassRating,
        {
            "id": np.arange(1, n + 1),
            "night_class_id": pairs[:, 0] + 1,
            "person_id": pairs[:, 1] + 1,
            "division_id": on.places.divisions[place],
            "content": marks[0],
            "teaching": marks[1],
            "arrangement": marks[2],
            "comment": coded(comment.astype(np.uint8), _COMMENTS),
            "rated_at": _evening(on, day, rng),
        },
    )


def _evening(on: Grounds, day: days.Days, rng: np.random.Generator) -> Moments:
    minute = rng.integers(1250, 1400, len(day)) - offset_minutes(on.ground)
    return np.asarray(day.astype("M8[s]") + (minute * 60) * SECOND, "M8[s]")
