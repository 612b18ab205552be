"""When each order reached each step: in office hours, mostly in time, and some of them late."""

from dataclasses import dataclass

import numpy as np

from xinfeng.base import workdays
from xinfeng.base.service_menu import Menu

from . import days
from . import orders as o
from .activities import Grounds, offset_minutes
from .errands import NEVER, SECOND, Moments
from .ground import Ints
from .orders import Flags, Orders, items_of
from .scale import Chance

HOUR = 3600
_OPENS, _CLOSES = 510, 1050
_PARTS = [540, 900, 1110]


@dataclass
class Round:
    """One way from the pool to the rating; not-a-time where it did not get so far."""

    entered: Moments
    dispatched: Moments
    accepted: Moments
    scheduled: Moments
    starts: Moments
    ends: Moments
    confirmed: Moments
    rated: Moments
    # After a poor rating, or when nobody had come.
    called: Moments


@dataclass
class Course:
    """The whole life of each order; the second round of those dispatched again.

    `level` says how far the last round came: 1 verified, 2 dispatched, 3 accepted, 4 time
    agreed, 5 begun, 6 served, 7 confirmed, 8 rated.
    """

    placed: Moments
    verified: Moments
    rounds: tuple[Round, Round]
    level: Ints
    closed: Moments
    overall: tuple[Ints, Ints]
    # 1 yes, 0 no, -1 not said.
    fee_asked: Ints
    late_steps: Ints

    def last(self, orders: Orders, name: str, level: int) -> Moments:
        """When a step was reached the last time."""
        first, second = (getattr(one, name) for one in self.rounds)
        at = np.where(orders.again, second, first)
        return np.where(self.level >= level, at, NEVER).astype("M8[s]")


_LEVELS = {
    o.TO_VERIFY: 0, o.TO_DISPATCH: 1, o.DISPATCHED: 2, o.ACCEPTED: 3, o.SCHEDULED: 4,
    o.IN_SERVICE: 5, o.TO_CONFIRM: 6, o.TO_RATE: 7, o.CALL_BACK: 8, o.ON_HOLD: 1,
    o.REFUSED: 0, o.TRANSFERRED: 0, o.MERGED: 0, o.CLOSED: 8, o.CANCELLED: 0,
}  # fmt: skip
_RATED = 0.66
# So long an unrated order waits, as the menu's file says by default.
_UNRATED = np.timedelta64(168 * HOUR, "s")


def made(orders: Orders, on: Grounds, menu: Menu, chance: Chance) -> Course:
    rng = chance("course of orders")
    n = len(orders)
    clock = Clock(on, days.moment(on.ground.pack.demo_start), rng)
    minutes = np.array([item.minutes for item in items_of(menu)])[orders.item]
    verified = clock.office(orders.placed, 4.5)
    first = _round(clock, verified, minutes)
    overall = _marks(n, rng), _marks(n, rng)
    # Who is dispatched again was dissatisfied, or nobody came.
    poor = orders.again & ~orders.nobody_came
    overall[0][poor] = rng.integers(1, 3, int(poor.sum()))
    overall[0][orders.state == o.CALL_BACK] = 2
    missed = first.starts + 4 * HOUR * SECOND
    back = clock.office(np.where(orders.nobody_came, missed, first.rated), 5.0)
    second = _round(clock, back, minutes)
    level = np.array([_LEVELS[state] for state in orders.state.tolist()])
    unrated = (orders.state == o.CLOSED) & (rng.random(n) >= _RATED)
    level = np.where(unrated, 7, level)
    cancelled = orders.state == o.CANCELLED
    level = np.where(cancelled, rng.choice(4, n, p=[0.3, 0.3, 0.28, 0.12]), level)
    course = Course(
        orders.placed, verified, (first, second), level, np.full(n, NEVER), overall,
        rng.choice([-1, 0, 1], n, p=[0.2, 0.7955, 0.0045]), np.zeros(n, dtype=np.int64),
    )  # fmt: skip
    first.called = np.where(orders.again, back, NEVER).astype("M8[s]")
    _close(orders, course, clock)
    _shift(orders, course, clock)
    _cut(orders, course)
    course.late_steps = _late(orders, course, on)
    return course


