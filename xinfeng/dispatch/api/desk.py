"""The dispatch desk over the interface: what is open, and one order whole."""

from datetime import date
from typing import Annotated, Any

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers, unreadable
from xinfeng.dispatch import commands, explaining, permissions
from xinfeng.dispatch.desk_reach import caller_for, order_of, spans_of
from xinfeng.dispatch.models import OPEN, CallBack, Mode, Order, Rating, State, Warned
from xinfeng.dispatch.queries import desk as lists
from xinfeng.dispatch.queries import desk_doubles, desk_order
from xinfeng.dispatch.queries.desk_order import Proposal, Sheet, Told
from xinfeng.people.models.profile import parts_of
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import router
from .serving import WhomItIsFor

AREAS = (10**11, 10**12)
OpenState = Annotated[
    str, StringConstraints(pattern=f"^({'|'.join(s for s in OPEN if s != State.DRAFT)})$")
]
Colour = Annotated[str, StringConstraints(pattern=f"^({'|'.join(w.name for w in Warned)})$")]
Way = Annotated[str, StringConstraints(pattern=f"^({'|'.join(Mode)})$")]


class DeskNarrowed(Schema):
    """`deadline`: RED is overdue, YELLOW due soon, NOT in time."""

    within: int | None = Field(None, ge=AREAS[0], lt=AREAS[1])
    state: OpenState | None = None
    menu_class: str = Field("", max_length=40)
    mode: Way | None = None
    deadline: Colour | None = None
    after: str = Field("", max_length=60)


class DeskOrder(Schema):
    """One open order; nobody is named. `proposed`, `asked` and `declined` count people."""

    code: str
    item: str
    item_name: str
    menu_class: str
    mode: str
    division: int
    state: str
    is_urgent: bool
    deadline: str
    due_at: Moment | None
    attempt: int
    people: int
    accepted: int
    proposed: int
    asked: int
    declined: int


class DeskCounts(Schema):
    """What is open in the whole reach of the desk, however the list is narrowed."""

    states: dict[str, int]
    overdue: int
    due_soon: int
    complaints: int


class DeskPage(Schema):
    items: list[DeskOrder]
    next: str | None
    counts: DeskCounts


class DeskLine(Schema):
    """What happened, in the code of the journal and in words; who did it, by family name."""

    at: Moment
    verb: str
    said: str
    state: str
    reason: str
    who: str
    is_late: bool


class DeskOffer(Schema):
    """Somebody, or a team, proposed, asked or coming, with why just they."""

    id: int
    attempt: int
    state: str
    person: int | None
    team: str
    name: str
    starts_at: Moment
    ends_at: Moment
    metres: int | None
    reasons: list[str]
    answer_by: Moment | None
    declined_because: str


class DeskRating(Schema):
    """What was not said is null."""

    attempt: int
    overall: int
    punctual: int | None
    attitude: int | None
    skill: int | None
    fee_asked: bool | None
    comment: str
    by: str
    rated_at: Moment


class DeskCall(Schema):
    attempt: int
    number: int
    outcome: str
    note: str
    called_at: Moment


class DeskSheet(Schema):
    """Everything the desk sees of one order.

    `served` is the family name only. `unserved` says why the last plan found nobody, `alike`
    counts open orders that look like this one. `wished_parts` is empty where any time suits.
    """

    code: str
    item: str
    item_name: str
    menu_class: str
    mode: str
    division: int
    place: str
    channel: str
    state: str
    reason: str
    held_from: str
    is_urgent: bool
    deadline: str
    due_at: Moment | None
    placed_at: Moment | None
    verified_how: str
    attempt: int
    people: int
    accepted: int
    wished_from: date
    wished_until: date
    wished_parts: list[str]
    language: str
    asks_for: str
    served: str
    relation: str
    for_minor: bool
    merged_into: str
    hotline_number: str
    activity: str
    unserved: str
    short: int
    alike: int
    offers: list[DeskOffer]
    timeline: list[DeskLine]
    ratings: list[DeskRating]
    calls: list[DeskCall]
    complaints: list[str]
    may_verify: bool
    may_dispatch: bool
    may_decide: bool
    may_open_contact: bool


class Double(Schema):
    """An open order that looks like another; `same_phone` compares without telling it."""

    code: str
    item: str
    division: int
    state: str
    served: str
    same_phone: bool
    placed_at: Moment | None


class Doubles(Schema):
    items: list[Double]


@router.get(
    "/desk/orders",
    response=answers(DeskPage),
    auth=needs(Scope.OFFICE),
    summary="Open orders of my desk, the most pressing first",
)
def desk_orders(request: TokenRequest, narrowed: Query[DeskNarrowed]) -> DeskPage:
    found = lists.desk(spans_of(request), _choice(narrowed), after=_key(narrowed.after))
    counts = found.counts
    return DeskPage(
        items=[_line(line) for line in found.lines],
        next=str(found.after) if found.after else None,
        counts=DeskCounts(
            states=counts.states,
            overdue=counts.red,
            due_soon=counts.yellow,
            complaints=counts.complaints,
        ),
    )


@router.get(
    "/desk/orders/{code}",
    response=answers(DeskSheet),
    auth=needs(Scope.OFFICE),
    summary="One order with its timeline, offers and what is said of it",
)
def desk_sheet(request: TokenRequest, code: str) -> DeskSheet:
    return sheet_of(request, code)


@router.get(
    "/desk/orders/{code}/doubles",
    response=answers(Doubles),
    auth=needs(Scope.OFFICE),
    summary="Open orders that may be the same wish",
)
def doubles(request: TokenRequest, code: str) -> Doubles:
    order = order_of(request, code)
    others = desk_doubles.side_by_side(spans_of(request), order)
    return Doubles(items=[_double(order, other) for other in others])


