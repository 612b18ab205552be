"""What the figures of orders count, what they are shares of, and what stays unknown."""

from datetime import date, timedelta

import pytest

from xinfeng.base import figures, scope
from xinfeng.base.figures import Window
from xinfeng.dispatch import commands
from xinfeng.dispatch.commands import NewRating
from xinfeng.dispatch.models import State
from xinfeng.people.tests.build import a_person
from xinfeng.places.models import Facility
from xinfeng.places.tests.build import NINE, a_place

from .build import DAY, MONDAY, SECRET, a_served_order
from .desk_build import an_order

pytestmark = pytest.mark.django_db
JULY = Window(date(2022, 7, 1), date(2022, 8, 1))
YEAR = timedelta(days=366)


def value(name, **where):
    with scope.whole_city():
        return figures.value(name, JULY, **where)[:2]


def channel(place):
    """How the place's channel stands, and the row that says so."""
    with scope.whole_city():
        found = figures.rows("place_order_channel_open", JULY, unit_id=place.pk)
    return [(row.numerator, row.starts_on, row.label) for row in found]


def an_entry(place, items=None):
    return Facility.objects.create(
        place=place, kind="ORDER_POINT", items=items, starts_on=date(2022, 1, 3)
    )


def test_who_did_not_rate_is_neither_content_nor_discontent():
    for username, stars in (("mei", 5), ("lan", 3), ("hong", None)):
        order = a_served_order(a_person(username))
        commands.confirm(order_id=order.pk, actor=None, secret=SECRET, at=MONDAY + 2 * DAY)
        if stars:
            commands.rate(
                order_id=order.pk, rating=NewRating(stars), actor=None, secret=SECRET,
                at=MONDAY + 2 * DAY,
            )  # fmt: skip
    commands.sweep_deadlines(at=MONDAY + 12 * DAY)

    assert value("orders_done") == (3, None)
    assert value("order_satisfaction") == (1, 2)
    assert value("orders_rated_share") == (2, 3)
    assert value("orders_unrated") == (1, None)


def test_without_orders_counts_are_zero_and_shares_are_not_known():
    assert value("orders_done") == (0, None)
    for name in ("orders_on_time", "order_satisfaction", "orders_rated_share"):
        assert value(name) == (None, None)


def test_a_draft_that_is_given_up_was_no_order():
    an_order(state=State.CANCELLED, placed_at=None, due_at=None, yellow_at=None,
             closed_at=NINE, reason="CHANGED_MIND")  # fmt: skip

    assert value("orders_placed") == (0, None)
    assert value("orders_unserved") == (0, None)


def test_a_channel_is_open_when_it_is_entered_and_the_row_is_the_entry():
    place = a_place()
    an_entry(place)

    assert channel(place) == [(1, date(2022, 1, 3), place.name)]


def test_a_channel_is_open_when_it_is_used_and_the_row_is_the_latest_order():
    place = a_place()
    an_entry(place, items=0)
    an_order(place=place, channel="KIOSK", placed_at=NINE - DAY)
    order = an_order(place=place, channel="KIOSK", item=an_order().item)

    assert channel(place) == [(1, NINE.date(), f"{order.item.name} {order.code}")]


def test_a_channel_looked_for_in_vain_is_not_open_and_otherwise_nobody_knows():
    place = a_place()
    assert value("place_order_channel_open", unit_id=place.pk) == (None, None)

    an_entry(place, items=0)
    an_order(place=place, channel="KIOSK", placed_at=NINE - YEAR)

    assert channel(place) == [(0, date(2022, 1, 3), place.name)]
