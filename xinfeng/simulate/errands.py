"""Activities that rooms above end in: evenings of classes, services of orders.

Each has one shift. They are loaded after all others and take the ids behind theirs; whoever
comes on one of these days goes nowhere else.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from xinfeng.activities.models import (
    Activity,
    ActivityState,
    Audience,
    CheckIn,
    Nature,
    Part,
    Post,
    Shift,
    Signup,
)
from xinfeng.base import workdays
from xinfeng.hours.models import Credit, Source

from . import crowd, days
from .activities import ANNOUNCED, HELD, offset_minutes
from .copy_binary import coded, sets
from .ground import Ground, Ints
from .loading import Loader
from .witness import CHECKINS_SINCE, SINCE

Moments = NDArray[np.datetime64]
Flags = NDArray[np.bool_]
NEVER, SECOND = np.datetime64("NaT", "s"), np.timedelta64(1, "s")
LEFT, BOOKED, CANCELLED, NO_SHOW, PRESENT = range(5)
_SIGNUPS = ["LEFT", "BOOKED", "CANCELLED", "NO_SHOW", "PRESENT"]
_STATES = [ActivityState.HELD, ActivityState.ANNOUNCED, ActivityState.CALLED_OFF]
_ALPHABET = np.array(list("23456789ABCDEFGHJKMNPQRSTVWXYZ"))
_GRADES = ["", "A", "B", "C"]


@dataclass(frozen=True)
class Wording:
    """What the law wants stated, one text for all activities of a room."""

    content: str
    conditions: str
    risks: str
    protection: str
    contact: str
    meeting_point: str


@dataclass(frozen=True)
class Came:
    """Places on the shifts, by row; `of` is the activity's index, in order."""

    of: Ints
    person: Ints
    state: Ints
    is_learner: Flags
    arrived: Moments
    left: Moments
    # Whole minutes that are credited; 0: none.
    earned: Ints
    by_code: Flags

    def __len__(self) -> int:
        return len(self.of)


@dataclass(frozen=True)
class Errands:
    """Activities of one room by index, each with one shift."""

    wording: Wording
    audience: Audience
    state: Ints
    starts: Moments
    minutes: Ints
    place: Ints
    divisions: Ints
    leader: Ints
    category: Ints
    titles: list[str]
    created: Moments
    is_paid: Flags
    # Places of the two posts; none where a quota is 0.
    helpers: Ints
    learners: Ints
    came: Came
    # Days on the city's calendar.
    on: days.Days = field(default_factory=lambda: np.zeros(0, "M8[D]"))

    def __len__(self) -> int:
        return len(self.state)

    @property
    def held(self) -> int:
        return int((self.state == HELD).sum())

    @property
    def credits(self) -> int:
        return int((self.came.earned > 0).sum())

    def taken(self) -> Ints:
        """Keys of the days on which somebody is here and nowhere else."""
        busy = np.isin(self.came.state, [LEFT, BOOKED, PRESENT])
        return crowd.key(self.came.person[busy], self.on[self.came.of[busy]])


@dataclass
class Reached:
    """The highest id of each table so far."""

    activities: int
    shifts: int
    signups: int
    credits: int
    checkins: int
    posts: int = 0


def codes(n: int, rng: np.random.Generator, letters: int = 7) -> list[str]:
    """Not to be guessed, each once, and of a length that no other table's codes have."""
    drawn = _ALPHABET[rng.integers(0, len(_ALPHABET), (n, letters))]
    tails = rng.permutation(n)
    return [
        "".join(row) + f"{tail:06}" for row, tail in zip(drawn.tolist(), tails, strict=True)
    ]


def load(
    loader: Loader, errands: Errands, ground: Ground, ids: Reached, rng: np.random.Generator
) -> tuple[int, int]:
    """All rows of these activities; the ids before their first activity and first shift."""
    before = ids.activities, ids.shifts
    _load_activities(loader, errands, ids, rng)
    posts = _load_posts(loader, errands, ids)
    signups = np.arange(ids.signups + 1, ids.signups + len(errands.came) + 1)
    _load_signups(loader, errands, ids, signups, posts)
    _load_credits(loader, errands, ids, signups)
    _load_checkins(loader, errands, ids, signups, rng)
    ids.activities += len(errands)
    ids.shifts += len(errands)
    ids.signups += len(errands.came)
    return before


