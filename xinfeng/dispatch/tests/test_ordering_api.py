"""Ordering and following over the interface, without an account: as on the pages."""

from uuid import uuid4

import pytest

from xinfeng.base import clock, scope
from xinfeng.dispatch.models import Order
from xinfeng.dispatch.queries import key_of
from xinfeng.people.models import Contact
from xinfeng.people.tests.build import a_person
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import VILLAGE, a_city

from .build import (
    DAY,
    HOUR,
    MONDAY,
    SECRET,
    a_class,
    a_desk,
    a_served_order,
    an_accepted_order,
    an_item,
    an_order,
    scheduled,
    seen,
)

pytestmark = pytest.mark.django_db
API = "/api/v1"
KEPT = "AB" * 10
LATER = MONDAY + HOUR


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = [LATER]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


def a_said_wish(**changes):
    a_city()
    return {
        "client_id": str(uuid4()), "secret": KEPT, "item": an_item().code, "division": VILLAGE,
        "name": "张桂英", "phone": "13873400001", "address": "茶山村3组12号", "agreed": True,
    } | changes  # fmt: skip


def post(client, path, person=None, scopes=(Scope.PART,), **said):
    headers = bearer(person, *scopes) if person else {}
    return client.post(f"{API}/{path}", said, "application/json", headers=headers)


def place(client, person=None, **changes):
    return post(client, "orders", person, **a_said_wish(**changes))


def get(client, address, person=None, **query):
    headers = bearer(person, Scope.RECORD) if person else {}
    return client.get(f"{API}/{address}", query, headers=headers)


def the_order():
    with scope.whole_city():
        return Order.objects.get()


def key(order):
    return key_of(order.code, SECRET)


def test_the_menu_is_open_and_narrowed_by_class_or_by_a_word(client):
    an_item(hint="一小时")
    an_item("law", name="法律咨询", menu_class=a_class("law", "法律服务"))
    an_item("gone", name="停办", is_active=False)

    whole = get(client, "menu").json()["items"]
    by_class = get(client, "menu", menu_class="law").json()["items"]
    by_word = get(client, "menu", words="陪伴").json()["items"]

    assert {one["code"] for one in whole} == {"company", "law"}
    assert [one["code"] for one in by_class] == ["law"]
    assert [one["code"] for one in by_word] == ["company"]


def test_an_order_is_placed_without_an_account_and_sent_twice_it_is_there_once(client):
    wish = a_said_wish(parts=["1-MORNING", "7-EVENING"])

    first = post(client, "orders", **wish).json()
    again = post(client, "orders", **wish).json()

    order = the_order()
    assert first["code"] == again["code"] == order.code
    assert (first["state"], order.channel) == ("TO_VERIFY", "API")
    assert order.wished_parts == 1 | 1 << 20
    with scope.whole_city():
        assert Contact.objects.get().phone() == "13873400001"
    assert get(client, f"orders/{first['key']}").json()["state"] == "TO_VERIFY"


def test_without_a_yes_or_with_nonsense_nothing_is_kept(client):
    refused = [
        refused_with(place(client, agreed=False)),
        refused_with(place(client, item="nosuch")),
        refused_with(place(client, phone="1")),
        refused_with(place(client, parts=["8-NOON"])),
        refused_with(place(client, wished_from="2020-01-01", wished_until="2020-01-02")),
    ]

    assert refused == [
        (422, "not_agreed"), (404, "unknown"), (409, "phone_wrong"), (422, "misread"),
        (409, "wish_in_the_past"),
    ]  # fmt: skip
    with scope.whole_city():
        assert not Order.objects.exists()


def test_a_proxy_says_who_they_are_and_a_child_is_ordered_for_by_one(client):
    code = place(client, relation="NEIGHBOUR", for_minor=True).json()["code"]

    order = the_order()
    assert order.code == code
    assert (order.is_proxy, order.relation, order.is_for_minor) == (True, "NEIGHBOUR", True)


def test_somebody_signed_in_finds_their_orders_and_nobody_else_does(client):
    lan, stranger = a_person("lan"), a_person("stranger")
    code = place(client, lan, mine=True).json()["code"]

    assert [one["code"] for one in get(client, "me/orders", lan).json()["items"]] == [code]
    assert get(client, f"orders/{code}", lan).json()["code"] == code
    assert get(client, "me/orders", stranger).json()["items"] == []
    for person in (stranger, None):
        assert get(client, f"orders/{code}", person).status_code == 404


def test_my_orders_page_by_key(client):
    lan = a_person("lan")
    placed = [an_order(actor=lan).code for _n in range(45)]

    codes, after = [], ""
    while after is not None:
        page = get(client, "me/orders", lan, after=after).json()
        codes += [one["code"] for one in page["items"]]
        after = page["next"]

    assert codes == placed[::-1]


