"""How the latest attendance was witnessed: by a code on the phone, or by the leader's hand.

Older credits are from before this was kept: they have no span, no grade and nobody's name.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from xinfeng.activities.models import CheckIn
from xinfeng.hours.models import Grade

from . import days
from .activities import Activities
from .copy_binary import coded
from .ground import Ints
from .loading import Loader

# From then on each credit says when, by whom and how well witnessed it is.
SINCE = np.datetime64("2022-06-01")
# Check-ins themselves are kept from this day on.
CHECKINS_SINCE = np.datetime64("2022-07-01")
_BY_CODE = 0.3
_GRADES = ["", Grade.A.value, Grade.B.value, Grade.C.value]
NONE, A, B, C = range(4)
SECOND = np.timedelta64(1, "s")
_MEANS = ["ROTATING", "SIX_DIGITS"]

Moments = NDArray[np.datetime64]
Flags = NDArray[np.bool_]


@dataclass
class Month:
    """Everybody who signed up for the activities of one month, by row; frauds change it."""

    activity: Ints
    person: Ints
    shift: Ints
    state: Ints
    earns: Flags
    arrived: Moments
    left: Moments
    by_code: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    recorded: Moments = field(default_factory=lambda: np.zeros(0, "M8[s]"))
    # Index of the person who entered it; -1: nobody but the volunteer's own phone.
    recorder: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    grade: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    device: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    # Metres from the place as a band; 0: inside.
    away: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    accuracy: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.activity)

    @property
    def is_witnessed(self) -> bool:
        """Whether the program kept who entered the rows, and when."""
        return bool(len(self.grade))

    @property
    def minutes(self) -> Ints:
        return (self.left - self.arrived).astype("m8[s]").astype(np.int64) // 60


def codes_used(activities: Activities, rng: np.random.Generator) -> Flags:
    """Which activities have their people sign in by code; the rest keep a list by hand."""
    return np.asarray(rng.random(len(activities)) < _BY_CODE)


def seen(
    month: Month, activities: Activities, by_code: Flags, ends: Moments, offset_minutes: int,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Fill in who entered each row, when, and how well it is witnessed."""
    n = len(month)
    month.by_code = by_code[month.activity]
    month.grade = np.where(month.by_code, np.where(rng.random(n) < 0.75, A, B), C)
    month.recorder = np.where(month.by_code, -1, activities.leader[month.activity])
    # Leaders serve too; another of the team enters their time, without a name kept here.
    month.recorder = np.where(month.recorder == month.person, -1, month.recorder)
    at_the_door = month.left + rng.integers(0, 60, n) * SECOND
    month.recorded = np.where(
        month.by_code, at_the_door, _by_hand(month, activities, ends, offset_minutes, rng)
    )
    month.device = month.person.copy()
    # Couples and neighbours: one signs in on the phone of who stands before them.
    shared = np.flatnonzero(rng.random(n) < 0.02)
    shared = shared[shared > 0]
    shared = shared[month.shift[shared] == month.shift[shared - 1]]
    month.device[shared] = month.person[shared - 1]
    drifts = rng.random(n) < 0.04
    month.away = np.where(drifts, rng.choice([500, 1000, 2000], n, p=[0.7, 0.25, 0.05]), 0)
    month.accuracy = np.where(
        drifts, rng.choice([500, 1000], n), rng.choice([50, 100], n, p=[0.7, 0.3])
    )


def _by_hand(
    month: Month, activities: Activities, ends: Moments, offset_minutes: int,
    rng: np.random.Generator,
) -> Moments:  # fmt: skip
    """In the leader's evening, name by name; on the same day soon after the end."""
    own, first, which = np.unique(month.activity, return_index=True, return_inverse=True)
    day = activities.day[own]
    wait = activities.recorded[own] - day
    wait = np.where(np.isnat(wait), rng.integers(0, 6, len(own)).astype("m8[D]"), wait)
    recorded = np.minimum(day + wait, days.YESTERDAY)
    minute = rng.integers(510, 1230, len(own)) - offset_minutes
    base = recorded.astype("M8[s]") + (minute * 60).astype("m8[s]")
    after = ends[own] + rng.integers(600, 3600, len(own)) * SECOND
    base = np.where(recorded == day, after, base)
    pace = rng.integers(4, 16, len(own))
    rank = np.arange(len(month)) - first[which]
    return np.asarray(base[which] + (rank * pace[which]) * SECOND, "M8[s]")


def credit_columns(month: Month, rows: Ints) -> dict[str, object]:
    """What a credit says of its time and of who entered it."""
    recorder = month.recorder[rows]
    return {
        "starts_at": month.arrived[rows],
        "ends_at": month.left[rows],
        "grade": coded(month.grade[rows].astype(np.uint8), _GRADES),
        "recorded_by_id": np.ma.array(recorder + 1, mask=recorder < 0),
        "recorded_at": month.recorded[rows],
    }


def grades(month: Month, here: Flags) -> object:
    return coded(np.where(here, month.grade, NONE).astype(np.uint8), _GRADES)


def load_checkins(
    loader: Loader, month: Month, activities: Activities, signups: Ints, first_id: int,
    divisions: Ints, rng: np.random.Generator,
) -> int:  # fmt: skip
    """Coming and going of those with a code, since check-ins are kept; how many rows."""
    late = activities.day[month.activity] >= CHECKINS_SINCE
    rows = np.flatnonzero(month.by_code & month.earns & late)
    if not len(rows):
        return 0
    both = np.concatenate([rows, rows])
    out = np.repeat([0, 1], len(rows))
    n = len(both)
    said = np.where(out == 0, month.arrived[both], month.left[both])
    heard = said + rng.integers(0, 3, n) * SECOND
    away = month.away[both]
    loader.add(
        CheckIn,
        {
            "id": np.arange(first_id, first_id + n),
            "client_id": np.frombuffer(rng.bytes(16 * n), dtype="V16"),
            "signup_id": signups[both],
            "person_id": month.person[both] + 1,
            "division_id": divisions[both],
            "phase": coded(out.astype(np.uint8), ["IN", "OUT"]),
            "means": coded((rng.random(n) < 0.15).astype(np.uint8), _MEANS),
            "said_at": said,
            "received_at": heard,
            "counted_at": said,
            "skew_s": np.zeros(n, np.int64),
            "is_late": np.zeros(n, np.bool_),
            "code_held": np.ones(n, np.bool_),
            "device_id": month.device[both] + 1,
            "device_counter": signups[both] * 2 + out,
            "is_inside": away == 0,
            "distance_band_m": np.where(away == 0, 300, away),
            "accuracy_band_m": month.accuracy[both],
            "recorded_by_id": None,
        },
    )
    return n
