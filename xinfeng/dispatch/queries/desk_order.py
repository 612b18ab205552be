"""One order before the desk: all that happened to it, who is proposed and why, what is said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise

from xinfeng.base import codes, scope
from xinfeng.base.codes import Level
from xinfeng.base.scope import Span, reached
from xinfeng.dispatch import explaining
from xinfeng.dispatch.models import (
    CallBack,
    Complaint,
    Offer,
    Order,
    OrderQuerySet,
    Rating,
    Step,
    Unserved,
)
from xinfeng.journal import commands as journal
from xinfeng.people.queries import masked_names
from xinfeng.teams.models import Team

from .desk_doubles import doubles

MOST_TEAMS = 60


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
    alike: list[int]
    names: dict[int, str]


def order_at(spans: Sequence[Span], code: str) -> Order | None:
    """An order within the desk's reach; foreign and unknown are the same."""
    with scope.reading(person_id=None, spans=spans):
        return _orders().filter(reached(spans), code=code).first()


def offer_at(spans: Sequence[Span], code: str, offer_id: int) -> Offer | None:
    with scope.reading(person_id=None, spans=spans):
        return Offer.objects.filter(reached(spans), order__code=code, pk=offer_id).first()


def sheet(spans: Sequence[Span], code: str) -> Sheet | None:
    """Everything the desk sees of one order."""
    with scope.reading(person_id=None, spans=spans):
        order = _orders().filter(reached(spans), code=code).first()
        if order is None:
            return None
        steps = list(order.steps.order_by("pk"))
        offers = list(order.offers.select_related("team").order_by("-attempt", "metres", "pk"))
        unserved = Unserved.objects.filter(order=order).order_by("pk").first()
        ratings = list(order.ratings.order_by("-attempt"))
        calls = list(order.call_backs.order_by("-number"))
        complaints = list(order.complaints.order_by("-made_at", "pk"))
        alike = doubles(spans, [order])[order.pk] if order.is_open else []
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


def teams_near(order: Order, today: date) -> list[Team]:
    """Teams of the order's township, and of the county and city above it."""
    level = codes.level_of(order.division_id)
    lo = order.division_id // codes.UNIT[Level.TOWNSHIP] * codes.UNIT[Level.TOWNSHIP]
    of_township = Q(division_id__gte=lo, division_id__lt=lo + codes.UNIT[Level.TOWNSHIP])
    above = Q(division_id__in=codes.ancestors(order.division_id, level))
    serving = Team.objects.serving_on(today).filter(of_township | above, leader__isnull=False)
    return list(serving.order_by("-division_id", "name", "pk")[:MOST_TEAMS])


def _orders() -> OrderQuerySet:
    return Order.objects.select_related(
        "item__menu_class", "item__category", "division", "place", "contact", "merged_into",
        "shift", "activity",
    )  # fmt: skip


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
