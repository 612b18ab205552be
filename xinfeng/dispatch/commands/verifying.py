"""The desk makes sure that an order is meant, and what becomes of one that is not for here."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.dispatch import permissions
from xinfeng.dispatch.models import REFUSALS, Order, Reason, State, Verified
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.models import Person

from .asking import lock_for
from .moving import lock, move, note
from .releasing import release
from .telling import said, tell_residents

journal.declare(
    {
        "order.verified": gettext_lazy("verified an order"),
        "order.refused": gettext_lazy("refused an order"),
        "order.transferred": gettext_lazy("handed an order to the hotline 12345"),
        "order.merged": gettext_lazy("found an order to be a duplicate"),
        "order.absorbed": gettext_lazy("merged a duplicate into an order"),
    }
)
notices.declare(
    {
        "order.verified": gettext_lazy("Your order “%(item)s” was verified."),
        "order.refused": gettext_lazy("Your order “%(item)s” was refused: %(reason)s."),
        "order.transferred": gettext_lazy(
            "Your order “%(item)s” was handed to the hotline 12345; its number there is"
            " %(number)s."
        ),
        "order.merged": gettext_lazy(
            "Your order “%(item)s” was there twice; it goes on under the number %(code)s."
        ),
    }
)
_LONGEST_NUMBER = 40


@scope.command
def verify(*, order_id: int, how: Verified, actor: Person, at: datetime) -> Order:
    """Somebody has made sure that the order is meant; nobody verifies what they entered."""
    order, _caller = lock_for(order_id, actor, at, permissions.may_verify)
    if order.verified_at is not None:
        return order
    order.verified_how, order.verified_by, order.verified_at = how, actor, at
    move(
        order, State.TO_DISPATCH, verb="order.verified", actor=actor, at=at, how=how,
        also=("verified_how", "verified_by", "verified_at"),
    )  # fmt: skip
    tell_residents("order.verified", order, at)
    return order


@scope.command
def refuse(*, order_id: int, reason: Reason, actor: Person, at: datetime) -> Order:
    """The order is nothing for volunteers here, for a reason that the resident is told."""
    order, _caller = lock_for(order_id, actor, at, permissions.may_decide)
    if order.state == State.REFUSED:
        return order
    if reason not in REFUSALS:
        raise Refusal("reason_wrong", _("This is no reason to refuse an order."))
    move(order, State.REFUSED, verb="order.refused", actor=actor, at=at, reason=reason)
    tell_residents("order.refused", order, at, reason=said(reason))
    return order


@scope.command
def transfer(*, order_id: int, number: str, actor: Person, at: datetime) -> Order:
    """The hotline takes it over, under a number by which it is found there."""
    order, _caller = lock_for(order_id, actor, at, permissions.may_decide)
    if order.state == State.TRANSFERRED:
        return order
    number = number.strip()
    if not number or len(number) > _LONGEST_NUMBER:
        raise Refusal("number_missing", _("Enter the number that the hotline gave."))
    asked = release(order, actor=actor, at=at)
    order.hotline_number = number
    move(
        order, State.TRANSFERRED, verb="order.transferred", actor=actor, at=at, asked=asked,
        also=("hotline_number",),
    )  # fmt: skip
    tell_residents("order.transferred", order, at, number=number)
    return order


@scope.command
def merge(*, order_id: int, into_id: int, actor: Person, at: datetime) -> Order:
    """A duplicate ends in the order that goes on; both say so on their timelines."""
    # The order of the ids, so that two clerks who merge both ways do not wait for each other.
    for pk in sorted({order_id, into_id}):
        lock(pk)
    order, _caller = lock_for(order_id, actor, at, permissions.may_decide)
    into, _caller = lock_for(into_id, actor, at, permissions.may_decide)
    if order.state == State.MERGED and order.merged_into_id == into.pk:
        return order
    if order.pk == into.pk or not into.is_open or into.state == State.DRAFT:
        raise Refusal("merge_impossible", _("Choose another order that is still open."))
    asked = release(order, actor=actor, at=at)
    order.merged_into = into
    move(
        order, State.MERGED, verb="order.merged", actor=actor, at=at, into=into.pk, asked=asked,
        also=("merged_into",),
    )  # fmt: skip
    note(into, verb="order.absorbed", actor=actor, at=at, duplicate=order.pk)
    tell_residents("order.merged", order, at, code=into.code)
    return order
