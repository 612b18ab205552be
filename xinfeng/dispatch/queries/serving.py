"""What somebody is asked to do, has promised, or could take; and one order as they see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from xinfeng.base import codes, scope
from xinfeng.base.codes import Level
from xinfeng.dispatch import explaining, plain_words
from xinfeng.dispatch.models import (
    LIVE,
    Mode,
    Offer,
    OfferQuerySet,
    OfferState,
    Order,
    State,
)
from xinfeng.dispatch.plain_words import Standing
from xinfeng.people.models import Person
from xinfeng.teams.models import Membership, Team

from .candidates import Candidate, named

# Of what is open to all so much is shown, what waits longest first.
POOL = 30
# Of a team's members so many are named, the nearest first.
MEMBERS = 40
_COMING = (State.DISPATCHED, State.ACCEPTED, State.SCHEDULED, State.IN_SERVICE)
# What was served stays on the page so long, while its contact can still be opened.
_RECENT = timedelta(days=2)


@dataclass(frozen=True)
class Asked:
    """One offer in words."""

    offer: Offer
    reasons: Sequence[str]

    @property
    def order(self) -> Order:
        return self.offer.order


@dataclass(frozen=True)
class Serving:
    """All that somebody could do next about orders."""

    waiting: Sequence[Asked]
    coming: Sequence[Asked]
    teams: Sequence[Asked]
    pool: Sequence[Order]


@dataclass(frozen=True)
class ServedOrder:
    """One order as whoever is asked or comes sees it: never whom it is for."""

    order: Order
    # Mine, or that of a team I lead; None: it is open to all and nobody asked me.
    offer: Offer | None
    reasons: Sequence[str]
    # What it asks of a person, in words; empty: nothing in particular.
    needs: str
    # Members of my team who could come, when it was asked of the team.
    members: Sequence[Candidate]
    at: datetime

    @property
    def may_answer(self) -> bool:
        offer = self.offer
        if offer is None or offer.state != OfferState.OFFERED:
            return False
        return offer.answer_by is None or self.at < offer.answer_by

    @property
    def may_grab(self) -> bool:
        is_asked = self.offer is not None and self.offer.state in LIVE
        return not is_asked and _is_open_to_all(self.order, self.at)

    @property
    def comes(self) -> bool:
        mine = self.offer is not None and self.offer.person_id is not None
        return mine and self.offer is not None and self.offer.state == OfferState.ACCEPTED

    @property
    def standing(self) -> Standing | None:
        """How it stands, for whoever comes."""
        return plain_words.TO_VOLUNTEER.get(State(self.order.state)) if self.comes else None

    @property
    def has_begun(self) -> bool:
        return self.order.shift is not None and self.at >= self.order.shift.starts_at

    @property
    def may_agree(self) -> bool:
        """The time can be agreed on, or changed, until the service begins."""
        ready = self.order.state in (State.ACCEPTED, State.SCHEDULED)
        return self.comes and ready and not self.has_begun

    @property
    def may_give_back(self) -> bool:
        early = self.order.state in (State.DISPATCHED, State.ACCEPTED, State.SCHEDULED)
        return self.comes and early and not self.has_begun

    @property
    def may_pass_on(self) -> bool:
        """The team was asked and may still name who could come."""
        offer = self.offer
        if offer is None or offer.team_id is None or not self.order.can_be_joined(self.at):
            return False
        return self.may_answer or offer.state == OfferState.ACCEPTED


def serving(person: Person, at: datetime) -> Serving:
    """For the volunteer's page; a handful of queries whatever there is."""
    with scope.whole_city():
        mine = _current().filter(person=person).order_by("starts_at", "pk")
        waiting = mine.filter(state=OfferState.OFFERED, answer_by__gt=at)
        recent = Q(order__shift__ends_at__gt=at - _RECENT)
        coming = mine.filter(Q(order__state__in=_COMING) | recent, state=OfferState.ACCEPTED)
        teams = _current().filter(
            _joinable(at, "order__"), team__in=_led(person),
            state__in=[OfferState.OFFERED, OfferState.ACCEPTED],
        )  # fmt: skip
        return Serving(
            waiting=_asked(waiting),
            coming=_asked(coming),
            teams=_asked(teams.order_by("answer_by", "pk")),
            pool=_pool(person, at),
        )


