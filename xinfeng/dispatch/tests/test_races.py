"""Two at once, started at a barrier: no place is given twice, and no offer ends two ways."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.dispatch import commands
from xinfeng.dispatch.commands import planning
from xinfeng.dispatch.models import Decline, Offer, OfferState, Order, Plan, State
from xinfeng.people.tests.build import an_office
from xinfeng.places.tests.build import a_city

from .volunteers import NOW, a_volunteer, a_waiting_order, an_item

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(hours=1)
TOWNSHIP = 430405007000


@pytest.fixture
def office():
    return an_office(a_city().township)


def together(*acts: Callable[[], object]) -> list[str]:
    """What each of them got: "done", or the code of its refusal."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        try:
            barrier.wait(timeout=30)
            act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def asked(office, *people, **more):
    order = a_waiting_order(**more)
    offers = commands.offer_to(
        order_id=order.pk, person_ids=[one.pk for one in people], actor=office, at=NOW
    )
    return order, offers


def accepting(offer, at=LATER):
    person = offer.person
    return lambda: commands.accept(offer_id=offer.pk, actor=person, at=at)


def now(order):
    """The order as it stands, and the states of its offers."""
    with scope.whole_city():
        states = Offer.objects.filter(order=order).values_list("state", flat=True)
        return Order.objects.get(pk=order.pk), sorted(states)


def test_two_accept_the_last_place(office):
    order, (first, second) = asked(office, a_volunteer("mei"), a_volunteer("lan"))

    said = together(accepting(first), accepting(second))

    order, states = now(order)
    assert said.count("done") == 1
    assert (order.state, order.accepted) == (State.ACCEPTED, 1)
    assert states == [OfferState.ACCEPTED, OfferState.WITHDRAWN]


def test_many_take_an_open_order_with_two_places():
    order = a_waiting_order(item=an_item("grab", mode="GRAB"), people=2)
    commands.open_waiting(order_id=order.pk, at=NOW)
    crowd = [a_volunteer() for _ in range(6)]

    def taking(person):
        return lambda: commands.grab(order_id=order.pk, actor=person, at=LATER)

    said = together(*map(taking, crowd))

    order, states = now(order)
    assert said.count("done") == 2
    assert set(said) == {"done", "order_taken"}
    assert (order.state, order.accepted) == (State.ACCEPTED, 2)
    assert states == [OfferState.ACCEPTED] * 2


def test_an_offer_lapses_or_is_accepted(office):
    order, (offer,) = asked(office, a_volunteer("mei"))
    until = offer.answer_by

    together(
        accepting(offer, until - timedelta(seconds=1)),
        lambda: commands.lapse(order_id=order.pk, at=until),
    )

    order, states = now(order)
    assert (order.state, order.accepted, states) in [
        (State.ACCEPTED, 1, [OfferState.ACCEPTED]),
        (State.TO_DISPATCH, 0, [OfferState.LAPSED]),
    ]


def test_one_declines_while_the_centre_takes_it_back(office):
    mei = a_volunteer("mei")
    order, (offer,) = asked(office, mei)

    together(
        lambda: commands.decline(
            offer_id=offer.pk, reason=Decline.NO_TIME, actor=mei, at=LATER
        ),
        lambda: commands.withdraw(offer_id=offer.pk, actor=office, at=LATER),
    )

    order, states = now(order)
    assert order.state == State.TO_DISPATCH
    assert states in ([OfferState.DECLINED], [OfferState.WITHDRAWN])


def test_one_takes_two_orders_for_one_time():
    mei, item = a_volunteer("mei"), an_item("grab", mode="GRAB")
    orders = [a_waiting_order(item=item) for _ in range(2)]
    for order in orders:
        commands.open_waiting(order_id=order.pk, at=NOW)

    def taking(order):
        return lambda: commands.grab(order_id=order.pk, actor=mei, at=LATER)

    said = together(*map(taking, orders))

    assert sorted(said) == ["done", "time_clash"]
    assert sorted(now(order)[0].accepted for order in orders) == [0, 1]


def test_a_plan_is_kept_while_somebody_is_asked(office):
    mei, lan = a_volunteer("mei"), a_volunteer("lan")
    order = a_waiting_order()
    plan = commands.ask_for_plan(code="P", division_id=TOWNSHIP, actor=office, at=NOW)

    together(
        lambda: planning.work_out(plan.pk, NOW),
        lambda: commands.offer_to(order_id=order.pk, person_ids=[lan.pk], actor=office, at=NOW),
    )

    order, states = now(order)
    assert order.state == State.DISPATCHED
    assert states == [OfferState.OFFERED]
    assert Plan.objects.get().state == "DONE"
    assert mei.pk != lan.pk


def test_two_offices_ask_for_one_plan(office):
    def asking(code):
        return lambda: commands.ask_for_plan(
            code=code, division_id=TOWNSHIP, actor=office, at=NOW
        )

    assert together(asking("A"), asking("B")) == ["done", "done"]
    assert Plan.objects.count() == 1
