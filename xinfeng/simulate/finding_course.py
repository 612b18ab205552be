"""When each finding reached each step; what lies after the demo's first moment is cut later.

Offices act on working days, units by day; a unit's deadline is the one that the program sets.
"""

from dataclasses import dataclass

import numpy as np

from xinfeng.base import workdays
from xinfeng.findings.models import Term

from . import days
from . import findings as f
from .activities import Grounds
from .errands import NEVER, SECOND, Moments
from .findings import TERMS, Findings, Flags
from .ground import Ints
from .order_course import HOUR, Clock, due_after
from .scale import Chance

_H = HOUR * SECOND
# Plain hours of each term; three working days are counted by the calendar.
_HOURS = {Term.ON_THE_SPOT: 2, Term.H24: 24, Term.D7: 168, Term.D30: 720}
_WD3 = TERMS.index(Term.WD3)
_SHORT = TERMS.index(Term.ON_THE_SPOT)
# What was sent back was begun before.
_AGAIN = {Term.D7: Term.WD3, Term.D30: Term.D7}
# Rates of ours; see the docstring of `findings`.
_SENT_BACK, _CAME_BACK = 0.065, 0.012
_EXTENDED, _GRANTED = 0.06, 0.8
_APPEALED, _UPHELD, _OTHER_UNIT = 0.022, 0.35, 0.012
_RATED, _STARS = 0.42, [0.035, 0.045, 0.08, 0.29, 0.55]
_TAKEN, _CLOSED_BY_HAND = 0.75, 0.45
DESK_DAYS, RECHECK_DAYS, CLOSE_DAYS, APPEAL_DAYS = 1, 3, 3, 5
NONE, SENT_BACK, CAME_BACK, NOT_SATISFIED = range(4)


@dataclass
class Attempt:
    """From the order, or from being sent back, until it was closed."""

    since: Moments
    due: Moments
    yellow: Moments
    taken: Moments
    repaired: Moments
    rechecked: Moments
    closed: Moments
    by_hand: Flags


@dataclass
class Course:
    """Not-a-time is never."""

    confirmed: Moments
    # Ordered to a unit that was not the right one, which appealed and was upheld.
    wrongly: Moments
    wrong_unit: Ints
    # Of either appeal.
    appealed: Moments
    judged: Moments
    upheld: Flags
    asked: Moments
    decided: Moments
    until: Moments
    granted: Flags
    # Why there is a second attempt, and when that was said.
    again: Ints
    reopened: Moments
    attempts: tuple[Attempt, Attempt]
    rated: Moments
    stars: Ints
    by_inspector: Flags
    # A duplicate: recognised by its reporter, or when.
    joined: Flags
    merged: Moments

    @property
    def is_second(self) -> Flags:
        return np.asarray(self.again > NONE)

    @property
    def is_refused(self) -> Flags:
        """Its unit's appeal is upheld, and there is nothing to put right."""
        return np.asarray(self.upheld & np.isnat(self.wrongly))

    @property
    def last_verified(self) -> Moments:
        first, second = self.attempts
        at = np.where(self.is_second, second.rechecked, first.rechecked)
        return at.astype("M8[s]")


def made(found: Findings, on: Grounds, chance: Chance) -> Course:
    rng, n = chance("course of findings"), len(found)
    clock = _Hours(on, days.moment(on.ground.pack.demo_start), rng)
    quality = _quality(found, rng)
    inspected = found.source == f.INSPECTION
    confirmed = np.where(inspected, found.found, clock.working(found.found, 3.0)).astype(
        "M8[s]"
    )
    ordered = clock.working(confirmed, 2.0)
    # The city's office judges, and had no part in these.
    apart = np.asarray((found.source != f.HOTLINE) & (found.office < on.people.officials))
    wrong = (rng.random(n) < _OTHER_UNIT) & (found.term != _SHORT) & apart
    course = _with_wrong_unit(found, clock, confirmed, ordered, wrong)
    first = _attempt(clock, np.where(wrong, course.attempts[0].since, ordered), found, on)
    course.attempts = first, course.attempts[1]
    _appeal(course, found, clock, apart & ~wrong, rng)
    _extend(course, found, clock, rng)
    _repair(first, _latest(course), clock, quality)
    bad = rng.random(n) < _SENT_BACK * (1.9 - quality) / 0.9
    # A few were sent back just now, so that a small city shows it, too.
    bad[np.flatnonzero(_lately(first.rechecked, clock, found))[:4]] = True
    course.again = np.where(bad, SENT_BACK, NONE)
    _second(course, found, clock, quality)
    _rate(course, found, clock, quality)
    _join(course, found, clock, rng)
    return course


