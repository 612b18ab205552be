"""Sign-ups, times of coming and going, and the credits they earn; one month at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinfeng.activities.models import Shift, Signup
from xinfeng.hours.models import Credit, Source

from . import crowd as crowds
from . import days, witness
from .activities import ANNOUNCED, Activities, shift_bounds
from .copy_binary import coded
from .crowd import Crowd
from .frauds import Frauds
from .ground import Ints
from .loading import Loader
from .scale import Chance, Scale
from .witness import Month

_STATES = ["LEFT", "BOOKED", "CANCELLED"]
LEFT, BOOKED, CANCELLED = range(3)
# Of those who sign up beside the credited: did not come, cancelled, went too early.
_EXTRA = 0.08
_WITHOUT_CREDIT = [0.45, 0.3, 0.25]
_REVERSED = 0.00012


@dataclass
class Ledger:
    """What attendance leaves behind for stars and shifts; filled month by month."""

    activities: Activities
    shift_of: Ints
    first_shift: Ints
    start: NDArray[np.datetime64]
    minutes: Ints
    live: Ints
    by_person: Ints
    frauds: Frauds
    signups: int = 0
    checkins: int = 0
    credits: int = 0
    reversals: int = 0


def ledger(activities: Activities, people: int, offset_minutes: int, frauds: Frauds) -> Ledger:
    of, start, minutes = shift_bounds(activities, offset_minutes)
    first = np.concatenate([[0], np.cumsum(activities.shifts)[:-1]])
    return Ledger(
        activities, of, first, start, minutes,
        np.zeros(len(of), dtype=np.int64), np.zeros(people, dtype=np.int64), frauds,
    )  # fmt: skip


def load(
    loader: Loader, book: Ledger, crowd: Crowd, regulars: tuple[Ints, Ints],
    known: tuple[tuple[int, int], Ints], scale: Scale, chance: Chance,
) -> None:  # fmt: skip
    """All sign-ups and credits; exactly `scale.credits` come from attendance.

    `known` is the meeting of the cast, and keys of days on which somebody is elsewhere.
    """
    meeting, elsewhere = known
    rng = chance("attendance")
    earned = _sizes(book.activities, regulars[0], scale, rng)
    extra = rng.binomial(np.maximum(earned, 1), _EXTRA)
    for held in _months(book.activities):
        regular = slice(*np.searchsorted(regulars[0], [held.start, held.stop]))
        own = (regulars[0][regular], regulars[1][regular])
        taken = crowds.key(own[1], book.activities.day[own[0]])
        taken = np.unique(np.concatenate([taken, elsewhere]))
        wanted = np.arange(held.start, held.stop)
        drawn = crowds.drawn(
            crowd, book.activities, (wanted, (earned + extra)[held]), taken, rng
        )
        # Regulars stand last within their activity, so that each of them earns.
        activity = np.concatenate([drawn[0], own[0]])
        person = np.concatenate([drawn[1], own[1]])
        order = np.argsort(activity, kind="stable")
        _load_month(loader, book, activity[order], person[order], extra, rng)
    _load_booked(loader, book, crowd, meeting, rng)
    assert book.credits - book.reversals == scale.credits


def load_shifts(loader: Loader, book: Ledger, cells: Ints, chance: Chance) -> None:
    """Last, because a shift has room for all who signed up."""
    rng = chance("shifts")
    room = np.ceil(book.live * rng.uniform(1.05, 1.5, len(book.live)) / 5).astype(np.int64) * 5
    open_ = book.activities.state[book.shift_of] == ANNOUNCED
    room = np.where(open_, np.maximum(room, book.live + rng.integers(5, 30, len(room))), room)
    loader.add(
        Shift,
        {
            "id": np.arange(1, len(room) + 1),
            "activity_id": book.shift_of + 1,
            "starts_at": book.start,
            "ends_at": book.start + book.minutes * np.timedelta64(60, "s"),
            "capacity": np.maximum(room, 10),
            "cell": np.ma.array(cells[book.shift_of], mask=cells[book.shift_of] == 0),
        },
    )


def _sizes(
    activities: Activities, regular: Ints, scale: Scale, rng: np.random.Generator
) -> Ints:
    """How many beside the regulars earn a credit at each held activity; at least one."""
    n = activities.held
    rest = scale.credits - len(regular) - n
    assert rest >= 0, "more regulars than credits"
    # Fewer but larger activities at first; city-wide days draw more.
    years = (activities.day[:n] - days.FIRST_DAY).astype(np.int64) / 365
    weight = rng.lognormal(0, 0.55, n) * np.exp(-0.28 * years)
    weight *= np.where(days.is_city_day(activities.day[:n]), 1.5, 1.0)
    weight *= np.where(activities.divisions[:n] % 10**6 == 0, 2.2, 1.0)
    sizes = np.zeros(len(activities), dtype=np.int64)
    sizes[:n] = 1 + days.shared_out(rest, weight)
    return sizes


def _months(activities: Activities) -> Iterator[slice]:
    day = activities.day[: activities.held]
    for month in days.months():
        first = np.datetime64(month, "M")
        bounds = [first.astype("M8[D]"), (first + 1).astype("M8[D]")]
        start, stop = np.searchsorted(day, bounds).tolist()
        if stop > start:
            yield slice(start, stop)


def _load_month(
    loader: Loader, book: Ledger, activity: Ints, person: Ints, extra: Ints,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    n = len(activity)
    starts = np.r_[0, np.flatnonzero(np.diff(activity)) + 1]
    rank = np.arange(n) - np.repeat(starts, np.diff(np.r_[starts, n]))
    earns = rank >= extra[activity]
    kind = rng.choice(3, n, p=_WITHOUT_CREDIT)
    state = np.where(earns | (kind == 2), LEFT, np.where(kind == 0, BOOKED, CANCELLED))
    shift = book.first_shift[activity] + rng.integers(0, book.activities.shifts[activity])
    arrived, left = _times(book, shift, earns, rng)
    month = Month(activity, person, shift, state, earns, arrived, left)
    if book.activities.day[activity[0]] >= witness.SINCE:
        book.frauds.woven_into(month, book.start, book.minutes, book.first_shift)
    _add_signups(loader, book, month)
    _add_credits(loader, book, month, np.arange(book.signups - n + 1, book.signups + 1), rng)
    if month.is_witnessed:
        signups = np.arange(book.signups - n + 1, book.signups + 1)
        divisions = book.activities.divisions[activity]
        book.checkins += witness.load_checkins(
            loader, month, book.activities, signups, book.checkins + 1, divisions, rng
        )


def _times(
    book: Ledger, shift: Ints, earns: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Most come a little late and go a little early; who earns nothing goes much too early."""
    length = book.minutes[shift] * 60
    late = np.minimum(rng.exponential(210, len(shift)), 0.15 * length)
    early = np.minimum(rng.exponential(210, len(shift)), 0.15 * length)
    stay = np.where(earns, length - early, length * rng.uniform(0.2, 0.55, len(shift)))
    second = np.timedelta64(1, "s")
    arrived = book.start[shift] + late.astype(np.int64) * second
    return arrived, book.start[shift] + np.maximum(stay, late).astype(np.int64) * second