def _close(orders: Orders, course: Course, clock: "Clock") -> None:
    """Rated or silent for a week; what was refused ends where it would have been verified."""
    rated = course.last(orders, "rated", 8)
    silent = course.last(orders, "confirmed", 7) + _UNRATED
    done = np.where(course.level == 8, rated, silent)
    # Somebody calls those who are dissatisfied; then it is settled.
    mark = np.where(orders.again, course.overall[1], course.overall[0])
    fee = course.fee_asked == 1
    poor = (orders.state == o.CLOSED) & (course.level == 8) & ((mark <= 2) | fee)
    call = clock.office(np.where(poor, done, course.placed), 8.0)
    last = course.rounds[1].called, course.rounds[0].called
    course.rounds[1].called = np.where(poor & orders.again, call, last[0]).astype("M8[s]")
    course.rounds[0].called = np.where(poor & ~orders.again, call, last[1]).astype("M8[s]")
    done = np.where(poor, call, done)
    steps = [course.placed, course.verified, *(
        getattr(course.rounds[0], name) for name in ("dispatched", "accepted"))]  # fmt: skip
    given_up = np.choose(np.minimum(course.level, 3), steps) + 2 * HOUR * SECOND
    ended = np.select(
        [orders.state == o.CLOSED, orders.state == o.CANCELLED, orders.is_open],
        [done, given_up, np.full(len(done), NEVER)],
        course.verified,
    )
    course.closed = ended.astype("M8[s]")


def _shift(orders: Orders, course: Course, clock: "Clock") -> None:
    """By whole days, so that the past is over and what is open is as fresh as drawn."""
    n, rng = len(orders), clock.rng
    first = course.rounds[0]
    anchors = [
        course.placed, course.verified, first.dispatched, first.accepted, first.scheduled,
        first.starts, first.ends, first.confirmed, first.rated,
    ]  # fmt: skip
    anchor = np.choose(course.level, anchors)
    scale = np.array([7, 7, 9, 14, 12, 0.2, 20, 50, 10])[course.level]
    since = np.where(
        rng.random(n) < 0.88, rng.exponential(scale), rng.uniform(30, 120, n) * (scale > 1)
    )
    # Silence of a day ends an offer, and of a week the waiting for a rating.
    most = np.array([999, 999, 0, 999, 999, 999, 999, 130, 999])[course.level]
    since = np.minimum(since, most)
    # Kept a little away from the present moment.
    target = clock.now - ((since + 0.1) * HOUR).astype(np.int64) * SECOND
    wanted = np.where(orders.is_open, target, clock.now - 2 * HOUR * SECOND)
    reached = np.where(orders.is_open, anchor, course.closed)
    whole = np.floor((wanted - reached).astype("m8[s]").astype(np.int64) / 86_400)
    whole = np.where(orders.is_open, whole, np.minimum(whole, 0)).astype(np.int64)
    delta = whole * 86_400 * SECOND
    course.placed, course.verified = course.placed + delta, course.verified + delta
    course.closed = course.closed + delta
    for one in course.rounds:
        for name in vars(one):
            setattr(one, name, getattr(one, name) + delta)
    going = orders.state == o.IN_SERVICE
    minutes = first.ends - first.starts
    first.starts = np.where(going, clock.now - 1500 * SECOND, first.starts)
    # What is agreed on for later lies ahead.
    late = (orders.state == o.SCHEDULED) & (first.starts <= clock.now)
    over = (clock.now - first.starts).astype("m8[s]").astype(np.int64) // 86_400 + 1
    first.starts = np.where(late, first.starts + over * 86_400 * SECOND, first.starts)
    first.ends = first.starts + minutes


def _cut(orders: Orders, course: Course) -> None:
    """What was never reached has no time; planned times stand from the agreement on."""
    first, second = course.rounds
    verified = (course.level >= 1) | orders.again
    course.verified = np.where(verified, course.verified, NEVER).astype("M8[s]")
    # A first round that ended with nobody coming was agreed on and no more.
    level = np.where(orders.again, np.where(orders.nobody_came, 4, 8), course.level)
    _keep(second, orders.again)
    for one, own in ((first, level), (second, course.level)):
        names = {"entered": 1, "dispatched": 2, "accepted": 3, "scheduled": 4, "starts": 4,
                 "ends": 4, "confirmed": 7, "rated": 8}  # fmt: skip
        for name, least in names.items():
            at = np.where(own >= least, getattr(one, name), NEVER)
            setattr(one, name, at.astype("M8[s]"))


