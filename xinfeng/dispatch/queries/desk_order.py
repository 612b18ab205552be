"""One order before the desk: all that happened to it, who is proposed and why, what is said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.functional import Promise

from xinfeng.base import scope
from xinfeng.dispatch import explaining
from xinfeng.dispatch.models import (
    CallBack,
    Complaint,
    Offer,
    Order,
    OrderQuerySet,
    Rating,
    State,
    Step,
    Unserved,
)
from xinfeng.dispatch.models.states import OPEN
from xinfeng.journal import commands as journal
from xinfeng.people.queries import masked_names

from .desk import Span

# Two orders this far apart may still be one and the same wish.
_ALIKE_DAYS = timedelta(days=14)
MOST_ALIKE = 5


@dataclass(frozen=True)
class Told:
    """One line of the timeline in words."""

    step: Step
    sentence: str | Promise
    who: str


@dataclass(frozen=True)
class Proposal:
    """Somebody for the order, and in words why just this one."""

    offer: Offer
    name: str
    reasons: list[str]


@dataclass(frozen=True)
class Sheet:
    order: Order
    served: str
    told: list[Told]
    proposals: list[Proposal]
    unserved: str
    short: int
    ratings: list[Rating]
    calls: list[CallBack]
    complaints: list[Complaint]
    alike: list[Order]
    names: dict[int, str]


def order_at(spans: Sequence[Span], code: str) -> Order | None:
    """An order within the desk's reach; foreign and unknown are the same."""
    with scope.reading(person_id=None, spans=spans):
        return _orders().filter(_reached(spans), code=code).first()


def sheet(spans: Sequence[Span], code: str) -> Sheet | None:
    """Everything the desk sees of one order."""
    with scope.reading(person_id=None, spans=spans):
        order = _orders().filter(_reached(spans), code=code).first()
        if order is None:
            return None
        steps = list(order.steps.order_by("pk"))
        offers = list(
            order.offers.select_related("team").order_by("-attempt", "metres", "pk")
        )
        unserved = Unserved.objects.filter(order=order).order_by("pk").first()
        ratings = list(order.ratings.order_by("-attempt"))
        calls = list(order.call_backs.order_by("-number"))
        complaints = list(order.complaints.order_by("-made_at", "pk"))
        alike = list(alike_to(spans, order)) if order.is_open else []
    names = masked_names(_people_of(steps, offers, calls, complaints))
    short = unserved is not None and unserved.attempt == order.attempt
    return Sheet(
        order=order,
        served=order.contact.masked_name if order.contact else "",
        told=[_told(step, names) for step in steps],
        proposals=[_proposal(offer, names) for offer in offers],
        unserved=explaining.unserved(unserved.why, unserved.details)
        if unserved and short
        else "",
        short=unserved.short if unserved and short else 0,
        ratings=ratings,
        calls=calls,
        complaints=complaints,
        alike=alike,
        names=names,
    )


def alike_to(spans: Sequence[Span], order: Order) -> Iterable[Order]:
    """Open orders that may be the same wish: same telephone, or same village and service."""
    same = Q(division_id=order.division_id, item_id=order.item_id)
    if order.contact is not None and order.contact.phone_digest is not None:
        same |= Q(contact__phone_digest=order.contact.phone_digest)
    placed = order.placed_at or order.moved_at
    near = Q(placed_at__gte=placed - _ALIKE_DAYS, placed_at__lte=placed + _ALIKE_DAYS)
    found = _orders().filter(_reached(spans), same, near, state__in=OPEN)
    return found.exclude(pk=order.pk).exclude(state=State.DRAFT).order_by("pk")[:MOST_ALIKE]


def _orders() -> OrderQuerySet:
    return Order.objects.select_related(
        "item__menu_class", "item__category", "division", "place", "contact", "merged_into",
        "shift", "activity",
    )  # fmt: skip


def _reached(spans: Iterable[Span]) -> Q:
    reached = Q(pk__in=[])
    for lo, hi in spans:
        reached |= Q(division_id__gte=lo, division_id__lt=hi)
    return reached


def _people_of(
    steps: Iterable[Step],
    offers: Iterable[Offer],
    calls: Iterable[CallBack],
    complaints: Iterable[Complaint],
) -> set[int]:
    ids = {step.actor_id for step in steps} | {offer.person_id for offer in offers}
    ids |= {call.called_by_id for call in calls} | {c.answered_by_id for c in complaints}
    return {pk for pk in ids if pk is not None}


def _told(step: Step, names: dict[int, str]) -> Told:
    sentence = journal.sentences().get(step.verb, step.verb)
    return Told(step, sentence, names.get(step.actor_id, "") if step.actor_id else "")


def _proposal(offer: Offer, names: dict[int, str]) -> Proposal:
    if offer.team is not None:
        return Proposal(offer, offer.team.name, explaining.proposal(offer.why))
    name = names.get(offer.person_id, "*") if offer.person_id else "*"
    return Proposal(offer, name, explaining.proposal(offer.why))
