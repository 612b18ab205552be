"""An order waits, goes on after all, or is not wished any more."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.dispatch import permissions
from xinfeng.dispatch.models import CANCELLATIONS, HOLDS, Order, Reason, State
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.models import Person

from .asking import lock_for
from .moving import move
from .releasing import release
from .telling import said, tell_residents

journal.declare(
    {
        "order.held": gettext_lazy("put an order on hold"),
        "order.resumed": gettext_lazy("took an order up again"),
        "order.cancelled": gettext_lazy("cancelled an order"),
    }
)
notices.declare(
    {
        "order.held": gettext_lazy("Your order “%(item)s” waits: %(reason)s."),
        "order.resumed": gettext_lazy("Your order “%(item)s” goes on."),
        "order.cancelled": gettext_lazy("Your order “%(item)s” was cancelled: %(reason)s."),
    }
)


@scope.command
def hold(*, order_id: int, reason: Reason, actor: Person, at: datetime) -> Order:
    """It waits, by a deadline of its own; whoever was asked for it is let go."""
    order, _caller = lock_for(order_id, actor, at, permissions.may_decide)
    if order.state == State.ON_HOLD:
        return order
    if reason not in HOLDS:
        raise Refusal("reason_wrong", _("This is no reason to let an order wait."))
    asked = release(order, actor=actor, at=at)
    move(
        order, State.ON_HOLD, verb="order.held", actor=actor, at=at, reason=reason, asked=asked
    )
    tell_residents("order.held", order, at, reason=said(reason))
    return order


@scope.command
def resume(*, order_id: int, actor: Person, at: datetime) -> Order:
    """It goes on where it was; what had been arranged is arranged anew."""
    order, _caller = lock_for(order_id, actor, at, permissions.may_decide)
    if order.state != State.ON_HOLD:
        raise Refusal("order_not_on_hold", _("This order is not on hold."))
    move(order, State(order.held_from), verb="order.resumed", actor=actor, at=at)
    tell_residents("order.resumed", order, at)
    return order


@scope.command
def cancel(
    *, order_id: int, reason: Reason, actor: Person | None, at: datetime, secret: str = ""
) -> Order:
    """The resident no longer wishes it, or an office says so for them."""
    order, _caller = lock_for(order_id, actor, at, permissions.may_cancel, secret=secret)
    if order.state == State.CANCELLED:
        return order
    if reason not in CANCELLATIONS:
        raise Refusal("reason_wrong", _("This is no reason to cancel an order."))
    asked = release(order, actor=actor, at=at)
    move(
        order, State.CANCELLED, verb="order.cancelled", actor=actor, at=at, reason=reason,
        asked=asked,
    )  # fmt: skip
    tell_residents("order.cancelled", order, at, reason=said(reason))
    return order
