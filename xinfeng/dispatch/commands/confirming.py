"""The resident says that the service was given, and how it was."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, crypto, scope
from xinfeng.base.refusal import Refusal
from xinfeng.dispatch import permissions
from xinfeng.dispatch.models import GOOD, Order, Rater, Rating, Reason, State, Verified
from xinfeng.dispatch.permissions import Caller
from xinfeng.dispatch.wishes import NewRating
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .asking import lock_for
from .moving import move

journal.declare(
    {
        "order.confirmed": gettext_lazy("confirmed that a service was given"),
        "order.denied": gettext_lazy("said that a service was not given"),
        "order.rated": gettext_lazy("rated a service"),
    }
)


@scope.command
def confirm(
    *,
    order_id: int,
    actor: Person | None,
    at: datetime,
    secret: str = "",
    how: Verified | None = None,
) -> Order:
    """The service was given. An office that asked the resident says how it asked."""
    order, caller = lock_for(order_id, actor, at, permissions.may_confirm, secret=secret)
    if order.confirmed_at is not None:
        return order
    _confirm(order, caller, actor, at, how)
    return order


@scope.command
def deny(*, order_id: int, actor: Person | None, at: datetime, secret: str = "") -> Order:
    """The service was not given, or not finished: the desk calls back."""
    order, _caller = lock_for(order_id, actor, at, permissions.may_confirm, secret=secret)
    if order.state == State.CALL_BACK:
        return order
    if order.state != State.TO_CONFIRM:
        raise _moved_on()
    move(
        order, State.CALL_BACK, verb="order.denied", actor=actor, at=at, reason=Reason.NOT_DONE
    )
    return order


@scope.command
def rate(
    *,
    order_id: int,
    rating: NewRating,
    actor: Person | None,
    at: datetime,
    secret: str = "",
    how: Verified | None = None,
) -> Rating:
    """How it was. Whoever rates confirms as well; a poor one brings a call.

    Nothing is filled in: a dimension that was not rated stays unrated, and so does a service
    that nobody rates.
    """
    order, caller = lock_for(order_id, actor, at, permissions.may_rate, secret=secret)
    if already := Rating.objects.filter(order=order, attempt=order.attempt).first():
        return already
    if order.state == State.TO_CONFIRM:
        _confirm(order, caller, actor, at, how)
    if order.state != State.TO_RATE:
        raise _moved_on()
    made = _made(order, rating, caller, actor, at)
    order.rated_at = at
    move(
        order, State.CALL_BACK if made.is_poor else State.CLOSED, verb="order.rated",
        actor=actor, at=at, also=("rated_at",), by=made.by, overall=made.overall,
        good=made.overall >= GOOD,
    )  # fmt: skip
    return made


def _confirm(
    order: Order, caller: Caller, actor: Person | None, at: datetime, how: Verified | None
) -> None:
    details = {}
    if not caller.is_resident_of(order):
        if how is None:
            raise Refusal("how_missing", _("Say how you asked the resident."))
        details["how"] = Verified(how).value
    if order.state != State.TO_CONFIRM:
        raise _moved_on()
    move(order, State.TO_RATE, verb="order.confirmed", actor=actor, at=at, **details)


def _made(
    order: Order, said: NewRating, caller: Caller, actor: Person | None, at: datetime
) -> Rating:
    points = (said.overall, said.punctual, said.attitude, said.skill)
    if not all(point is None or point in range(1, 6) for point in points):
        raise Refusal("rating_wrong", _("Give one to five stars."))
    made = Rating(
        order=order, attempt=order.attempt, division_id=order.division_id,
        overall=said.overall, punctual=said.punctual, attitude=said.attitude, skill=said.skill,
        fee_asked=said.fee_asked, by=_rater(order, caller), rated_by=actor, rated_at=at,
        rated_on=clock.local_date(at),
    )  # fmt: skip
    if said.comment.strip():
        made.comment_sealed = crypto.seal(said.comment.strip(), about=made.bound)
    made.save(force_insert=True)
    return made


def _rater(order: Order, caller: Caller) -> Rater:
    if not caller.is_resident_of(order):
        return Rater.CALL_BACK
    is_served = order.requester_id is not None and order.requester_id == caller.person_id
    return Rater.PROXY if order.is_proxy and not is_served else Rater.RESIDENT


def _moved_on() -> Refusal:
    return Refusal("order_state", _("This order has moved on; look at it again."))