def _add_signups(loader: Loader, book: Ledger, month: Month) -> None:
    shift, here = month.shift, month.state == LEFT
    never = np.datetime64("NaT", "s")
    loader.add(
        Signup,
        {
            "id": np.arange(book.signups + 1, book.signups + len(shift) + 1),
            "shift_id": shift + 1,
            "person_id": month.person + 1,
            "division_id": book.activities.divisions[book.shift_of[shift]],
            "state": coded(month.state.astype(np.uint8), _STATES),
            "arrived_at": np.where(here, month.arrived, never),
            "left_at": np.where(here, month.left, never),
            **({"grade": witness.grades(month, month.earns)} if month.is_witnessed else {}),
        },
    )
    book.signups += len(shift)
    book.live += np.bincount(shift[month.state != CANCELLED], minlength=len(book.live))


def _add_credits(
    loader: Loader, book: Ledger, month: Month, signups: Ints, rng: np.random.Generator
) -> None:
    """One credit per sign-up served; a few were objected to and taken back."""
    own = np.flatnonzero(month.earns)
    activity, person, signup = month.activity[own], month.person[own], signups[own]
    minutes = month.minutes[own]
    n = len(activity)
    back = np.sort(rng.choice(n, rng.binomial(n, _REVERSED), replace=False))
    ids = np.arange(book.credits + 1, book.credits + n + 1)
    source = np.concatenate([signup, ids[back]])
    rows = np.concatenate([np.arange(n), back])
    sign = np.repeat([1, -1], [n, len(back)])
    loader.add(
        Credit,
        {
            "id": np.arange(book.credits + 1, book.credits + len(rows) + 1),
            "person_id": person[rows] + 1,
            "division_id": book.activities.divisions[activity[rows]],
            "minutes": minutes[rows] * sign,
            "earned_on": book.activities.day[activity[rows]],
            "source_kind": np.where(sign > 0, Source.ATTENDANCE, Source.REVERSAL),
            "source_id": source,
            **(witness.credit_columns(month, own[rows]) if month.is_witnessed else {}),
        },
    )
    book.frauds.credited(own, book.credits + 1)
    book.credits += len(rows)
    book.reversals += len(back)
    book.by_person += np.bincount(
        person[rows], weights=minutes[rows] * sign, minlength=len(book.by_person)
    ).astype(np.int64)


def _load_booked(
    loader: Loader, book: Ledger, crowd: Crowd, meeting: tuple[int, int],
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """What is still to come: some have signed up already, and there is room.

    The volunteer of the cast comes to the leader's activity this morning.
    """
    upcoming = np.flatnonzero(book.activities.state == ANNOUNCED)
    wanted = rng.integers(0, 12, len(upcoming))
    none = np.zeros(0, dtype=np.int64)
    activity, person = crowds.drawn(crowd, book.activities, (upcoming, wanted), none, rng)
    activity, person = np.r_[activity, meeting[0]], np.r_[person, meeting[1]]
    order = np.argsort(activity, kind="stable")
    activity, person = activity[order], person[order]
    state = np.where(rng.random(len(activity)) < 0.06, CANCELLED, BOOKED)
    state = np.where(person == meeting[1], BOOKED, state)
    shift = book.first_shift[activity] + rng.integers(0, book.activities.shifts[activity])
    never = np.full(len(activity), np.datetime64("NaT", "s"))
    earns = np.zeros(len(activity), np.bool_)
    _add_signups(loader, book, Month(activity, person, shift, state, earns, never, never))