def _lately(at: Moments, clock: "_Hours", found: Findings) -> Flags:
    """Re-checked in the days before the demo's first moment, of those that had a while."""
    near = (at > clock.now - 72 * _H) & (at < clock.now - 14 * _H)
    return np.asarray(near & (found.term != _SHORT) & (found.fate == f.GOES_ON))


def ended(course: Course, found: Findings) -> Moments:
    """When it will have been closed, or judged to be none; whether or not that lies ahead."""
    first, second = course.attempts
    closed = np.where(course.is_second, second.closed, first.closed)
    return np.where(course.is_refused, course.judged, closed).astype("M8[s]")


def due_of(term: Ints, at: Moments, on: Grounds) -> Moments:
    """The deadline of a term, as the program sets it when it is ordered."""
    hours = np.array([_HOURS.get(one, 0) for one in TERMS])[term]
    return np.where(term == _WD3, due_after(at, on, 3), at + hours * _H).astype("M8[s]")


def due_again(term: Ints, at: Moments, on: Grounds) -> Moments:
    """The same when it is sent back."""
    shorter = np.array([TERMS.index(_AGAIN.get(one, one)) for one in TERMS])
    return due_of(shorter[term], at, on)


def three_quarters(since: Moments, until: Moments) -> Moments:
    """From when on a deadline is near."""
    return since + (until - since).astype("m8[s]").astype(np.int64) * 3 // 4 * SECOND


def _quality(found: Findings, rng: np.random.Generator) -> np.ndarray:
    """How often each unit is in time: better and worse ones."""
    units = int(found.unit.max(initial=0)) + 1
    return np.clip(rng.beta(13, 1.9, units), 0.55, 0.99)[found.unit]


def _with_wrong_unit(
    found: Findings, clock: "_Hours", confirmed: Moments, ordered: Moments, wrong: Flags
) -> Course:
    n = len(found)
    made_at = clock.people(ordered, 2.0)
    judged = clock.working(made_at, 9.0)
    never = np.full(n, NEVER)
    since = clock.working(judged, 1.5)
    empty, first = _nothing(n), _nothing(n)
    first.since = since
    return Course(
        confirmed, _where(wrong, ordered), np.where(wrong, _beside(found.unit), -1),
        _where(wrong, made_at), _where(wrong, judged), wrong.copy(), never.copy(),
        never.copy(), never.copy(),
        np.zeros(n, np.bool_), np.zeros(n, np.int64), never.copy(), (first, empty),
        never.copy(), np.full(n, -1), clock.rng.random(n) < 0.2, np.zeros(n, np.bool_),
        never.copy(),
    )  # fmt: skip


def _nothing(n: int) -> Attempt:
    """An attempt that was not made."""
    never = np.full(n, NEVER)
    return Attempt(
        since=never, due=never, yellow=never, taken=never, repaired=never, rechecked=never,
        closed=never, by_hand=np.zeros(n, np.bool_),
    )  # fmt: skip


def _beside(unit: Ints) -> Ints:
    """Some other unit."""
    return np.where(unit == unit.max(initial=0), 0, unit + 1)


def _attempt(clock: "_Hours", since: Moments, found: Findings, on: Grounds) -> Attempt:
    since = since.astype("M8[s]")
    due, never = due_of(found.term, since, on), np.full(len(found), NEVER)
    return Attempt(
        since, due, three_quarters(since, due), never, never, never, never,
        clock.rng.random(len(found)) < _CLOSED_BY_HAND,
    )  # fmt: skip


