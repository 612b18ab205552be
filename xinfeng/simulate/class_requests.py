"""What stations wish for: requests of classes, and the timetables that placed them."""

from typing import Any

import numpy as np

from xinfeng.school.menu import Menu
from xinfeng.school.models import ClassRequest, Timetable

from . import classes as school
from . import days
from .activities import Grounds, offset_minutes
from .classes import GROUPS, ROOMS, column
from .copy_binary import coded, documents
from .errands import NEVER, SECOND, Moments, codes
from .ground import Ints
from .lessons import Lessons
from .loading import Loader
from .scale import Scale

_REQUEST_STATES = ["ASKED", "PLACED", "UNPLACED", "REFUSED", "WITHDRAWN", "SERVED"]
ASKED, PLACED, UNPLACED, REFUSED, WITHDRAWN, SERVED = range(6)
_STATE_OF = {
    school.DRAFT: PLACED, school.PROPOSED: PLACED, school.CONFIRMED: PLACED,
    school.PUBLISHED: PLACED, school.OVER: SERVED, school.CALLED_OFF: WITHDRAWN,
    school.DECLINED: ASKED,
}  # fmt: skip
_WHY = ["", "NOBODY_COMES_SO_FAR", "NOBODY_FREE", "OTHERS_CAME_FIRST"]


def load(
    loader: Loader, lessons: Lessons, on: Grounds, menu: Menu, scale: Scale,
    rng: np.random.Generator,
) -> int:  # fmt: skip
    """One for each class, and those that wait for the next timetable."""
    own, waiting = lessons.classes, scale.class_requests
    states = column(own, "state")
    first = np.array([one.first_on for one in own], dtype="M8[D]")
    state = np.array([_STATE_OF[s] for s in states.tolist()])
    old = (states == school.DECLINED) & (first < days.TODAY + 14)
    state = np.where(old, WITHDRAWN, state)
    closed = lessons.when.closed.copy()
    closed = np.where(np.isin(state, [WITHDRAWN, SERVED]), closed, NEVER)
    # Stations of everywhere wish for something in autumn.
    places = np.flatnonzero(on.places.is_open & (on.places.tiers <= 2) & (on.leaders >= 0))
    place = rng.choice(places, waiting)
    drawn = rng.choice(4, waiting, p=[0.88, 0.05, 0.04, 0.03])
    more = np.array([ASKED, UNPLACED, REFUSED, WITHDRAWN])[drawn]
    asked = days.TODAY - rng.integers(1, 21, waiting)
    asked_at = _office(on, asked, rng)
    done = np.where(np.isin(more, [REFUSED, WITHDRAWN]), asked_at + 30_000 * SECOND, NEVER)
    wished = _mondays(days.TODAY + rng.integers(15, 55, waiting))
    columns = {
        "place": np.concatenate([column(own, "place"), place]),
        "course": np.concatenate(
            [column(own, "course"), rng.integers(0, len(menu.courses), waiting)]
        ),
        "wished": np.concatenate([_mondays(first), wished]),
        "evenings": np.concatenate([column(own, "evenings"), rng.integers(1, 128, waiting)]),
        "begins": np.concatenate([column(own, "begins"), rng.choice([1140, 1170], waiting)]),
        "heads": np.concatenate([column(own, "heads"), rng.integers(10, 61, waiting)]),
        "room": np.concatenate([column(own, "room"), rng.integers(0, len(ROOMS), waiting)]),
        "group": np.concatenate([column(own, "group"), rng.integers(0, len(GROUPS), waiting)]),
        "state": np.concatenate([state, more]),
        "asked_at": np.concatenate([lessons.when.wished, asked_at]),
        "closed_at": np.concatenate([closed, done]),
    }
    _add_requests(loader, columns, on, rng)
    return len(columns["state"])