def on_days(starts: Moments, ground: Ground) -> days.Days:
    """The city's day of each moment."""
    ahead = np.timedelta64(60 * offset_minutes(ground), "s")
    return np.asarray((starts + ahead).astype("M8[D]"))


def _load_activities(
    loader: Loader, errands: Errands, ids: Reached, rng: np.random.Generator
) -> None:
    n = len(errands)
    held = np.where(errands.state == HELD, errands.on, days.NEVER).astype("M8[D]")
    due = {day: workdays.after(day, 10) for day in set(held[~np.isnat(held)].astype(object))}
    dues = np.array([due.get(day) for day in held.astype(object)], dtype="M8[D]")
    recorded = held + np.where(rng.random(n) < 0.95, rng.integers(0, 4, n), 12)
    recorded = np.where(recorded > days.YESTERDAY, days.NEVER, recorded).astype("M8[D]")
    at = np.arange(ids.activities + 1, ids.activities + n + 1)
    loader.add(
        Activity,
        {
            "id": at,
            "code": codes(n, rng, 8 if errands.audience == Audience.OPEN else 9),
            "title": errands.titles,
            "category_id": errands.category + 1,
            "project_id": None,
            "programme_id": None,
            "team_id": None,
            "place_id": np.ma.array(errands.place + 1, mask=errands.place < 0),
            "division_id": errands.divisions,
            "leader_id": errands.leader + 1,
            "state": coded(errands.state.astype(np.uint8), [s.value for s in _STATES]),
            "held_on": held,
            "recorded_on": recorded,
            "due_on": dues,
            "nature": coded(
                errands.is_paid.astype(np.uint8), [Nature.SERVICE.value, Nature.PAID.value]
            ),
            "audience": errands.audience.value,
            "created_at": errands.created,
            **vars(errands.wording),
        },
    )
    loader.add(
        Shift,
        {
            "id": np.arange(ids.shifts + 1, ids.shifts + n + 1),
            "activity_id": at,
            "starts_at": errands.starts,
            "ends_at": errands.starts + errands.minutes * 60 * SECOND,
            "capacity": np.maximum(errands.helpers + errands.learners, 1),
            "cell": None,
        },
    )


def _load_posts(loader: Loader, errands: Errands, ids: Reached) -> tuple[Ints, Ints]:
    """Two posts where there are learners; the ids of both per activity, 0 for none."""
    two = np.flatnonzero(errands.learners > 0)
    first = np.zeros(len(errands), dtype=np.int64)
    if not len(two):
        return first, first
    n = len(two)
    first[two] = ids.posts + 1 + 2 * np.arange(n)
    second = np.where(first > 0, first + 1, 0)
    learns = np.tile([0, 1], n).astype(np.uint8)
    loader.add(
        Post,
        {
            "id": np.arange(ids.posts + 1, ids.posts + 2 * n + 1),
            "shift_id": np.repeat(ids.shifts + 1 + two, 2),
            "name": coded(learns, ["讲师", "学员"]),
            "capacity": np.stack([errands.helpers[two], errands.learners[two]], 1).ravel(),
            "conditions": "",
            "skills": _nothing(2 * n),
            "qualifications": _nothing(2 * n),
            "min_age": None,
            "max_age": None,
            "is_dangerous": np.zeros(2 * n, np.bool_),
            "part": coded(learns, [Part.HELPER.value, Part.LEARNER.value]),
            "audience": coded(learns, [Audience.INVITED.value, Audience.OPEN.value]),
        },
    )
    ids.posts += 2 * n
    return first, second


def _nothing(rows: int) -> object:
    return sets(np.zeros(rows, dtype=np.int64), [])


