"""By when somebody must act on an order: read from the city's menu, in working time."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.conf import settings

from xinfeng.base import pack
from xinfeng.base.service_menu import Step
from xinfeng.base.worktime import Span, Unit

from .models import Order, State

# What has to be done with an order that is in a state.
STEP_OF: Final = {
    State.TO_VERIFY: Step.VERIFY,
    State.TO_DISPATCH: Step.DISPATCH,
    State.DISPATCHED: Step.ACCEPT,
    State.ACCEPTED: Step.CONTACT,
    State.SCHEDULED: Step.FINISH,
    State.IN_SERVICE: Step.FINISH,
    State.TO_CONFIRM: Step.CONFIRM,
    State.TO_RATE: Step.RATE,
    State.CALL_BACK: Step.CALL_BACK,
    State.ON_HOLD: Step.HOLD,
}
# Deadlines that the city or its volunteers keep; the others are the resident's own.
OURS: Final = frozenset(STEP_OF) - {State.TO_CONFIRM, State.TO_RATE, State.ON_HOLD}
_A_DAY = timedelta(days=1)


class Due(NamedTuple):
    """From when on it is near, and when it is over."""

    yellow_at: datetime
    due_at: datetime


def due(order: Order, state: State, at: datetime) -> Due:
    """The deadline of an open state that an order comes to now; with item and shift loaded."""
    if state == State.DRAFT:
        days = pack.load(settings.CITY_PACK).rules.order_draft_days
        return Due(at + days * _A_DAY, at + days * _A_DAY)
    if state == State.SCHEDULED and order.missing and order.shift is not None:
        # Whoever is missing has to be found before the service begins.
        found = of_step(order, Step.DISPATCH, at)
        ends = max(min(found.due_at, order.shift.starts_at), at)
        return Due(min(found.yellow_at, ends), ends)
    return of_step(order, STEP_OF[state], at, least=_agreed(order, state))


def of_step(order: Order, step: Step, at: datetime, *, least: datetime | None = None) -> Due:
    """How long a step of this order may take from now on; never less than until `least`."""
    city = pack.load(settings.CITY_PACK)
    deadline = city.menu.deadline(
        step, of_class=order.item.menu_class.code, is_urgent=order.is_urgent
    )
    ends = max(deadline.span.after(at, city.rules.office_hours), least or at)
    return Due(at + (ends - at) * deadline.yellow_percent / 100, ends)


def next_escalation(at: datetime) -> datetime:
    """The next office is told when this one has let a further working day pass."""
    return Span(1, Unit.WORKING_DAYS).after(
        at, pack.load(settings.CITY_PACK).rules.office_hours
    )


def _agreed(order: Order, state: State) -> datetime | None:
    """A later day that the resident agreed to is no delay."""
    if STEP_OF[state] != Step.FINISH or order.shift is None:
        return None
    return order.shift.ends_at + _A_DAY