def _appeal(
    course: Course, found: Findings, clock: "_Hours", able: Flags, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Against the order, well before its deadline; a rejected one gives the time back."""
    first, n = course.attempts[0], len(found)
    rows = able & (rng.random(n) < _APPEALED) & (found.term != _SHORT)
    half = first.since + (first.due - first.since).astype(np.int64) // 2 * SECOND
    made_at = np.minimum(clock.people(first.since, 3.0), half)
    judged = clock.working(made_at, 14.0)
    # Some wait to be judged on the first morning.
    waits = able & (found.term != _SHORT) & (made_at <= clock.now) & (judged > clock.now)
    rows[np.flatnonzero(waits & (found.fate == f.GOES_ON))[:4]] = True
    upheld = rows & (rng.random(n) < _UPHELD)
    course.appealed = np.where(rows, made_at, course.appealed).astype("M8[s]")
    course.judged = np.where(rows, judged, course.judged).astype("M8[s]")
    course.upheld |= upheld
    longer = np.where(rows & ~upheld, (judged - made_at).astype(np.int64), 0) * SECOND
    first.due, first.yellow = first.due + longer, first.yellow + longer


def _extend(course: Course, found: Findings, clock: "_Hours", rng: np.random.Generator) -> None:
    """Asked for early, decided before the deadline, and a few days more."""
    first, n = course.attempts[0], len(found)
    span = (first.due - first.since).astype("m8[s]").astype(np.int64)
    asked = first.since + (span * 0.3).astype(np.int64) * SECOND
    decided = clock.working(asked, 2.5)
    rows = (rng.random(n) < _EXTENDED) & np.isnat(course.appealed) & (decided < first.yellow)
    rows &= span > 30 * HOUR
    waits = (asked <= clock.now) & (decided > clock.now) & (decided < first.yellow)
    waits &= np.isnat(course.appealed) & (span > 30 * HOUR) & (found.fate == f.GOES_ON)
    rows[np.flatnonzero(waits)[:3]] = True
    until = first.due + rng.choice([1, 2, 3, 5, 7], n) * 86_400 * SECOND
    course.asked, course.decided = _where(rows, asked), _where(rows, decided)
    course.until = _where(rows, until)
    course.granted = rows & (rng.random(n) < _GRANTED)
    first.due = np.where(course.granted, until, first.due).astype("M8[s]")
    nearer = three_quarters(decided, first.due)
    first.yellow = np.where(course.granted, nearer, first.yellow).astype("M8[s]")


def _latest(course: Course) -> Moments:
    """From when on the unit can have been at work without anything else being open."""
    latest = course.attempts[0].since
    for at in (course.decided, np.where(np.isnat(course.wrongly), course.judged, NEVER)):
        latest = np.fmax(latest, at.astype("M8[s]"))
    return latest


def _repair(one: Attempt, begins: Moments, clock: "_Hours", quality: np.ndarray) -> None:
    """In time as often as the unit is; looked at by somebody else, and closed."""
    rng, n = clock.rng, len(begins)
    room = np.maximum((one.due - begins).astype("m8[s]").astype(np.int64), 1200)
    in_time = begins + (room * rng.uniform(0.12, 0.97, n)).astype(np.int64) * SECOND
    late = np.maximum(one.due, begins) + (rng.lognormal(np.log(15), 1.0, n) * HOUR).astype(
        "m8[s]"
    )
    repaired = np.where(rng.random(n) < quality, in_time, late).astype("M8[s]")
    one.repaired = np.maximum(clock.by_day(repaired), begins + 600 * SECOND)
    taken = (
        begins
        + (
            (one.repaired - begins).astype("m8[s]").astype(np.int64) * rng.uniform(0.05, 0.6, n)
        ).astype(np.int64)
        * SECOND
    )
    one.taken = _where(rng.random(n) < _TAKEN, taken)
    one.rechecked = clock.working(one.repaired, 6.0)
    by_time = due_after(one.rechecked, clock.on, CLOSE_DAYS)
    by_hand = clock.working(one.rechecked, 8.0)
    one.by_hand &= by_hand < by_time
    one.closed = np.where(one.by_hand, by_hand, by_time).astype("M8[s]")


def _second(course: Course, found: Findings, clock: "_Hours", quality: np.ndarray) -> None:
    """Sent back by the re-check, or opened again after it was closed; then it is put right."""
    rng, n = clock.rng, len(found)
    first = course.attempts[0]
    back = course.again == SENT_BACK
    came = ~back & (rng.random(n) < _CAME_BACK)
    course.again = np.where(came, CAME_BACK, course.again)
    course.reopened = _where(came, clock.working(first.closed, 90.0))
    _reorder(course, found, clock, quality, np.ones(n, np.bool_))


def _reorder(
    course: Course, found: Findings, clock: "_Hours", quality: np.ndarray, rows: Flags
) -> None:
    first, old = course.attempts
    back = course.again == SENT_BACK
    since = np.where(back, first.rechecked, clock.working(course.reopened, 2.5))
    new = _attempt(clock, since, found, clock.on)
    new.due = np.where(back, due_again(found.term, new.since, clock.on), new.due).astype(
        "M8[s]"
    )
    new.yellow = three_quarters(new.since, new.due)
    _repair(new, new.since, clock, quality)
    for name in ("since", "due", "yellow", "taken", "repaired", "rechecked", "closed"):
        setattr(
            old, name, np.where(rows, getattr(new, name), getattr(old, name)).astype("M8[s]")
        )
    old.by_hand = np.where(rows, new.by_hand, old.by_hand)


def _rate(course: Course, found: Findings, clock: "_Hours", quality: np.ndarray) -> None:
    """Some reporters say how it was; who is not satisfied while it can be has it reopened."""
    n, rng = len(found), clock.rng
    rated = found.is_snap & (found.fate == f.GOES_ON) & (rng.random(n) < _RATED)
    rated &= ~course.is_refused
    stars = rng.choice([1, 2, 3, 4, 5], n, p=_STARS)
    at = clock.people(course.last_verified, 22.0)
    first = course.attempts[0]
    # Last evening somebody was not satisfied, so that the desk has it on its first morning.
    own = _lately(first.rechecked, clock, found) & found.is_snap & ~course.is_refused
    own &= ~course.is_second & (first.closed > clock.now)
    shown = np.flatnonzero(own)[:2]
    rated[shown], stars[shown], at[shown] = True, 2, clock.now - 11 * _H
    early = rated & (stars <= 2) & (at < first.closed) & ~course.is_second
    course.again = np.where(early, NOT_SATISFIED, course.again)
    course.reopened = np.where(early, at, course.reopened).astype("M8[s]")
    _reorder(course, found, clock, quality, early)
    # Of an attempt that has ended otherwise the poor rating comes when it is closed.
    late = rated & (stars <= 2) & ~early
    at = np.where(late, np.fmax(at, ended(course, found) + _H), at)
    course.rated, course.stars = _where(rated, at.astype("M8[s]")), np.where(rated, stars, -1)


def _join(course: Course, found: Findings, clock: "_Hours", rng: np.random.Generator) -> None:
    """What repeats something open ends in it: at once, or when the desk sees it."""
    came_back = course.again == CAME_BACK
    ends = np.where(came_back, course.attempts[0].closed, ended(course, found))
    f.join_duplicates(found, ends, clock.now, rng)
    is_one = found.fate == f.MERGED
    of = np.maximum(found.original, 0)
    seen = clock.working(found.found, 2.0)
    course.joined = is_one & ((rng.random(len(found)) < 0.6) | (seen >= ends[of]))
    course.merged = _where(is_one, np.where(course.joined, found.found, seen))


def _where(rows: Flags, at: Moments) -> Moments:
    return np.where(rows, at, NEVER).astype("M8[s]")


class _Hours(Clock):
    """A clock of offices that rest on days that are no working days."""

    def __init__(self, on: Grounds, now: np.datetime64, rng: np.random.Generator) -> None:
        super().__init__(on, now, rng)
        self.on = on

    def working(self, after: Moments, hours: float) -> Moments:
        """Some office hours later; on a day of rest the next working day, at that hour."""
        at = self.office(after, hours)
        day = (at + self.ahead).astype("M8[D]")
        own, which = np.unique(day, return_inverse=True)
        moved = np.array([_working_day(one) for one in own.astype(object)], "M8[D]")
        return np.asarray(at + (moved[which] - day).astype("m8[s]"), "M8[s]")

    def by_day(self, at: Moments) -> Moments:
        """What would come at night comes in the morning."""
        local = at + self.ahead
        minute = (local - local.astype("M8[D]").astype("M8[s]")).astype(np.int64) // 60
        night = (minute < 400) | (minute > 1290)
        wait = np.where(minute < 400, 400 - minute, 1840 - minute) + self.rng.integers(
            0, 60, len(at)
        )
        return np.asarray(at + np.where(night, wait, 0) * 60 * SECOND, "M8[s]")


def _working_day(day: object) -> object:
    return day if day is None or workdays.is_working(day) else workdays.after(day, 1)  # type: ignore[arg-type]
