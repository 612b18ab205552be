"""An order locked for somebody, with what they may do; foreign and unknown look alike."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from xinfeng.base.refusal import Forbidden, Unknown
from xinfeng.dispatch import permissions
from xinfeng.dispatch.models import Order
from xinfeng.dispatch.permissions import Caller
from xinfeng.dispatch.queries.callers import caller_of
from xinfeng.people.models import Person

from .moving import lock


def lock_for(
    order_id: int,
    actor: Person | None,
    at: datetime,
    may: Callable[[Caller, Order], bool],
    *,
    secret: str = "",
) -> tuple[Order, Caller]:
    """The order, held until commit, for whoever may do what `may` asks."""
    order = lock(order_id)
    caller = caller_of(actor, at, order=order, secret=secret)
    if order is None or not (permissions.may_see(caller, order) or may(caller, order)):
        raise Unknown("order_unknown", _("There is no such order."))
    if not may(caller, order):
        raise Forbidden("not_your_order", _("You cannot do this with this order."))
    return order, caller
