"""Each order's own timeline, line by line."""

from dataclasses import dataclass, field

import numpy as np

from xinfeng.dispatch.models import Step

from . import orders as o
from .activities import Grounds
from .copy_binary import coded, documents
from .errands import NEVER, SECOND, Moments
from .ground import Ints
from .loading import Loader
from .order_course import HOUR, Course, due_after
from .order_people import Serving
from .order_rows import REASONS, WHY, moved_at, reasons_of
from .orders import STATES, Flags, Orders
from .scale import Chance

# In the order of `_VERBS`; each is a verb of the journal.
VERBS = [
    "order.placed", "order.verified", "order.refused", "order.transferred", "order.merged",
    "order.cancelled", "order.held", "order.dispatched", "order.accepted", "order.scheduled",
    "order.begun", "order.served", "order.confirmed", "order.rated", "order.unrated",
    "order.settled", "order.dispatched_again", "order.missed",
]  # fmt: skip
_NOBODY_CAME, _NOT_DONE = REASONS.index("NOBODY_CAME"), REASONS.index("NOT_DONE")
_BEGINS = len(STATES)


@dataclass
class Lines:
    """Lines gathered kind by kind; put in order in the end."""

    parts: list[dict[str, np.ndarray]] = field(default_factory=list)

    def add(
        self, rows: Flags, verb: str, at: Moments, moves: tuple[int, int], *,
        attempt: Ints | int = 1, actor: Ints | None = None, reason: Ints | int = 0,
        was_due: Moments | None = None,
    ) -> None:  # fmt: skip
        own = np.flatnonzero(rows & ~np.isnat(at))
        n = len(own)

        def column(value: object) -> np.ndarray:
            return value[own] if isinstance(value, np.ndarray) else np.full(n, value)

        self.parts.append({
            "order": own,
            "at": at[own],
            "verb": np.full(n, VERBS.index(verb)),
            "left": np.full(n, moves[0]),
            "to": np.full(n, moves[1]),
            "attempt": column(attempt),
            "actor": np.full(n, -1) if actor is None else actor[own],
            "reason": column(reason),
            "was_due": np.full(n, NEVER) if was_due is None else was_due[own],
        })  # fmt: skip

    def together(self) -> dict[str, np.ndarray]:
        whole = {
            name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]
        }
        # Two lines of one moment stand in the order of the life of an order.
        order = np.lexsort((whole["verb"], whole["at"], whole["order"]))
        return {name: column[order] for name, column in whole.items()}


def load(
    loader: Loader, orders: Orders, course: Course, serving: Serving, on: Grounds,
    chance: Chance,
) -> None:  # fmt: skip
    lines = Lines()
    every = np.ones(len(orders), np.bool_)
    lines.add(every, "order.placed", course.placed, (_BEGINS, o.TO_VERIFY),
              actor=orders.placed_by)  # fmt: skip
    lines.add(every, "order.verified", course.verified, (o.TO_VERIFY, o.TO_DISPATCH),
              actor=orders.office, was_due=due_after(course.placed, on, 1))  # fmt: skip
    _add_first_round(lines, orders, course, serving, on)
    attempt = np.where(orders.again, 2, 1)
    index = 1 * orders.again
    _add_round(lines, orders, course, serving.last[:, 0], attempt, index, on)
    _add_ends(lines, orders, course, attempt, on, chance)
    whole = lines.together()
    n = len(whole["order"])
    states = [*STATES, ""]
    loader.add(
        Step,
        {
            "id": np.arange(1, n + 1),
            "order_id": whole["order"] + 1,
            "attempt": whole["attempt"],
            "from_state": coded(whole["left"].astype(np.uint8), states),
            "to_state": coded(whole["to"].astype(np.uint8), states),
            "verb": coded(whole["verb"].astype(np.uint8), VERBS),
            "at": whole["at"],
            "actor_id": np.ma.array(whole["actor"] + 1, mask=whole["actor"] < 0),
            "reason": coded(whole["reason"].astype(np.uint8), REASONS),
            "was_due_at": whole["was_due"].astype("M8[s]"),
            "details": documents([{}], np.zeros(n, dtype=np.int64)),
        },
    )


def _add_first_round(
    lines: Lines, orders: Orders, course: Course, serving: Serving, on: Grounds
) -> None:
    """What went wrong the first time, of those that were dispatched again."""
    first, again = course.rounds[0], orders.again
    one = np.ones(len(orders), dtype=np.int64)
    _add_round(lines, orders, course, serving.first, one, 0 * one, on, only=again)
    lines.add(again & orders.nobody_came, "order.missed", first.called,
              (o.SCHEDULED, o.TO_DISPATCH), attempt=2, reason=_NOBODY_CAME)  # fmt: skip
    poor = again & ~orders.nobody_came
    lines.add(poor, "order.rated", first.rated, (o.TO_RATE, o.CALL_BACK),
              actor=orders.placed_by)  # fmt: skip
    lines.add(poor, "order.dispatched_again", first.called, (o.CALL_BACK, o.TO_DISPATCH),
              attempt=2, actor=orders.office, reason=_NOT_DONE,
              was_due=due_after(first.rated, on, 2))  # fmt: skip


