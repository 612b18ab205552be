"""What stations wish for: requests of classes.

No timetable, and no reason why a class found no place: those are the solver's to give.
"""

from typing import Any

import numpy as np

from xinfeng.school.menu import Menu
from xinfeng.school.models import ClassRequest, RequestState

from . import classes as school
from . import days
from .activities import Grounds, offset_minutes
from .classes import GROUPS, ROOMS, column
from .copy_binary import coded, documents
from .errands import NEVER, SECOND, Moments, codes
from .lessons import Lessons
from .loading import Loader
from .scale import Scale

_REQUEST_STATES = list(RequestState.values)
ASKED, PLACED, _UNPLACED, REFUSED, WITHDRAWN, SERVED = range(len(_REQUEST_STATES))
_STATE_OF = {
    school.PROPOSED: PLACED, school.CONFIRMED: PLACED,
    school.PUBLISHED: PLACED, school.OVER: SERVED, school.CALLED_OFF: WITHDRAWN,
    school.DECLINED: ASKED,
}  # fmt: skip
# Of those that wait, so many are wished at the station of the cast.
_AT_HOME = 3


def load(
    loader: Loader, lessons: Lessons, on: Grounds, known: tuple[Menu, int], scale: Scale,
    rng: np.random.Generator,
) -> int:  # fmt: skip
    """One for each class, and those that wait for the next timetable; some at home."""
    menu, home = known
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
    more = rng.choice([ASKED, REFUSED, WITHDRAWN], waiting, p=[0.93, 0.04, 0.03])
    place[:_AT_HOME], more[:_AT_HOME] = home, ASKED
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
            "why": "",
            "why_numbers": documents([{}], np.zeros(n, dtype=np.int64)),
            "asked_by_id": on.leaders[columns["place"]] + 1,
            "asked_at": columns["asked_at"],
            "closed_at": columns["closed_at"],
            "reason": coded(
                reason.astype(np.uint8), ["", "教室不具备所需设备", "本村另有安排"]
            ),
        },
    )


def _mondays(day: days.Days) -> days.Days:
    return np.asarray(day - days.weekdays(day), "M8[D]")


def _office(on: Grounds, day: days.Days, rng: np.random.Generator) -> Moments:
    """Some time of these days in office hours."""
    minute = rng.integers(510, 1050, len(day)) - offset_minutes(on.ground)
    return np.asarray(day.astype("M8[s]") + (minute * 60) * SECOND, "M8[s]")
