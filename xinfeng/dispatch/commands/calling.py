"""A poor rating is followed by a call, and the call by peace or another service."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import crypto, scope
from xinfeng.base.refusal import Refusal
from xinfeng.dispatch import permissions
from xinfeng.dispatch.models import CallBack, CallOutcome, Order, Reason, State
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.models import Person

from .asking import lock_for
from .moving import move
from .moving import note as note_down
from .telling import tell_residents

journal.declare(
    {
        "order.not_reached": gettext_lazy("called about an order; nobody answered"),
        "order.settled": gettext_lazy("settled an order by a call"),
        "order.dispatched_again": gettext_lazy("sent an order back to be dispatched again"),
    }
)
notices.declare(
    {
        "order.dispatched_again": gettext_lazy(
            "Somebody else is being found for your order “%(item)s”."
        )
    }
)


@scope.command
def call_back(
    *, order_id: int, outcome: CallOutcome, actor: Person, at: datetime, note: str = ""
) -> CallBack:
    """One call about a poor service: nobody answered, it is settled, or it is done again."""
    order, _caller = lock_for(order_id, actor, at, permissions.may_answer)
    if order.state != State.CALL_BACK:
        raise Refusal("order_state", _("This order has moved on; look at it again."))
    made = _made(order, outcome, note, actor, at)
    if outcome == CallOutcome.NOT_REACHED:
        note_down(order, verb="order.not_reached", actor=actor, at=at, call=made.number)
    elif outcome == CallOutcome.SETTLED:
        move(order, State.CLOSED, verb="order.settled", actor=actor, at=at, call=made.number)
    else:
        _again(order, actor, at, call=made.number)
    return made


def _again(order: Order, actor: Person, at: datetime, call: int) -> None:
    """The service is given once more, by somebody who accepts it anew."""
    move(
        order, State.TO_DISPATCH, verb="order.dispatched_again", actor=actor, at=at,
        reason=Reason.NOT_DONE, call=call,
    )  # fmt: skip
    tell_residents("order.dispatched_again", order, at)


def _made(
    order: Order, outcome: CallOutcome, note: str, actor: Person, at: datetime
) -> CallBack:
    made = CallBack(
        order=order, attempt=order.attempt, division_id=order.division_id, outcome=outcome,
        number=CallBack.objects.filter(order=order).count() + 1, called_by=actor, called_at=at,
    )  # fmt: skip
    if note.strip():
        made.note_sealed = crypto.seal(note.strip(), about=made.bound)
    made.save(force_insert=True)
    return made