def _load_signups(
    loader: Loader, errands: Errands, ids: Reached, signups: Ints, posts: tuple[Ints, Ints]
) -> None:
    came = errands.came
    here = np.isin(came.state, [LEFT, PRESENT])
    witnessed = here & (errands.on[came.of] >= SINCE)
    post = np.where(came.is_learner, posts[1][came.of], posts[0][came.of])
    loader.add(
        Signup,
        {
            "id": signups,
            "shift_id": ids.shifts + 1 + came.of,
            "person_id": came.person + 1,
            "division_id": errands.divisions[came.of],
            "state": coded(came.state.astype(np.uint8), _SIGNUPS),
            "arrived_at": np.where(here, came.arrived, NEVER),
            "left_at": np.where(came.state == LEFT, came.left, NEVER),
            "post_id": np.ma.array(post, mask=post == 0),
            "part": coded(came.is_learner.astype(np.uint8), ["HELPER", "LEARNER"]),
            "grade": coded(np.where(witnessed, _grade(came), 0).astype(np.uint8), _GRADES),
        },
    )


def _grade(came: Came) -> Ints:
    return np.where(came.by_code, 1, 3)


def _load_credits(loader: Loader, errands: Errands, ids: Reached, signups: Ints) -> None:
    came = errands.came
    rows = np.flatnonzero(came.earned > 0)
    of, n = came.of[rows], len(rows)
    kept = errands.on[of] >= SINCE
    leader = np.where(came.by_code[rows] | ~kept, -1, errands.leader[of])
    loader.add(
        Credit,
        {
            "id": np.arange(ids.credits + 1, ids.credits + n + 1),
            "person_id": came.person[rows] + 1,
            "division_id": errands.divisions[of],
            "minutes": came.earned[rows],
            "earned_on": errands.on[of],
            "source_kind": np.full(n, Source.ATTENDANCE),
            "source_id": signups[rows],
            "starts_at": np.where(kept, came.arrived[rows], NEVER),
            "ends_at": np.where(kept, came.left[rows], NEVER),
            "grade": coded(np.where(kept, _grade(came)[rows], 0).astype(np.uint8), _GRADES),
            "recorded_by_id": np.ma.array(leader + 1, mask=leader < 0),
            "recorded_at": np.where(kept, came.left[rows] + 60 * SECOND, NEVER),
        },
    )
    ids.credits += n


def _load_checkins(
    loader: Loader, errands: Errands, ids: Reached, signups: Ints, rng: np.random.Generator
) -> None:
    """Coming, and where they have left also going, of those with a code."""
    came = errands.came
    late = (errands.on[came.of] >= CHECKINS_SINCE) & came.by_code
    ins = np.flatnonzero(late & np.isin(came.state, [LEFT, PRESENT]))
    outs = np.flatnonzero(late & (came.state == LEFT))
    rows = np.concatenate([ins, outs])
    out = np.repeat([0, 1], [len(ins), len(outs)])
    n = len(rows)
    if not n:
        return
    said = np.where(out == 0, came.arrived[rows], came.left[rows])
    loader.add(
        CheckIn,
        {
            "id": np.arange(ids.checkins + 1, ids.checkins + n + 1),
            "client_id": np.frombuffer(rng.bytes(16 * n), dtype="V16"),
            "signup_id": signups[rows],
            "person_id": came.person[rows] + 1,
            "division_id": errands.divisions[came.of[rows]],
            "phase": coded(out.astype(np.uint8), ["IN", "OUT"]),
            "means": coded((rng.random(n) < 0.4).astype(np.uint8), ["ROTATING", "SIX_DIGITS"]),
            "said_at": said,
            "received_at": said + rng.integers(0, 3, n) * SECOND,
            "counted_at": said,
            "skew_s": np.zeros(n, np.int64),
            "is_late": np.zeros(n, np.bool_),
            "code_held": np.ones(n, np.bool_),
            "device_id": came.person[rows] + 1,
            "device_counter": signups[rows] * 2 + out,
            "is_inside": np.ones(n, np.bool_),
            "distance_band_m": np.full(n, 300),
            "accuracy_band_m": rng.choice([50, 100], n, p=[0.7, 0.3]),
            "recorded_by_id": None,
        },
    )
    ids.checkins += n


def minutes_served(arrived: Moments, left: Moments, starts: Moments) -> Ints:
    """Whole minutes within the shift: coming early earns nothing."""
    given = left - np.maximum(arrived, starts)
    return np.maximum(given.astype("m8[s]").astype(np.int64) // 60, 0)


def announced(state: Ints) -> Flags:
    return np.asarray(state == ANNOUNCED)
