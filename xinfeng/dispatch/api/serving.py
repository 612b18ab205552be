"""What one is asked to do, and answering it, over the interface."""

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Misread, Moment, answers
from xinfeng.dispatch import commands, queries
from xinfeng.dispatch.models import Decline, Offer, Order
from xinfeng.dispatch.queries import Asked, ServedOrder
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import router


class OfferBrief(Schema):
    """One order that somebody, or a team they lead, is asked to serve; never whom it is for."""

    order: str
    item: str
    item_name: str
    division: int
    state: str
    order_state: str
    team: str
    starts_at: Moment
    ends_at: Moment
    answer_by: Moment | None
    reasons: list[str]


class OpenOrder(Schema):
    """An order that goes to whoever takes it first."""

    order: str
    item: str
    item_name: str
    division: int
    people: int


class AskedOfMe(Schema):
    waiting: list[OfferBrief]
    coming: list[OfferBrief]
    teams: list[OfferBrief]
    open_to_all: list[OpenOrder]


class ServedState(Schema):
    """How an order stands for whoever serves it."""

    order: str
    order_state: str
    offer_state: str
    starts_at: Moment | None
    activity: str


class DecliningOrder(Schema):
    reason: Decline
    words: str = Field("", max_length=200)


class TimeAgreed(Schema):
    starts_at: Moment


class TeamMembers(Schema):
    members: list[int] = Field(max_length=100)


class WhomItIsFor(Schema):
    """In full, for this service only; that it was opened is written down."""

    name: str
    phone: str
    address: str
    note: str


@router.get(
    "/me/orders/asked",
    response=answers(AskedOfMe),
    auth=needs(Scope.PART),
    summary="What I am asked to serve, have promised, and could take",
)
def asked(request: TokenRequest) -> AskedOfMe:
    found = queries.serving(request.user, clock.now())
    return AskedOfMe(
        waiting=[_brief(one) for one in found.waiting],
        coming=[_brief(one) for one in found.coming],
        teams=[_brief(one) for one in found.teams],
        open_to_all=[_open(order) for order in found.pool],
    )


@router.post(
    "/me/orders/asked/{code}/acceptance",
    response=answers(ServedState),
    auth=needs(Scope.PART),
    summary="Accept an order that I was asked to serve",
)
def accept(request: TokenRequest, code: str) -> ServedState:
    commands.accept(offer_id=_offer(request, code).pk, actor=request.user, at=clock.now())
    return _state(request, code)


@router.post(
    "/me/orders/asked/{code}/refusal",
    response=answers(ServedState),
    auth=needs(Scope.PART),
    summary="Decline an order that I, or my team, was asked to serve",
)
def decline(request: TokenRequest, code: str, said: DecliningOrder) -> ServedState:
    commands.decline(
        offer_id=_offer(request, code).pk, reason=said.reason, words=said.words,
        actor=request.user, at=clock.now(),
    )  # fmt: skip
    return _state(request, code)


@router.post(
    "/me/orders/asked/{code}/taking",
    response=answers(ServedState),
    auth=needs(Scope.PART),
    summary="Take an order that is open to whoever is first",
)
def grab(request: TokenRequest, code: str) -> ServedState:
    order_id = _served(request, code).order.pk
    commands.grab(order_id=order_id, actor=request.user, at=clock.now())
    return _state(request, code)


@router.post(
    "/me/orders/asked/{code}/members",
    response=answers(ServedState),
    auth=needs(Scope.PART),
    summary="Take an order on for my team and ask members, who answer for themselves",
)
def pass_on(request: TokenRequest, code: str, said: TeamMembers) -> ServedState:
    commands.accept_for_team(
        offer_id=_offer(request, code).pk, member_ids=said.members, actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return _state(request, code)


@router.post(
    "/me/orders/asked/{code}/time",
    response=answers(ServedState),
    auth=needs(Scope.PART),
    summary="Say which time was agreed with the resident",
)
def agree(request: TokenRequest, code: str, said: TimeAgreed) -> ServedState:
    commands.agree_on_time(
        order_id=_served(request, code).order.pk, starts_at=said.starts_at,
        actor=request.user, at=clock.now(),
    )  # fmt: skip
    return _state(request, code)


@router.post(
    "/me/orders/asked/{code}/return",
    response=answers(ServedState),
    auth=needs(Scope.PART),
    summary="Give an accepted order back",
)
def give_back(request: TokenRequest, code: str) -> ServedState:
    commands.give_back(offer_id=_offer(request, code).pk, actor=request.user, at=clock.now())
    return _state(request, code)


@router.post(
    "/me/orders/asked/{code}/contact",
    response=answers(WhomItIsFor),
    auth=needs(Scope.PART),
    summary="Whom an order that I accepted is for; opening it is written down",
)
def contact(request: TokenRequest, code: str) -> WhomItIsFor:
    opened = commands.open_contact(
        order_id=_served(request, code).order.pk, actor=request.user, at=clock.now()
    )
    return WhomItIsFor(
        name=opened.name, phone=opened.phone, address=opened.address, note=opened.note
    )


def _served(request: TokenRequest, code: str) -> ServedOrder:
    if "\0" in code:
        raise Misread("order_unknown", _("There is no such order."))
    found = queries.served_order(code, request.user, clock.now())
    if found is None:
        raise Http404
    return found


def _offer(request: TokenRequest, code: str) -> Offer:
    offer = _served(request, code).offer
    if offer is None:
        raise Http404
    return offer


def _state(request: TokenRequest, code: str) -> ServedState:
    found = _served(request, code)
    order, offer = found.order, found.offer
    return ServedState(
        order=order.code,
        order_state=order.state,
        offer_state=offer.state if offer else "",
        starts_at=order.shift.starts_at if order.shift else None,
        activity=order.activity.code if order.activity else "",
    )


def _brief(one: Asked) -> OfferBrief:
    order, offer = one.order, one.offer
    return OfferBrief(
        order=order.code,
        item=order.item.code,
        item_name=order.item.name,
        division=order.division_id,
        state=offer.state,
        order_state=order.state,
        team=offer.team.code if offer.team else "",
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        answer_by=offer.answer_by,
        reasons=list(one.reasons),
    )


def _open(order: Order) -> OpenOrder:
    return OpenOrder(
        order=order.code,
        item=order.item.code,
        item_name=order.item.name,
        division=order.division_id,
        people=order.people,
    )
