"""Builders: a menu and an order in one line; a test names only what it is about."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from xinfeng.activities.tests.build import a_category, a_shift, an_activity
from xinfeng.base import scope
from xinfeng.dispatch import commands
from xinfeng.dispatch.commands import NewContact, NewOrder, moving
from xinfeng.dispatch.models import MenuClass, MenuItem, Offer, OfferState, Order, State
from xinfeng.people.models import Person
from xinfeng.people.tests.build import an_office
from xinfeng.places.tests.build import NINE, TODAY, a_city

# Monday morning: offices work.
MONDAY = NINE + timedelta(days=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_numbers: Iterator[int] = count(1)


def a_class(code: str = "elder-care", name: str = "为老服务") -> MenuClass:
    return MenuClass.objects.get_or_create(code=code, defaults={"name": name, "position": 0})[0]


def an_item(code: str = "company", **more: object) -> MenuItem:
    """Company for somebody old, an hour, one volunteer, no conditions."""
    fields = {
        "name": "陪伴聊天", "menu_class": a_class(), "position": 0, "minutes": 60,
        "category": a_category("elderly", "为老服务"), "mode": "ASSIGN", "people": 1,
    } | more  # fmt: skip
    return MenuItem.objects.get_or_create(code=code, defaults=fields)[0]


def a_uuid() -> UUID:
    return UUID(int=next(_numbers))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """So many days after that Monday, at a time of the city's clock."""
    return MONDAY.replace(hour=hour, minute=minute) + day * DAY


SECRET = "a secret of the address"


def a_contact(**more: object) -> NewContact:
    """张桂英, 78, who has a telephone and lives in 茶山村."""
    fields = {"name": "张桂英", "phone": "13873400001", "address": "茶山村3组12号"} | more
    return NewContact(**fields)


def a_wish(**changes: object) -> NewOrder:
    """Company for 张桂英, from tomorrow on within a week, sent from the page."""
    number = next(_numbers)
    fields = {
        "client_id": UUID(int=number), "code": f"O{number:05d}", "secret": SECRET,
        "item_id": an_item().pk, "division_id": a_city().village.pk, "contact": a_contact(),
        "wished_from": TODAY + DAY, "wished_until": TODAY + 7 * DAY,
    } | changes  # fmt: skip
    return NewOrder(**fields)


def an_order(
    *, actor: Person | None = None, placed_at: datetime = MONDAY, **wish: object
) -> Order:
    """Placed on Monday at nine, waiting to be verified."""
    return commands.place(new=a_wish(**wish), actor=actor, at=placed_at)


def a_desk() -> Person:
    """The office of the township above 茶山村; the same one each time."""
    name = f"office{a_city().township.pk}"
    return Person.objects.filter(username=name).first() or an_office(a_city().township)


def a_verified_order(**more: object) -> Order:
    """Waiting to be dispatched since Monday, ten o'clock."""
    order = an_order(**more)
    return commands.verify(order_id=order.pk, how="PHONE", actor=a_desk(), at=MONDAY + HOUR)


def seen(order: Order) -> Order:
    """As it stands in the database now."""
    with scope.whole_city():
        return Order.objects.select_related("item__menu_class", "contact", "shift").get(
            pk=order.pk
        )


def an_accepted_order(volunteer: Person, **more: object) -> Order:
    """Accepted by the volunteer at noon, as if offered to them at ten."""
    return accepted(a_verified_order(**more), volunteer)


@scope.command
def accepted(order: Order, *volunteers: Person) -> Order:
    """The rows that offering and accepting leave, for tests about what comes after."""
    locked = moving.lock(order.pk)
    moving.move(locked, State.DISPATCHED, verb="order.verified", actor=None, at=MONDAY + HOUR)
    for volunteer in volunteers:
        Offer.objects.create(
            order=locked, attempt=locked.attempt, division_id=locked.division_id,
            person=volunteer, state=OfferState.ACCEPTED, starts_at=MONDAY + DAY,
            ends_at=MONDAY + DAY + HOUR, proposed_at=MONDAY, offered_at=MONDAY + HOUR,
            answer_by=MONDAY + DAY, answered_at=MONDAY + 3 * HOUR, answered_by=volunteer,
        )  # fmt: skip
    locked.accepted = len(volunteers)
    moving.move(
        locked, State.ACCEPTED, verb="order.verified", actor=volunteers[0], at=MONDAY + 3 * HOUR
    )
    return locked


@scope.command
def scheduled(order: Order, leader: Person) -> Order:
    """An accepted order with its shift: Tuesday from nine to ten."""
    locked = moving.lock(order.pk)
    locked.activity = an_activity(
        leader=leader, division=a_city().township, audience="INVITED", title=locked.item.name
    )
    locked.shift = a_shift(activity=locked.activity, starts_at=MONDAY + DAY, hours=1)
    moving.move(
        locked, State.SCHEDULED, verb="order.verified", actor=leader, at=MONDAY + 4 * HOUR
    )
    return locked


@scope.command
def served(order: Order, at: datetime = MONDAY + DAY + HOUR) -> Order:
    """A scheduled order whose shift is over: it waits for the resident's word."""
    locked = moving.lock(order.pk)
    moving.move(locked, State.TO_CONFIRM, verb="order.verified", actor=None, at=at)
    return locked


def a_served_order(volunteer: Person, **more: object) -> Order:
    return served(scheduled(an_accepted_order(volunteer, **more), a_desk()))