@router.post(
    "/desk/orders/{code}/contact",
    response=answers(WhomItIsFor),
    auth=needs(Scope.OFFICE),
    summary="Whom an open order is for and how to reach them; opening it is written down",
)
def open_contact(request: TokenRequest, code: str) -> WhomItIsFor:
    opened = commands.open_contact(
        order_id=order_of(request, code).pk, actor=request.user, at=clock.now()
    )
    return WhomItIsFor(
        name=opened.name, phone=opened.phone, address=opened.address, note=opened.note
    )


def sheet_of(request: TokenRequest, code: str) -> DeskSheet:
    """The order as it stands now; what an act answers with."""
    found = desk_order.sheet(spans_of(request), code)
    if found is None:
        raise Http404
    return _sheet(found, request)


def _choice(narrowed: DeskNarrowed) -> lists.Choice:
    return lists.Choice(
        within=narrowed.within,
        state=narrowed.state or "",
        kind=narrowed.menu_class,
        mode=narrowed.mode or "",
        warned=Warned[narrowed.deadline] if narrowed.deadline else None,
    )


def _key(after: str) -> lists.Key | None:
    key = lists.Key.read(after)
    if after and key is None:
        raise unreadable()
    return key


def _line(line: lists.Line) -> DeskOrder:
    order = line.order
    return DeskOrder(
        code=order.code,
        item=order.item.code,
        item_name=order.item.name,
        menu_class=order.item.menu_class.code,
        mode=order.item.mode,
        division=order.division_id,
        state=order.state,
        is_urgent=order.is_urgent,
        deadline=Warned(order.warned).name,
        due_at=order.due_at,
        attempt=order.attempt,
        people=order.people,
        accepted=order.accepted,
        proposed=line.proposed,
        asked=line.waiting,
        declined=line.declined,
    )


def _sheet(found: Sheet, request: TokenRequest) -> DeskSheet:
    order, now = found.order, clock.now()
    caller = caller_for(request, order)
    return DeskSheet(
        **_of_the_order(order),
        served=found.served,
        unserved=found.unserved,
        short=found.short,
        alike=len(found.alike),
        offers=[_offer(one) for one in found.proposals],
        timeline=[_told(one) for one in found.told],
        ratings=[_rating(one) for one in found.ratings],
        calls=[_call(one) for one in found.calls],
        complaints=[made.code for made in found.complaints],
        may_verify=order.state == State.TO_VERIFY and permissions.may_verify(caller, order),
        may_dispatch=order.seeks(now) and permissions.may_dispatch(caller, order),
        may_decide=order.is_open and permissions.may_decide(caller, order),
        may_open_contact=permissions.may_open_contact(caller, order, now),
    )


def _of_the_order(order: Order) -> dict[str, Any]:
    item = order.item
    return {
        "code": order.code,
        "item": item.code,
        "item_name": item.name,
        "menu_class": item.menu_class.code,
        "mode": item.mode,
        "division": order.division_id,
        "place": order.place.code if order.place else "",
        "channel": order.channel,
        "state": order.state,
        "reason": order.reason,
        "held_from": order.held_from,
        "is_urgent": order.is_urgent,
        "deadline": Warned(order.warned).name,
        "due_at": order.due_at,
        "placed_at": order.placed_at,
        "verified_how": order.verified_how,
        "attempt": order.attempt,
        "people": order.people,
        "accepted": order.accepted,
        "wished_from": order.wished_from,
        "wished_until": order.wished_until,
        "wished_parts": parts_of(order.wished_parts or 0),
        "language": order.language,
        "asks_for": explaining.needs(explaining.asked_of(order)),
        "relation": order.relation,
        "for_minor": order.is_for_minor,
        "merged_into": order.merged_into.code if order.merged_into else "",
        "hotline_number": order.hotline_number,
        "activity": order.activity.code if order.activity else "",
    }


def _offer(one: Proposal) -> DeskOffer:
    offer = one.offer
    return DeskOffer(
        id=offer.pk,
        attempt=offer.attempt,
        state=offer.state,
        person=offer.person_id,
        team=offer.team.code if offer.team else "",
        name=one.name,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        metres=offer.metres,
        reasons=one.reasons,
        answer_by=offer.answer_by,
        declined_because=offer.reason,
    )


def _told(one: Told) -> DeskLine:
    step = one.step
    return DeskLine(
        at=step.at,
        verb=step.verb,
        said=str(one.sentence),
        state=step.to_state,
        reason=step.reason,
        who=one.who,
        is_late=step.is_late,
    )


def _rating(one: Rating) -> DeskRating:
    return DeskRating(
        attempt=one.attempt,
        overall=one.overall,
        punctual=one.punctual,
        attitude=one.attitude,
        skill=one.skill,
        fee_asked=one.fee_asked,
        comment=one.comment(),
        by=one.by,
        rated_at=one.rated_at,
    )


def _call(one: CallBack) -> DeskCall:
    return DeskCall(
        attempt=one.attempt,
        number=one.number,
        outcome=one.outcome,
        note=one.note(),
        called_at=one.called_at,
    )


def _double(order: Order, other: Order) -> Double:
    return Double(
        code=other.code,
        item=other.item.code,
        division=other.division_id,
        state=other.state,
        served=other.contact.masked_name if other.contact else "",
        same_phone=desk_doubles.same_phone(order, other),
        placed_at=other.placed_at,
    )