def served_order(code: str, person: Person, at: datetime) -> ServedOrder | None:
    """By its number, for whoever was asked, comes, leads the team, or could take it."""
    with scope.whole_city():
        orders = Order.objects.select_related("item", "division", "shift", "activity")
        order = orders.filter(code=code.upper()).first()
        if order is None:
            return None
        offer = _offer_to(order, person)
        if offer is None and not _could_see(order, person, at):
            return None
        return ServedOrder(
            order=order,
            offer=offer,
            reasons=explaining.proposal(offer.why) if offer else (),
            needs=explaining.needs(explaining.asked_of(order)),
            members=_members(order, offer, at),
            at=at,
        )


def _current() -> OfferQuerySet:
    """Offers of the attempt their order is in."""
    offers = Offer.objects.filter(attempt=F("order__attempt"), offered_at__isnull=False)
    return offers.select_related("order__item", "order__division", "order__shift", "team")


def _led(person: Person) -> QuerySet[Team]:
    return Team.objects.filter(Q(leader=person) | Q(deputies__contains=[person.pk]))


def _asked(offers: Iterable[Offer]) -> list[Asked]:
    return [Asked(offer, explaining.proposal(offer.why)) for offer in offers]


def _joinable(at: datetime, order: str = "") -> Q:
    """Orders that wait for answers, or of which somebody has dropped out before the service."""
    short = Q(
        **{
            f"{order}state": State.SCHEDULED,
            f"{order}shift__starts_at__gt": at,
            f"{order}accepted__lt": F(f"{order}people"),
        }
    )
    return Q(**{f"{order}state": State.DISPATCHED}) | short


def _pool(person: Person, at: datetime) -> list[Order]:
    """Open to whoever is first, in one's own county, what waits longest first."""
    lo, hi = codes.span(person.division_id, Level.COUNTY)
    mine = Offer.objects.live().filter(
        order=OuterRef("pk"), attempt=OuterRef("attempt"), person=person
    )
    opened = Order.objects.inside(lo, hi).filter(
        _joinable(at), item__mode=Mode.GRAB, accepted__lt=F("people")
    )
    found = opened.exclude(Exists(mine)).exclude(Q(requester=person) | Q(placed_by=person))
    return list(found.select_related("item", "division").order_by("due_at", "pk")[:POOL])


def _offer_to(order: Order, person: Person) -> Offer | None:
    """One's own before that of a team one leads; the latest."""
    offers = Offer.objects.filter(
        order=order, attempt=order.attempt, offered_at__isnull=False
    ).select_related("team")
    mine = offers.filter(person=person).order_by("-pk").first()
    return mine or offers.filter(team__in=_led(person)).order_by("-pk").first()


def _could_see(order: Order, person: Person, at: datetime) -> bool:
    lo, hi = codes.span(person.division_id, Level.COUNTY)
    return _is_open_to_all(order, at) and lo <= order.division_id < hi


def _is_open_to_all(order: Order, at: datetime) -> bool:
    return order.item.mode == Mode.GRAB and order.can_be_joined(at)


def _members(order: Order, offer: Offer | None, at: datetime) -> list[Candidate]:
    if offer is None or offer.team_id is None or not order.can_be_joined(at):
        return []
    current = Membership.objects.current().filter(team=offer.team_id)
    ids = list(current.order_by("pk").values_list("person_id", flat=True))
    asked = Offer.objects.filter(order=order, attempt=order.attempt, person__in=ids)
    ids = sorted(set(ids) - set(asked.values_list("person_id", flat=True)))
    found = named(order, ids, at=at, starts_at=offer.starts_at)
    return sorted(found.values(), key=lambda one: (one.metres or 0, one.person_id))[:MEMBERS]
