"""An order is written down: by the resident, for somebody else, by a station or an office."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, codes, crypto, pack, positions, scope
from xinfeng.base.codes import Level
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.dispatch import permissions
from xinfeng.dispatch.models import Channel, MenuItem, Order, State
from xinfeng.dispatch.permissions import Caller
from xinfeng.dispatch.queries.callers import caller_of, track_digest
from xinfeng.dispatch.wishes import NewOrder
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.commands.contacts import keep_contact, phone_digest, rewrite_contact
from xinfeng.people.models import Contact, Person
from xinfeng.places.models import Division, Place, PlaceState

from .moving import begin, move, note

journal.declare(
    {
        "order.drafted": gettext_lazy("began to order a service"),
        "order.redrafted": gettext_lazy("changed the draft of an order"),
        "order.placed": gettext_lazy("ordered a service"),
    }
)
notices.declare(
    {"order.placed": gettext_lazy("Your order “%(item)s” has come in; its number is %(code)s.")}
)
AN_HOUR = timedelta(hours=1)
# A place on the map is kept to about a hundred metres: enough to find who is near.
_ROUGH_E6 = 1000
# Nobody plans a home visit further ahead, and nobody waits through a longer wish.
_FURTHEST = timedelta(days=180)
_MOST_PEOPLE = 20


@scope.command
def draft(*, new: NewOrder, actor: Person, at: datetime) -> Order:
    """Keep an order that is not sent yet; the same form again changes it."""
    _alone(f"order {new.client_id}")
    caller = _entering(new, actor, at)
    order = _already(new, actor)
    if order is None:
        order = _made(new, caller, at, State.DRAFT)
        begin(order, verb="order.drafted", actor=actor, at=at)
    elif order.state == State.DRAFT:
        _rewrite(order, new, caller, at)
        note(order, verb="order.redrafted", actor=actor, at=at)
    return order


@scope.command
def place(*, new: NewOrder, actor: Person | None, at: datetime) -> Order:
    """Send an order to the desk, from a draft or at once; sent twice it is placed once.

    Anybody may: without an account, for oneself, for a neighbour. What was said by phone or at
    the door is entered by the desk or by the keeper of a place in the village.
    """
    _alone(f"order {new.client_id}")
    caller = _entering(new, actor, at)
    if new.contact is None:
        raise Refusal("contact_missing", _("Say who is to be served and how to reach them."))
    order = _already(new, actor)
    if order is not None and order.state != State.DRAFT:
        return order
    _refuse_flood(new, caller, at)
    details: dict[str, Any] = {"channel": new.channel, "proxy": new.relation is not None}
    if order is None:
        order = _made(new, caller, at, State.TO_VERIFY)
        begin(order, verb="order.placed", actor=actor, at=at, **details)
    else:
        fields = _rewrite(order, new, caller, at)
        move(
            order, State.TO_VERIFY, verb="order.placed", actor=actor, at=at, also=fields,
            **details,
        )  # fmt: skip
    own = {pk for pk in (order.requester_id, order.placed_by_id) if pk is not None}
    tell("order.placed", own, at=at, item=order.item.name, code=order.code)
    return order


def _entering(new: NewOrder, actor: Person | None, at: datetime) -> Caller:
    """Who enters it, if this person may by this channel."""
    caller = caller_of(actor, at)
    if actor is not None and not actor.is_active:
        raise Forbidden("account_not_active", _("This account cannot do this."))
    by_desk = new.channel in {Channel.PHONE, Channel.HOME_VISIT}
    if by_desk and not permissions.may_enter(caller, new.division_id):
        raise Forbidden("not_your_area", _("You can enter orders of your area only."))
    if new.is_mine and actor is None:
        raise Forbidden("sign_in_first", _("Sign in first."))
    return caller


def _already(new: NewOrder, actor: Person | None) -> Order | None:
    """What the same form has made before, for whoever sent it."""
    found = Order.objects.select_for_update(of=("self",)).select_related("item__menu_class")
    order = found.filter(client_id=new.client_id).first()
    if order is None:
        return None
    same = track_digest(order.code, new.secret) == bytes(order.track_digest or b"")
    own = actor is not None and order.placed_by_id == actor.pk
    if not (own or (actor is None and same)):
        raise Refusal("form_used", _("This form was used already; open a new one."))
    return order


def _made(new: NewOrder, caller: Caller, at: datetime, state: State) -> Order:
    item = _item(new, at)
    if Order.objects.filter(code=new.code).exists():
        raise Refusal("code_taken", _("This code is taken; open the form once more."))
    order = Order(client_id=new.client_id, code=new.code, state=state)
    order.item = item
    for name, value in _fields(new, item, caller, at).items():
        setattr(order, name, value)
    if new.contact is not None:
        order.contact = keep_contact(
            new.contact, division_id=new.division_id, person_id=_served(new, caller), at=at
        )
    return order


def _rewrite(order: Order, new: NewOrder, caller: Caller, at: datetime) -> list[str]:
    """A draft as the form says it now; the names of what was set. Saved here."""
    order.item = _item(new, at)
    fields = _fields(new, order.item, caller, at)
    # The address of a draft is the one that was shown.
    for name, value in fields.items():
        setattr(order, name, value)
    order.track_digest = track_digest(order.code, new.secret)
    served = _served(new, caller)
    if new.contact is not None and order.contact_id is not None:
        rewrite_contact(
            order.contact_id, new.contact,
            division_id=new.division_id, person_id=served, at=at,
        )  # fmt: skip
    elif new.contact is not None:
        order.contact = keep_contact(
            new.contact, division_id=new.division_id, person_id=served, at=at
        )
    order.save(update_fields=[*fields, "item", "contact"])
    return list(fields)


def _item(new: NewOrder, at: datetime) -> MenuItem:
    item = MenuItem.objects.select_related("menu_class").filter(pk=new.item_id).first()
    if item is None or not (item.is_active and item.menu_class.is_active):
        raise Unknown("item_unknown", _("This service is not offered."))
    today = clock.local_date(at)
    if new.wished_until < today or new.wished_until < new.wished_from:
        raise Refusal("wish_in_the_past", _("Choose days that are still to come."))
    if new.wished_until > today + _FURTHEST:
        raise Refusal("wish_too_far", _("Choose a day within the next half year."))
    if not _is_in_season(item, new):
        raise Refusal("out_of_season", _("This service is not offered in these months."))
    return item


def _is_in_season(item: MenuItem, new: NewOrder) -> bool:
    """Some day of the wish lies in a month in which it is offered."""
    day = new.wished_from
    while day <= min(new.wished_until, new.wished_from + _FURTHEST):
        if item.is_offered_in(day.month):
            return True
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return False


def _fields(new: NewOrder, item: MenuItem, caller: Caller, at: datetime) -> dict[str, Any]:
    if new.is_for_minor and (new.relation is None or new.is_mine):
        raise Refusal("minor_needs_adult", _("Somebody grown up orders for a child."))
    people = item.people if new.people is None else new.people
    if not 0 < people <= _MOST_PEOPLE:
        raise Refusal("people_wrong", _("Say how many people are needed, at most 20."))
    lat, lon = _rough(new.lat_e6), _rough(new.lon_e6)
    cell = positions.cell(lat, lon) if lat is not None and lon is not None else None
    return {
        "division_id": _village(new.division_id, at),
        "place_id": _place(new),
        "channel": new.channel,
        "is_proxy": new.relation is not None,
        "relation": new.relation or "",
        "is_for_minor": new.is_for_minor,
        "requester_id": _served(new, caller),
        "placed_by_id": caller.person_id,
        "track_digest": track_digest(new.code, new.secret),
        "address_digest": _address(new, caller),
        "lat_e6": lat if cell is not None else None,
        "lon_e6": lon if cell is not None else None,
        "cell": cell,
        "wished_from": new.wished_from,
        "wished_until": new.wished_until,
        "wished_parts": new.wished_parts,
        "language": _language(new.language),
        "people": people,
        "is_urgent": new.is_urgent,
    }


def _served(new: NewOrder, caller: Caller) -> int | None:
    return caller.person_id if new.is_mine else None


def _village(code: int, at: datetime) -> int:
    """Where it is served: a village, so that the people nearest to it know of it."""
    found = Division.objects.as_of(clock.local_date(at)).filter(pk=code)
    if codes.level_of(code) is not Level.VILLAGE or not found.exists():
        raise Refusal("village_missing", _("Choose the village or community."))
    return code


def _place(new: NewOrder) -> int | None:
    if new.place_id is None:
        return None
    found = Place.objects.filter(pk=new.place_id, division_id=new.division_id)
    if not found.exclude(state=PlaceState.CLOSED).exists():
        raise Refusal("place_elsewhere", _("This place does not lie in this village."))
    return new.place_id


def _language(code: str) -> str:
    if code and code not in {term.code for term in pack.load(settings.CITY_PACK).languages}:
        raise Refusal("language_unknown", _("This language is not known here."))
    return code


def _rough(degrees_e6: int | None) -> int | None:
    if degrees_e6 is None:
        return None
    return round(degrees_e6 / _ROUGH_E6) * _ROUGH_E6


def _address(new: NewOrder, caller: Caller) -> bytes | None:
    if caller.person_id is not None or not new.address:
        return None
    return crypto.digest("order address", new.address)


def _refuse_flood(new: NewOrder, caller: Caller, at: datetime) -> None:
    """Without an account only so many in an hour, from one address or for one number."""
    if caller.person_id is not None:
        return
    most = pack.load(settings.CITY_PACK).rules.orders_an_hour
    address = _address(new, caller)
    _alone(f"orders {(address or b'').hex()}")
    lately = Order.objects.filter(placed_at__gt=at - AN_HOUR)
    assert new.contact is not None
    contacts = Contact.objects.filter(phone_digest=phone_digest(new.contact.phone))
    from_here = address is not None and lately.filter(address_digest=address).count() >= most
    if from_here or lately.filter(contact__in=contacts, placed_by=None).count() >= most:
        raise Refusal(
            "too_many_orders",
            _("Many orders came from here in the last hour. Please try again later, or call."),
        )


def _alone(key: str) -> None:
    """One at a time, so that the same form, or a count, is decided once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])
