"""One order as those see it who placed it: how it stands, who comes, what they may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext as _

from xinfeng.activities.models import Shift
from xinfeng.activities.queries.door_code import DoorCode, door_code
from xinfeng.base import masking, scope
from xinfeng.dispatch import permissions, plain_words
from xinfeng.dispatch.models import (
    MOVES,
    SERVED_BY_SOMEBODY,
    Complaint,
    Offer,
    OfferState,
    Order,
    Rating,
    State,
    Step,
)
from xinfeng.dispatch.permissions import Caller
from xinfeng.dispatch.plain_words import Standing
from xinfeng.people.models import ConsentKind, Identity, Person
from xinfeng.people.queries import agreed

from .callers import caller_of

PAGE = 30
# Secrets and numbers are shorter; longer texts are not even looked up.
MOST_SIGNS = 40
NEW = timedelta(minutes=30)
_COMPLAINED_ABOUT = {*SERVED_BY_SOMEBODY, State.CALL_BACK, State.CLOSED}


@dataclass(frozen=True)
class Line:
    """One line of the timeline in plain words."""

    at: datetime
    said: str
    reason: str


@dataclass(frozen=True)
class Tracked:
    """The order with everything its tracking page shows."""

    order: Order
    caller: Caller
    standing: Standing
    lines: Sequence[Line]
    # Surname and title, or the name of whoever agreed to be named.
    comers: Sequence[str]
    rating: Rating | None
    complaints: Sequence[Complaint]
    # What the door shows now; None before they can come and after they have gone.
    door: DoorCode | None
    at: datetime

    @property
    def visit(self) -> Shift | None:
        return self.order.shift

    @property
    def may_confirm(self) -> bool:
        mine = permissions.may_confirm(self.caller, self.order)
        return mine and self.order.state == State.TO_CONFIRM

    @property
    def may_rate(self) -> bool:
        mine = permissions.may_rate(self.caller, self.order)
        return mine and self.order.state == State.TO_RATE

    @property
    def may_cancel(self) -> bool:
        return State.CANCELLED in MOVES[State(self.order.state)]

    @property
    def may_complain(self) -> bool:
        return self.order.state in _COMPLAINED_ABOUT

    @property
    def is_new(self) -> bool:
        placed = self.order.placed_at
        return placed is not None and self.at - placed < NEW


def tracked(key: str, person: Person | None, at: datetime) -> Tracked | None:
    """By the secret of its link; or by its number, for whoever is served or placed it."""
    with scope.whole_city():
        found = _found(key, person, at)
        if found is None:
            return None
        order, caller = found
        steps = order.steps.exclude(from_state=F("to_state")).order_by("-pk")
        rating = order.ratings.filter(attempt=order.attempt).first()
        return Tracked(
            order=order,
            caller=caller,
            standing=plain_words.TO_RESIDENT[State(order.state)],
            lines=[_line(step) for step in steps],
            comers=_comers(order),
            rating=rating,
            complaints=list(order.complaints.order_by("-pk")),
            door=_door(order, at),
            at=at,
        )


@dataclass(frozen=True)
class MyOrders:
    """What somebody ordered, the newest first; `after` opens the next page."""

    orders: Sequence[Order]
    after: int | None


def my_orders(person: Person, after: int | None = None) -> MyOrders:
    with scope.reading(person_id=person.pk, spans=[]):
        mine = Order.objects.filter(Q(requester=person) | Q(placed_by=person))
        if after is not None:
            mine = mine.filter(pk__lt=after)
        page = list(mine.select_related("item").order_by("-pk")[: PAGE + 1])
    shown = page[:PAGE]
    return MyOrders(shown, shown[-1].pk if len(page) > PAGE else None)


def key_of(code: str, secret: str) -> str:
    """What the tracking address ends in: the number, and the secret that proves it."""
    return f"{code}-{secret}"


def split(key: str) -> tuple[str, str]:
    """The number and the secret; an empty secret for a number alone."""
    code, dash, secret = key.rpartition("-")
    return (code, secret) if dash else (key, "")


def _found(key: str, person: Person | None, at: datetime) -> tuple[Order, Caller] | None:
    """The order with what this visitor may do; only for whom it is, and the link's holders."""
    if len(key) > MOST_SIGNS or "\0" in key:
        return None
    code, secret = split(key)
    orders = Order.objects.select_related("item", "division", "shift__activity", "activity")
    order = orders.filter(code=code.upper()).first()
    caller = caller_of(person, at, order=order, secret=secret)
    return (order, caller) if order and caller.is_resident_of(order) else None


def _line(step: Step) -> Line:
    said = plain_words.said_of(step.from_state, step.to_state)
    return Line(step.at, said, step.get_reason_display() if step.reason else "")


def _door(order: Order, at: datetime) -> DoorCode | None:
    if order.shift_id is None or order.state not in {State.SCHEDULED, State.IN_SERVICE}:
        return None
    code = door_code(order.shift_id, at)
    return code if code is not None and code.is_open else None


def _comers(order: Order) -> list[str]:
    """Nobody is named before they have accepted, nor after the order has left them."""
    if order.state not in SERVED_BY_SOMEBODY:
        return []
    accepted = Offer.objects.filter(
        order=order, attempt=order.attempt, state=OfferState.ACCEPTED, person__isnull=False
    )
    coming = list(accepted.order_by("pk").values_list("person_id", flat=True))
    named = Identity.objects.filter(pk__in=coming).order_by("pk")
    return [_shown(pk, name) for pk, name in named.values_list("pk", "name")]


def _shown(person_id: int, name: str) -> str:
    if agreed(person_id, ConsentKind.PUBLICATION):
        return _("the volunteer %(name)s") % {"name": name}
    return _("the volunteer %(name)s") % {"name": masking.name(name)}