def _add_round(
    lines: Lines, orders: Orders, course: Course, person: Ints, attempt: Ints, index: Ints,
    on: Grounds, only: Flags | None = None,
) -> None:  # fmt: skip
    """From the pool to the confirmation, as far as it came."""
    first, second = course.rounds

    def moment(name: str) -> Moments:
        chosen: Moments = np.where(index == 1, getattr(second, name), getattr(first, name))
        return chosen

    rows = np.ones(len(orders), np.bool_) if only is None else only
    came = np.where(orders.nobody_came, 4, 8) if only is not None else course.level
    ours, theirs = orders.office, np.where(person >= 0, person, -1)
    entered, dispatched = moment("entered"), moment("dispatched")
    accepted = moment("accepted")
    lines.add(rows & (came >= 2), "order.dispatched", dispatched,
              (o.TO_DISPATCH, o.DISPATCHED), attempt=attempt, actor=ours,
              was_due=due_after(entered, on, 1))  # fmt: skip
    lines.add(rows & (came >= 3), "order.accepted", accepted, (o.DISPATCHED, o.ACCEPTED),
              attempt=attempt, actor=theirs,
              was_due=dispatched + 24 * HOUR * SECOND)  # fmt: skip
    lines.add(rows & (came >= 4), "order.scheduled", moment("scheduled"),
              (o.ACCEPTED, o.SCHEDULED), attempt=attempt, actor=theirs,
              was_due=accepted + 48 * HOUR * SECOND)  # fmt: skip
    lines.add(rows & (came >= 5), "order.begun", moment("starts"),
              (o.SCHEDULED, o.IN_SERVICE), attempt=attempt)  # fmt: skip
    lines.add(rows & (came >= 6), "order.served", moment("ends"), (o.IN_SERVICE, o.TO_CONFIRM),
              attempt=attempt)  # fmt: skip
    lines.add(rows & (came >= 7), "order.confirmed", moment("confirmed"),
              (o.TO_CONFIRM, o.TO_RATE), attempt=attempt, actor=orders.placed_by)  # fmt: skip


def _add_ends(
    lines: Lines, orders: Orders, course: Course, attempt: Ints, on: Grounds, chance: Chance
) -> None:
    state, closed = orders.state, course.closed
    rated = course.last(orders, "rated", 8)
    called = np.where(orders.again, course.rounds[1].called, course.rounds[0].called)
    done = state == o.CLOSED
    poor = (done & (rated < closed)) | (state == o.CALL_BACK)
    lines.add(poor, "order.rated", rated, (o.TO_RATE, o.CALL_BACK), attempt=attempt,
              actor=orders.placed_by)  # fmt: skip
    lines.add(done & (rated < closed), "order.settled", called.astype("M8[s]"),
              (o.CALL_BACK, o.CLOSED), attempt=attempt, actor=orders.office,
              was_due=due_after(rated, on, 2))  # fmt: skip
    lines.add(done & (rated == closed), "order.rated", rated, (o.TO_RATE, o.CLOSED),
              attempt=attempt, actor=orders.placed_by)  # fmt: skip
    lines.add(done & np.isnat(rated), "order.unrated", closed, (o.TO_RATE, o.CLOSED),
              attempt=attempt)  # fmt: skip
    why = reasons_of(orders.state, chance(WHY))
    for kind, verb in ((o.REFUSED, "order.refused"), (o.TRANSFERRED, "order.transferred"),
                       (o.MERGED, "order.merged")):  # fmt: skip
        lines.add(state == kind, verb, closed, (o.TO_VERIFY, kind), actor=orders.office,
                  reason=why)  # fmt: skip
    for level, left in enumerate((o.TO_VERIFY, o.TO_DISPATCH, o.DISPATCHED, o.ACCEPTED)):
        rows = (state == o.CANCELLED) & (course.level == level)
        lines.add(rows, "order.cancelled", closed, (left, o.CANCELLED), reason=why,
                  actor=orders.placed_by)  # fmt: skip
    lines.add(state == o.ON_HOLD, "order.held", moved_at(orders, course, on),
              (o.TO_DISPATCH, o.ON_HOLD), actor=orders.office, reason=why)  # fmt: skip