def _late(orders: Orders, course: Course, on: Grounds) -> Ints:
    """Deadlines of ours that were missed: one working day in offices, then 24 and 48 hours."""
    late = _missed(course.placed, course.verified, on, 1)
    for one in course.rounds:
        late += _missed(one.entered, one.dispatched, on, 1)
        late += (one.accepted - one.dispatched) > 24 * HOUR * SECOND
        late += (one.scheduled - one.accepted) > 48 * HOUR * SECOND
        late += _missed(one.rated, one.called, on, 2)
    return late


def _missed(since: Moments, until: Moments, on: Grounds, working_days: int) -> Ints:
    return np.asarray(until > due_after(since, on, working_days)).astype(np.int64)


def due_after(since: Moments, on: Grounds, working_days: int) -> Moments:
    """When offices close on the so-manieth working day."""
    ahead = 60 * offset_minutes(on.ground) * SECOND
    day = (since + ahead).astype("M8[D]")
    own, which = np.unique(day, return_inverse=True)
    after = [d if d is None else workdays.after(d, working_days) for d in own.astype(object)]
    closes = np.array(after, dtype="M8[D]")[which].astype("M8[s]")
    return np.asarray(closes + _CLOSES * 60 * SECOND - ahead, "M8[s]")


class Clock:
    """Draws moments that follow one another as offices and people act."""

    def __init__(self, on: Grounds, now: np.datetime64, rng: np.random.Generator) -> None:
        self.ahead = 60 * offset_minutes(on.ground) * SECOND
        self.now, self.rng = now, rng

    def office(self, after: Moments, hours: float) -> Moments:
        """Some hours later, and then in office hours."""
        n = len(after)
        at = after + (self.rng.lognormal(np.log(hours), 0.8, n) * HOUR).astype("m8[s]")
        local = at + self.ahead
        day = local.astype("M8[D]")
        minute = (local - day.astype("M8[s]")).astype(np.int64) // 60
        early = self.rng.integers(0, 120, n)
        late = minute > _CLOSES
        minute = np.where(late | (minute < _OPENS), _OPENS + early, minute)
        second = self.rng.integers(0, 60, n)
        day = np.where(late, day + 1, day).astype("M8[s]")
        return np.asarray(day + (minute * 60 + second) * SECOND - self.ahead, "M8[s]")

    def people(self, after: Moments, hours: float) -> Moments:
        """Some hours later; at night people sleep."""
        n = len(after)
        at = after + (self.rng.lognormal(np.log(hours), 0.9, n) * HOUR).astype("m8[s]")
        local = at + self.ahead
        minute = (local - local.astype("M8[D]").astype("M8[s]")).astype(np.int64) // 60
        wait = np.where(minute < 400, 400 - minute + self.rng.integers(0, 90, n), 0)
        return np.asarray(at + (wait * 60) * SECOND, "M8[s]")

    def visit(self, after: Moments) -> Moments:
        """A morning, an afternoon or an early evening of the next days, on a quarter."""
        n = len(after)
        day = (after + self.ahead).astype("M8[D]") + self.rng.choice(
            [1, 2, 3, 4, 5, 6], n, p=[0.24, 0.26, 0.2, 0.14, 0.1, 0.06]
        )
        minute = self.rng.choice(_PARTS, n, p=[0.46, 0.4, 0.14])
        minute = minute + 15 * self.rng.integers(0, 7, n)
        return np.asarray(day.astype("M8[s]") + minute * 60 * SECOND - self.ahead, "M8[s]")


def _round(clock: Clock, entered: Moments, minutes: Ints) -> Round:
    dispatched = clock.office(entered, 4.5)
    accepted = clock.people(dispatched, 6.0)
    scheduled = clock.people(accepted, 8.0)
    starts = clock.visit(scheduled)
    ends = starts + minutes * 60 * SECOND
    confirmed = clock.people(ends, 14.0)
    rated = clock.people(confirmed, 16.0)
    return Round(
        entered, dispatched, accepted, scheduled, starts, ends, confirmed, rated,
        np.full(len(entered), NEVER),
    )  # fmt: skip


def _keep(one: Round, rows: Flags) -> None:
    for name in vars(one):
        setattr(one, name, np.where(rows, getattr(one, name), NEVER).astype("M8[s]"))


def _marks(n: int, rng: np.random.Generator) -> Ints:
    return np.asarray(rng.choice([1, 2, 3, 4, 5], n, p=[0.008, 0.017, 0.065, 0.26, 0.65]))
