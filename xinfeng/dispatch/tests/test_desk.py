import secrets
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinfeng.activities.tests.build import a_category
from xinfeng.base import clock, crypto, scope
from xinfeng.dispatch.models import MenuClass, MenuItem, Order, State
from xinfeng.people.models import Contact
from xinfeng.people.models.contacts import about_contact
from xinfeng.people.tests.build import an_office
from xinfeng.places.tests.build import NINE, TODAY, a_city

pytestmark = pytest.mark.django_db
_numbers = count(1)
AN_HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _nine_o_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def an_item(code="haircut", **more):
    kind = MenuClass.objects.get_or_create(
        code="life", defaults={"name": "生活服务", "position": 1}
    )[0]
    fields = {"name": "上门理发", "position": 1, "mode": "ASSIGN", "minutes": 60} | more
    return MenuItem.objects.get_or_create(
        code=code, defaults=fields | {"menu_class": kind, "category": a_category()}
    )[0]


def an_order(**more):
    """A haircut in 茶山村, placed by telephone, to be verified."""
    return some_orders(1, **more)[0]


def some_orders(number, **more):
    division = more.pop("division", None) or a_city().village
    item = more.pop("item", None) or an_item()
    fields = {
        "channel": "PHONE", "wished_from": TODAY, "wished_until": TODAY + timedelta(days=7),
        "state": State.TO_VERIFY, "due_at": NINE + AN_HOUR, "yellow_at": NINE,
        "placed_at": NINE, "moved_at": NINE,
    } | more  # fmt: skip
    with scope.whole_city():
        contacts = Contact.objects.bulk_create(
            Contact(
                division_id=division.pk, name_sealed="x", consent_how="ORAL", consent_at=NINE
            )
            for _n in range(number)
        )
        for contact in contacts:
            contact.name_sealed = crypto.seal("张桂英", about=about_contact("name", contact.pk))
        Contact.objects.bulk_update(contacts, ["name_sealed"], batch_size=1000)
        return Order.objects.bulk_create(
            Order(
                code=f"P{next(_numbers):05d}", client_id=uuid4(), item=item,
                division=division, contact=contact,
                track_digest=secrets.token_bytes(32), **fields,
            )
            for contact in contacts
        )  # fmt: skip


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
