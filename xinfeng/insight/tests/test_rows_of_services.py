"""The rows behind figures of orders and classes, the pages they open, and the strips."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xinfeng.activities import commands as activities
from xinfeng.base import clock
from xinfeng.dispatch import commands
from xinfeng.dispatch.commands import NewRating
from xinfeng.dispatch.tests.build import DAY, MONDAY, SECRET, a_served_order, an_order, seen
from xinfeng.dispatch.tests.desk_build import some_orders
from xinfeng.insight import commands as insight
from xinfeng.insight.published import published
from xinfeng.people.tests.build import a_grant, a_person, an_office
from xinfeng.places.tests.build import a_city
from xinfeng.school.tests.build import a_class, the_keeper

pytestmark = pytest.mark.django_db
LATER = MONDAY + 3 * DAY
NOT_KNOWN = "未测"


@pytest.fixture(autouse=True)
def _thursday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def office():
    return an_office(a_city().county)


def a_rated_order(points=5, fee=None):
    order = a_served_order(a_person("mei"))
    commands.confirm(order_id=order.pk, actor=None, secret=SECRET, at=LATER - DAY)
    said = NewRating(points, fee_asked=fee)
    commands.rate(order_id=order.pk, rating=said, actor=None, secret=SECRET, at=LATER - DAY)

    return seen(order)


def figure(client, name, **query):
    answer = client.get(reverse("insight:figure", args=[name]), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "name", ["orders_placed", "orders_done", "orders_on_time", "order_satisfaction"]
)
def test_rows_of_orders_open_the_desk_of_the_office_that_answers_for_them(client, office, name):
    order = a_rated_order()
    client.force_login(office)

    page = figure(client, name)

    assert f'href="{reverse("dispatch:desk_order", args=[order.code])}"' in page


def test_many_rows_of_orders_cost_as_many_queries_as_one(client, office):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            figure(client, "orders_placed")
        return len(asked)

    client.force_login(office)
    an_order()
    queries()
    one = queries()
    some_orders(4)

    assert queries() == one


def test_whoever_has_no_desk_is_led_to_the_public_list_of_the_county(client):
    order, auditor = a_rated_order(), a_person("fan")
    a_grant(auditor, "AUDITOR", division=a_city().city)
    client.force_login(auditor)

    page = figure(client, "orders_done")

    assert reverse("dispatch:desk_order", args=[order.code]) not in page
    assert f'href="{reverse("dispatch:shown")}?within={a_city().county.pk}"' in page


def test_an_order_that_was_not_dispatched_has_no_public_page(client):
    order, auditor = an_order(), a_person("fan")
    a_grant(auditor, "AUDITOR", division=a_city().city)
    client.force_login(auditor)

    page = figure(client, "orders_placed")

    assert order.code in page
    assert f"{reverse('dispatch:shown')}?within" not in page


def test_a_visitor_sees_how_many_orders_but_not_which(client):
    order = a_rated_order()

    page = figure(client, "orders_done")

    assert order.code not in page
    assert reverse("account_login") in page


def test_a_complaint_opens_at_the_desk_only(client, office):
    order = a_rated_order()
    made = commands.complain(
        order_id=order.pk, code="KLAGE", kind="CONDUCT", text="迟到了", actor=None,
        secret=SECRET, at=LATER,
    )  # fmt: skip
    client.force_login(office)

    page = figure(client, "order_complaints")

    assert reverse("dispatch:desk_complaint", args=[made.code]) in page


def test_rows_of_the_night_school_open_the_class(client, monkeypatch):
    night_class = a_class(state="PUBLISHED")
    session = night_class.sessions.get(number=1)
    after = session.ends_at + timedelta(hours=1)
    activities.hold(
        activity_id=session.activity_id, actor=the_keeper(night_class.place), at=after
    )
    monkeypatch.setattr(clock, "now", lambda: after)

    for name in ("classes_held", "class_sessions", "place_class_sessions"):
        page = figure(client, name)
        assert f'href="{reverse("school:class", args=[night_class.code])}"' in page


def test_the_public_list_tells_shares_with_both_numbers_and_who_did_not_rate(client):
    a_rated_order(points=2)
    silent = a_served_order(a_person("lan"))
    commands.confirm(order_id=silent.pk, actor=None, secret=SECRET, at=LATER - DAY)
    insight.rebuild(names=published().names, as_of=clock.today(), at=LATER)

    page = client.get(reverse("dispatch:shown")).content.decode()

    strip = page.split('class="figures four strip"')[1].split("<form")[0]
    assert "1 中有 0" in strip
    # Nothing is closed yet, so nobody can say how many were rated.
    assert NOT_KNOWN in strip.split("orders_rated_share")[1]


def test_before_anything_is_counted_there_is_no_strip(client):
    page = client.get(reverse("dispatch:shown")).content.decode()

    assert 'class="figures four strip"' not in page