def _add_requests(
    loader: Loader, columns: dict[str, Any], on: Grounds, rng: np.random.Generator
) -> None:
    state, n = columns["state"], len(columns["state"])
    why = np.where(state == UNPLACED, rng.integers(1, len(_WHY), n), 0)
    numbers = [{}, {"lecturers": 3, "nearest_m": 41_000}, {"lecturers": 4}, {"lecturers": 2}]
    reason = np.select([state == REFUSED, state == WITHDRAWN], [1, 2], 0)
    loader.add(
        ClassRequest,
        {
            "id": np.arange(1, n + 1),
            "code": codes(n, rng, 5),
            "place_id": columns["place"] + 1,
            "division_id": on.places.divisions[columns["place"]],
            "course_id": columns["course"] + 1,
            "series_id": None,
            "wished_from": columns["wished"],
            "evenings": columns["evenings"],
            "begins_minute": columns["begins"],
            "heads": columns["heads"],
            "room": coded(columns["room"].astype(np.uint8), ROOMS),
            "group": coded(columns["group"].astype(np.uint8), GROUPS),
            "note": "",
            "state": coded(state.astype(np.uint8), _REQUEST_STATES),
            "why": coded(why.astype(np.uint8), _WHY),
            "why_numbers": documents(numbers, why),
            "asked_by_id": on.leaders[columns["place"]] + 1,
            "asked_at": columns["asked_at"],
            "closed_at": columns["closed_at"],
            "reason": coded(
                reason.astype(np.uint8), ["", "教室不具备所需设备", "本村另有安排"]
            ),
        },
    )


def load_timetables(
    loader: Loader, lessons: Lessons, on: Grounds, rng: np.random.Generator
) -> Ints:
    """One a county and quarter, and a draft that is still looked at; the id of each class's."""
    own = lessons.classes
    county = on.places.divisions[column(own, "place")] // 10**6 * 10**6
    first = np.array([one.first_on for one in own], dtype="M8[D]")
    draft = column(own, "state") == school.DRAFT
    quarter = first.astype("M8[M]").astype(np.int64) // 3
    key = county * 10_000 + quarter * 2 + draft
    own_keys, which = np.unique(key, return_inverse=True)
    n = len(own_keys)
    head = _heads(on)
    placed = np.bincount(which, minlength=n)
    metres = np.array([2 * one.metres * len(one.dates) for one in own]).astype(np.int64)
    travel = np.bincount(which, weights=metres, minlength=n).astype(np.int64)
    done = np.full(n, np.datetime64("2262-01-01", "s"))
    np.minimum.at(done, which, lessons.when.placed)
    start = np.full(n, np.datetime64("2262-01-01", "D"))
    np.minimum.at(start, which, first)
    is_draft = own_keys % 2 == 1
    loader.add(
        Timetable,
        {
            "id": np.arange(1, n + 1),
            "code": codes(n, rng, 6),
            "division_id": own_keys // 10_000,
            "first_week": _mondays(start),
            "weeks": np.full(n, 13),
            "seed": np.zeros(n, np.int64),
            "state": coded(is_draft.astype(np.uint8), ["PUBLISHED", "DRAFT"]),
            "progress": np.full(n, 100),
            "asked_by_id": np.array([head(code) for code in own_keys // 10_000]) + 1,
            "asked_at": done - 90 * SECOND,
            "started_at": done - 85 * SECOND,
            "done_at": done,
            "published_at": np.where(is_draft, NEVER, done + 3600 * SECOND),
            "placed": placed,
            "kept": np.zeros(n, np.int64),
            "unplaced": rng.integers(0, 4, n),
            "travel_m": travel,
            "cost_m": travel,
            "bound_m": (travel * 0.97).astype(np.int64),
            "failure": "",
        },
    )
    return np.asarray(which + 1, dtype=np.int64)


def _heads(on: Grounds) -> Any:
    """Who leads the centre of a county, or else of the city."""
    centres = np.flatnonzero((on.places.tiers == 0) & (on.leaders >= 0))
    by_code = {int(on.places.divisions[c]): int(on.leaders[c]) for c in centres[::-1].tolist()}
    anybody = int(on.leaders[centres[0]])
    return lambda code: by_code.get(int(code), anybody)


def _mondays(day: days.Days) -> days.Days:
    return np.asarray(day - days.weekdays(day), "M8[D]")


def _office(on: Grounds, day: days.Days, rng: np.random.Generator) -> Moments:
    """Some time of these days in office hours."""
    minute = rng.integers(510, 1050, len(day)) - offset_minutes(on.ground)
    return np.asarray(day.astype("M8[s]") + (minute * 60) * SECOND, "M8[s]")
