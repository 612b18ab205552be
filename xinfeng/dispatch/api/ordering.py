"""Ordering a service and following it, over the interface; no account is needed."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from xinfeng.base import addresses, clock, short_code
from xinfeng.base.contract import Misread, Moment, answers, number_key
from xinfeng.dispatch import commands, drafts, queries
from xinfeng.dispatch.commands import NewContact, NewOrder, NewRating
from xinfeng.dispatch.models import (
    Channel,
    Complaint,
    ComplaintKind,
    MenuItem,
    Order,
    Reason,
    Relation,
)
from xinfeng.dispatch.queries import Tracked
from xinfeng.people.models import ContactConsent
from xinfeng.people.models.profile import WRITTEN_PART, week_of
from xinfeng.people.tokens import Scope, TokenRequest, needs, visitor_of, welcomes

from .routing import router

NAME, PHONE, ADDRESS, NOTE = 40, 20, 120, 300
Part = Annotated[str, StringConstraints(pattern=WRITTEN_PART)]


class Service(Schema):
    """One service of the menu; order it by its code."""

    code: str
    name: str
    name_en: str
    hint: str
    menu_class: str
    menu_class_name: str
    minutes: int
    people: int
    at_home: bool


class Menu(Schema):
    items: list[Service]


class MenuNarrowed(Schema):
    menu_class: str = Field("", max_length=40)
    words: str = Field("", max_length=30)


class Wish(Schema):
    """Whom a service is for, where and when; `client_id` and `secret` are yours to choose.

    Sent twice with one `client_id` it is placed once. Without days: as soon as possible.
    `parts` are like "1-MORNING" (Monday morning); without any the whole day suits. `agreed`
    says that the person who is served knows and agrees. `mine`: it is for who is signed in.
    """

    client_id: UUID
    secret: str = Field(pattern=r"^[2-9A-HJ-KM-NP-Z]{16,24}$")
    item: str = Field(min_length=1, max_length=40)
    division: int = Field(ge=1, lt=10**12)
    wished_from: date | None = None
    wished_until: date | None = None
    parts: list[Part] = Field([], max_length=21)
    relation: Relation | None = None
    for_minor: bool = False
    mine: bool = False
    name: str = Field(min_length=1, max_length=NAME)
    phone: str = Field("", max_length=PHONE)
    address: str = Field("", max_length=ADDRESS)
    note: str = Field("", max_length=NOTE)
    language: str = Field("", max_length=40)
    agreed: bool


class Placed(Schema):
    """Keep `key`: whoever has it follows the order, confirms and rates."""

    code: str
    key: str
    state: str


class TimelineLine(Schema):
    at: Moment
    said: str
    reason: str


class ComplaintBrief(Schema):
    code: str
    kind: str
    state: str
    due_at: Moment
    answer: str


class OrderTracked(Schema):
    """How an order stands, in codes for programs and in words for people."""

    code: str
    item: str
    item_name: str
    state: str
    now: str
    next: str
    placed_at: Moment | None
    starts_at: Moment | None
    ends_at: Moment | None
    who_comes: list[str]
    timeline: list[TimelineLine]
    overall: int | None
    complaints: list[ComplaintBrief]
    may_cancel: bool
    may_confirm: bool
    may_rate: bool
    may_complain: bool


class DoorCode(Schema):
    """What the volunteer scans or types on arriving and on leaving; it changes all the time."""

    code: str
    digits: str


class Marks(Schema):
    """What is left out stays unrated."""

    overall: int = Field(ge=1, le=5)
    punctual: int | None = Field(None, ge=1, le=5)
    attitude: int | None = Field(None, ge=1, le=5)
    skill: int | None = Field(None, ge=1, le=5)
    fee_asked: bool | None = None
    comment: str = Field("", max_length=NOTE)


class Complaining(Schema):
    kind: ComplaintKind
    text: str = Field(min_length=1, max_length=500)


class Cancelling(Schema):
    reason: Reason


class OrderBrief(Schema):
    code: str
    item: str
    item_name: str
    state: str
    is_proxy: bool
    placed_at: Moment | None


class OrderPage(Schema):
    items: list[OrderBrief]
    next: str | None


class OrdersAfter(Schema):
    after: str = Field("", max_length=20)


@router.get("/menu", response=answers(Menu), auth=None, summary="What can be ordered")
def menu(request: HttpRequest, narrowed: Query[MenuNarrowed]) -> Menu:
    found = queries.menu(kind=narrowed.menu_class, words=narrowed.words, on=clock.today())
    items = queries.offered(clock.today()) if found.items is None else found.items
    return Menu(
        items=[
            Service(
                code=item.code,
                name=item.name,
                name_en=item.name_en,
                hint=item.hint,
                menu_class=item.menu_class.code,
                menu_class_name=item.menu_class.name,
                minutes=item.minutes,
                people=item.people,
                at_home=item.at_home,
            )
            for item in items
        ]
    )


@router.get(
    "/me/orders", response=answers(OrderPage), auth=needs(Scope.RECORD), summary="My orders"
)
def my_orders(request: TokenRequest, page: Query[OrdersAfter]) -> OrderPage:
    found = queries.my_orders(request.user, after=number_key(page.after) or None)
    return OrderPage(
        items=[_brief(order) for order in found.orders],
        next=str(found.after) if found.after else None,
    )


@router.get(
    "/orders/{key}",
    response=answers(OrderTracked),
    auth=welcomes(Scope.RECORD),
    summary="How an order stands, by its key, or by its number for whoever placed it",
)
def order(request: HttpRequest, key: str) -> OrderTracked:
    return _told(_tracked(request, key))


@router.get(
    "/orders/{key}/door",
    response=answers(DoorCode),
    auth=welcomes(Scope.RECORD),
    summary="The code of the moment for the volunteer at the door",
)
def door_code(request: HttpRequest, key: str) -> DoorCode:
    found = _tracked(request, key)
    if found.door is None:
        raise Http404
    return DoorCode(code=found.door.path.rpartition("/")[2], digits=found.door.digits)


@router.post(
    "/orders", response=answers(Placed), auth=welcomes(Scope.PART), summary="Order a service"
)
def place(request: HttpRequest, wish: Wish) -> Placed:
    """Without an account only so many an hour are taken from one address."""
    if not wish.agreed:
        raise Misread("not_agreed", _("Ask the person first; without a yes nothing is kept."))
    item = get_object_or_404(MenuItem, code=wish.item)
    today = clock.today()
    first = wish.wished_from or today
    new = NewOrder(
        client_id=wish.client_id,
        code=short_code.new(),
        secret=wish.secret,
        item_id=item.pk,
        division_id=wish.division,
        wished_from=first,
        wished_until=wish.wished_until or first + timedelta(days=drafts.SOON_DAYS),
        wished_parts=week_of(wish.parts) or None,
        contact=NewContact(
            wish.name,
            wish.phone,
            wish.address,
            wish.note,
            ContactConsent.PROXY if wish.relation else ContactConsent.PAGE,
        ),
        channel=Channel.API,
        relation=wish.relation,
        is_mine=wish.mine,
        is_for_minor=wish.for_minor,
        language=wish.language,
        address=addresses.of(request),
    )
    order = commands.place(new=new, actor=visitor_of(request), at=clock.now())
    key = queries.key_of(order.code, wish.secret)
    return Placed(code=order.code, key=key, state=order.state)


@router.post(
    "/orders/{key}/confirmation",
    response=answers(OrderTracked),
    auth=welcomes(Scope.PART),
    summary="Say that the service was given",
)
def confirm(request: HttpRequest, key: str) -> OrderTracked:
    commands.confirm(order_id=_tracked(request, key).order.pk, **_who(request, key))
    return _told(_tracked(request, key))


@router.post(
    "/orders/{key}/denial",
    response=answers(OrderTracked),
    auth=welcomes(Scope.PART),
    summary="Say that it was not given, or not all of it: the office calls",
)
def deny(request: HttpRequest, key: str) -> OrderTracked:
    commands.deny(order_id=_tracked(request, key).order.pk, **_who(request, key))
    return _told(_tracked(request, key))


@router.post(
    "/orders/{key}/rating",
    response=answers(OrderTracked),
    auth=welcomes(Scope.PART),
    summary="Say how it was",
)
def rate(request: HttpRequest, key: str, marks: Marks) -> OrderTracked:
    rating = NewRating(**marks.model_dump())
    order_id = _tracked(request, key).order.pk
    commands.rate(order_id=order_id, rating=rating, **_who(request, key))
    return _told(_tracked(request, key))


@router.post(
    "/orders/{key}/complaints",
    response=answers(ComplaintBrief),
    auth=welcomes(Scope.PART),
    summary="Complain; the office answers within its days",
)
def complain(request: HttpRequest, key: str, said: Complaining) -> ComplaintBrief:
    made = commands.complain(
        order_id=_tracked(request, key).order.pk,
        code=short_code.new(8),
        kind=said.kind,
        text=said.text,
        **_who(request, key),
    )
    return _complaint(made)


@router.post(
    "/orders/{key}/cancellation",
    response=answers(OrderTracked),
    auth=welcomes(Scope.PART),
    summary="Cancel an order",
)
def cancel(request: HttpRequest, key: str, said: Cancelling) -> OrderTracked:
    order_id = _tracked(request, key).order.pk
    commands.cancel(order_id=order_id, reason=said.reason, **_who(request, key))
    return _told(_tracked(request, key))


def _who(request: HttpRequest, key: str) -> dict[str, Any]:
    """Whoever acts: the holder of the key, or the person the order belongs to."""
    secret = queries.split(key)[1]
    return {"actor": visitor_of(request), "secret": secret, "at": clock.now()}


def _complaint(made: Complaint) -> ComplaintBrief:
    return ComplaintBrief(
        code=made.code,
        kind=made.kind,
        state=made.state,
        due_at=made.due_at,
        answer=made.answer(),
    )


def _tracked(request: HttpRequest, key: str) -> Tracked:
    found = queries.tracked(key, visitor_of(request), clock.now())
    if found is None:
        raise Http404
    return found


def _brief(order: Order) -> OrderBrief:
    return OrderBrief(
        code=order.code,
        item=order.item.code,
        item_name=order.item.name,
        state=order.state,
        is_proxy=order.is_proxy,
        placed_at=order.placed_at,
    )


def _told(found: Tracked) -> OrderTracked:
    order, visit = found.order, found.visit
    return OrderTracked(
        code=order.code,
        item=order.item.code,
        item_name=order.item.name,
        state=order.state,
        now=str(found.standing.now),
        next=str(found.standing.next),
        placed_at=order.placed_at,
        starts_at=visit.starts_at if visit else None,
        ends_at=visit.ends_at if visit else None,
        who_comes=list(found.comers),
        timeline=[
            TimelineLine(at=line.at, said=line.said, reason=line.reason) for line in found.lines
        ],
        overall=found.rating.overall if found.rating else None,
        complaints=[_complaint(made) for made in found.complaints],
        may_cancel=found.may_cancel,
        may_confirm=found.may_confirm,
        may_rate=found.may_rate,
        may_complain=found.may_complain,
    )
