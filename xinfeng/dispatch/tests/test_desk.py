import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinfeng.base import clock
from xinfeng.people.tests.build import an_office
from xinfeng.places.tests.build import NINE, a_city

from .desk_build import an_order, some_orders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nine_o_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def questions(client, address):
    """What a page asks of tables; opening and closing a scope carries no rows."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200
    return [q["sql"] for q in asked.captured_queries if " FROM " in q["sql"]]


def test_the_desk_with_5000_open_orders_costs_ten_queries(client):
    for warned in range(3):
        some_orders(1700, warned=warned)
    client.force_login(an_office(a_city().city))

    assert len(questions(client, "/orders/desk/")) <= 10


def test_the_sheet_of_an_order_opens(client):
    order = an_order()
    client.force_login(an_office(a_city().township))
    for room in ("", "verify/", "calls/", "complaints/", "plans/", f"orders/{order.code}/",
                 f"orders/{order.code}/doubles/", "orders.geojson"):  # fmt: skip
        assert client.get(f"/orders/desk/{room}").status_code == 200, room
    for room in ("dispatched/", "services/"):
        assert client.get(f"/orders/{room}").status_code == 200, room