def test_neither_another_secret_nor_the_number_alone_opens_or_moves_anything(client):
    order = an_order()

    for wrong in (order.code, key_of(order.code, "OTHER"), "-", "NONE"):
        assert get(client, f"orders/{wrong}").status_code == 404
        assert post(client, f"orders/{wrong}/confirmation").status_code == 404
        cancelled = post(client, f"orders/{wrong}/cancellation", reason="SOLVED")
        assert cancelled.status_code == 404
    assert seen(order).state == "TO_VERIFY"


def test_what_is_told_by_the_key_names_neither_whom_it_is_for_nor_who_comes_in_full(client):
    order = scheduled(an_accepted_order(a_person("mei")), a_desk())

    answer = get(client, f"orders/{key(order)}")

    told = answer.json()
    assert (told["state"], told["who_comes"]) == ("SCHEDULED", ["志愿者王**"])
    assert told["timeline"]
    for hidden in ("张桂英", "1387340", "3组12号", "王小梅"):
        assert hidden not in answer.content.decode()


def test_the_code_for_the_door_is_there_about_the_service_and_changes(client, now):
    order = scheduled(an_accepted_order(a_person("mei")), a_desk())
    early = get(client, f"orders/{key(order)}/door")
    now[0] = MONDAY + DAY
    first = get(client, f"orders/{key(order)}/door").json()
    now[0] += HOUR / 2
    later = get(client, f"orders/{key(order)}/door").json()

    assert early.status_code == 404
    assert first["digits"].isdigit()
    assert (first["code"], first["digits"]) != (later["code"], later["digits"])


def test_a_service_is_confirmed_rated_and_complained_about_by_the_key(client, now):
    order = a_served_order(a_person("mei"))
    now[0] = MONDAY + 2 * DAY

    confirmed = post(client, f"orders/{key(order)}/confirmation").json()
    rated = post(client, f"orders/{key(order)}/rating", overall=5, attitude=4).json()
    made = post(client, f"orders/{key(order)}/complaints", kind="OTHER", text="来晚了").json()

    assert (confirmed["state"], confirmed["may_rate"]) == ("TO_RATE", True)
    assert (rated["state"], rated["overall"]) == ("CLOSED", 5)
    with scope.whole_city():
        rating = seen(order).ratings.get()
    assert (rating.attitude, rating.punctual, rating.fee_asked) == (4, None, None)
    assert made["state"] == "OPEN"
    told = get(client, f"orders/{key(order)}").json()
    assert [one["code"] for one in told["complaints"]] == [made["code"]]


def test_what_was_not_done_is_said_and_the_office_calls(client, now):
    order = a_served_order(a_person("mei"))
    now[0] = MONDAY + 2 * DAY

    assert post(client, f"orders/{key(order)}/denial").json()["state"] == "CALL_BACK"


def test_an_order_is_cancelled_by_the_key(client):
    order = an_order()

    told = post(client, f"orders/{key(order)}/cancellation", reason="SOLVED").json()

    assert (told["state"], told["may_cancel"]) == ("CANCELLED", False)


@pytest.mark.parametrize("stars", [0, 6, None])
def test_stars_are_one_to_five(client, now, stars):
    order = a_served_order(a_person("mei"))
    now[0] = MONDAY + 2 * DAY

    assert post(client, f"orders/{key(order)}/rating", overall=stars).status_code == 422


SAME = [
    ("confirmation", {}, an_order),
    ("denial", {}, an_order),
    ("rating", {"overall": 5}, an_order),
    ("cancellation", {"reason": "SOLVED"}, lambda: a_served_order(a_person("mei"))),
]


@pytest.mark.parametrize(("act", "said", "make"), SAME)
def test_a_refusal_is_the_same_on_the_page(client, act, said, make):
    order = make()

    told = post(client, f"orders/{key(order)}/{act}", **said)
    shown = client.post(f"/orders/track/{key(order)}/{act}/", said)

    assert refused_with(told) == refused_with(shown)
    assert told.status_code in {403, 409}


def test_who_served_confirms_nothing_even_with_the_key(client, now):
    mei = a_person("mei")
    order = a_served_order(mei)
    now[0] = MONDAY + 2 * DAY

    told = post(client, f"orders/{key(order)}/confirmation", mei)

    assert told.status_code == 403
    assert seen(order).state == "TO_CONFIRM"


def test_from_one_address_only_so_many_are_taken_in_an_hour(client):
    said = [place(client, phone=f"1387340{n:04d}").status_code for n in range(6)]

    assert said == [200] * 5 + [409]
