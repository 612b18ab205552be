"""What time brings about: deadlines come near, pass, and carry an order to the next office.

Every minute, set-based and short; locked rows wait for the next minute.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.dispatch import deadlines
from xinfeng.dispatch.models import (
    OPEN,
    Complaint,
    ComplaintState,
    Escalation,
    Order,
    OrderQuerySet,
    Reason,
    State,
    Step,
    Warned,
)
from xinfeng.journal import commands as journal
from xinfeng.journal.commands import Line
from xinfeng.people import notices
from xinfeng.people.commands import tell_counts
from xinfeng.people.queries import offices_of

from .moving import move

journal.declare(
    {
        "order.warned": gettext_lazy("let an order come near its deadline"),
        "order.overdue": gettext_lazy("let an order's deadline pass"),
        "order.escalated": gettext_lazy("carried an order to the next office"),
        "order.unrated": gettext_lazy("closed an order that nobody rated"),
        "order.draft_ended": gettext_lazy("gave up a draft that was never sent"),
        "complaint.overdue": gettext_lazy("let a complaint's deadline pass"),
    }
)
notices.declare(
    {
        "orders.yellow": gettext_lazy("Orders of your area that are due soon: %(count)s."),
        "orders.red": gettext_lazy("Orders of your area that are overdue: %(count)s."),
        "complaints.red": gettext_lazy(
            "Complaints of your area that are not answered in time: %(count)s."
        ),
    }
)
# So many rows at once, so that no transaction is long.
BATCH = 500
# The resident's own deadlines: time ends them instead of warning an office.
_ENDED_BY_TIME = (State.DRAFT, State.TO_RATE)
_WARNED_OF = tuple(state for state in OPEN if state not in _ENDED_BY_TIME)


class Swept(NamedTuple):
    ended: int
    yellow: int
    red: int
    escalated: int
    complaints: int


@scope.command
def sweep_deadlines(*, at: datetime) -> Swept:
    """End what only time ends, warn of what is near, and carry on what is overdue."""
    return Swept(_end(at), _warn(at), _redden(at), _escalate(at), _redden_complaints(at))


def _end(at: datetime) -> int:
    """Who did not rate has not rated; a draft that nobody sent is gone."""
    over = Order.objects.filter(state__in=_ENDED_BY_TIME, due_at__lte=at)
    orders = list(
        over.select_related("item__menu_class").order_by("due_at", "pk")
        .select_for_update(of=("self",), skip_locked=True)[:BATCH]
    )  # fmt: skip
    for order in orders:
        if order.state == State.TO_RATE:
            move(order, State.CLOSED, verb="order.unrated", actor=None, at=at)
        else:
            move(
                order, State.CANCELLED, verb="order.draft_ended", actor=None, at=at,
                reason=Reason.DRAFT_ENDED,
            )  # fmt: skip
    return len(orders)


def _warn(at: datetime) -> int:
    near = Order.objects.filter(
        state__in=_WARNED_OF, warned=Warned.NOT, yellow_at__lte=at, due_at__gt=at
    )
    orders = _locked(near)
    _mark(orders, "order.warned", at, warned=Warned.YELLOW)
    _tell_offices("orders.yellow", orders, at)
    return len(orders)


def _redden(at: datetime) -> int:
    """The office whose business it was is told, and from now on so is the one above."""
    over = Order.objects.filter(state__in=_WARNED_OF, warned__lt=Warned.RED, due_at__lte=at)
    orders = _locked(over)
    _mark(
        orders, "order.overdue", at,
        warned=Warned.RED, escalates_at=deadlines.next_escalation(at),
    )  # fmt: skip
    _tell_offices("orders.red", orders, at)
    return len(orders)


def _escalate(at: datetime) -> int:
    """A further working day has passed: it is the next office's business."""
    orders = _locked(Order.objects.filter(escalates_at__lte=at, state__in=OPEN))
    # From above, so that nothing rises two offices at once.
    for level in (Escalation.COUNTY, Escalation.TOWNSHIP):
        rising = [order for order in orders if order.escalation == level]
        above = Escalation(level + 1)
        for order in rising:
            order.escalation = above
        again = None if above == Escalation.CITY else deadlines.next_escalation(at)
        _mark(rising, "order.escalated", at, escalation=above, escalates_at=again)
        _tell_offices("orders.red", rising, at)
    return len(orders)


def _redden_complaints(at: datetime) -> int:
    over = Complaint.objects.filter(
        state=ComplaintState.OPEN, warned__lt=Warned.RED, due_at__lte=at
    )
    late = list(over.order_by("due_at", "pk").select_for_update(skip_locked=True)[:BATCH])
    Complaint.objects.filter(pk__in=[one.pk for one in late]).update(warned=Warned.RED)
    on = clock.local_date(at)
    journal.record_many(
        "complaint.overdue", (Line(one, one.division_id, on, {}) for one in late),
        actor=None, at=at,
    )  # fmt: skip
    # An answer that is late is the county's business at once.
    _tell("complaints.red", Counter(one.division_id for one in late), Escalation.COUNTY, at)
    return len(late)


def _locked(found: OrderQuerySet) -> list[Order]:
    rows = found.order_by("due_at", "pk").select_for_update(skip_locked=True)
    return list(rows[:BATCH])


def _mark(orders: list[Order], verb: str, at: datetime, **fields: object) -> None:
    """The same change on each, with a line of the journal and of its own timeline."""
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(**fields)
    on = clock.local_date(at)
    journal.record_many(
        verb, (Line(order, order.division_id, on, {"state": order.state}) for order in orders),
        actor=None, at=at,
    )  # fmt: skip
    Step.objects.bulk_create(
        Step(order=order, attempt=order.attempt, from_state=order.state, to_state=order.state,
             verb=verb, at=at)
        for order in orders
    )  # fmt: skip


def _tell_offices(kind: str, orders: Iterable[Order], at: datetime) -> None:
    for level in Escalation:
        here = Counter(order.division_id for order in orders if order.escalation == level)
        _tell(kind, here, level, at)


def _tell(kind: str, villages: Counter[int], level: Escalation, at: datetime) -> None:
    counts: Counter[int] = Counter()
    for code, people in offices_of(villages, level, clock.local_date(at)).items():
        counts.update(dict.fromkeys(people, villages[code]))
    tell_counts(kind=kind, counts=counts, at=at)
