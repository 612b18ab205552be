"""What everybody may see without an account: dispatched orders, and what the city promises."""

import re

import pytest

from xinfeng.base import clock
from xinfeng.dispatch import commands
from xinfeng.dispatch.commands import NewRating
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import a_city

from .build import (
    DAY,
    HOUR,
    MONDAY,
    SECRET,
    a_class,
    a_desk,
    a_served_order,
    a_verified_order,
    an_accepted_order,
    an_item,
    an_order,
)
from .desk_build import some_orders

pytestmark = pytest.mark.django_db
LATER = MONDAY + 3 * DAY


@pytest.fixture(autouse=True)
def _thursday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


def page_of(client, **query):
    answer = client.get("/orders/dispatched/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(page):
    return re.findall(r'<tr>\s*<th scope="row">([^<]+)</th>', page)


def test_an_order_is_shown_once_it_was_dispatched_and_says_the_township_only(client):
    an_order(item_id=an_item("waits", name="换灯泡").pk)
    a_verified_order(item_id=an_item("verified", name="量血压").pk)
    an_accepted_order(a_person("mei"))

    page = page_of(client)

    assert rows(page) == ["陪伴聊天"]
    assert a_city().township.name in page
    for hidden in ("张", "1387340", a_city().village.name, "王小梅", "3组12号"):
        assert hidden not in page.split("<main", 1)[1]


def test_a_rating_is_shown_and_what_was_not_rated_says_so(client):
    rated, unrated = a_served_order(a_person("mei")), a_served_order(a_person("lan"))
    for order in (rated, unrated):
        commands.confirm(order_id=order.pk, actor=None, at=LATER - DAY, secret=SECRET)
    commands.rate(
        order_id=rated.pk, rating=NewRating(5, comment="张奶奶很满意"), actor=None,
        at=LATER - HOUR, secret=SECRET,
    )  # fmt: skip

    page = page_of(client)

    assert "5 分（满分 5 分）" in page
    assert "未评价" in page
    assert "张奶奶" not in page


def test_a_merged_order_is_shown_once(client):
    first, second = (an_accepted_order(a_person(name)) for name in ("mei", "lan"))
    commands.merge(order_id=second.pk, into_id=first.pk, actor=a_desk(), at=LATER)

    assert len(rows(page_of(client))) == 1


def test_the_latest_come_first_and_pages_join_without_gap(client):
    for n in range(65):
        some_orders(
            1, state="DISPATCHED", dispatched_at=MONDAY + n * HOUR, verified_how="PHONE",
            verified_by=a_desk(), verified_at=MONDAY,
            item=an_item(f"item{n}", name=f"服务{n:02d}"),
        )  # fmt: skip

    found, address = [], "/orders/dispatched/"
    while address:
        page = client.get(address).content.decode()
        found += rows(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following and following[1].replace("&amp;", "&")

    assert found == [f"服务{n:02d}" for n in reversed(range(65))]


def test_the_list_is_narrowed_by_class_and_county_never_by_village(client):
    an_accepted_order(a_person("mei"))
    an_accepted_order(
        a_person("lan"), item_id=an_item("law", name="法律咨询", menu_class=a_class("law")).pk
    )

    assert rows(page_of(client, kind="law")) == ["法律咨询"]
    assert len(rows(page_of(client, within=a_city().county.pk))) == 2
    assert rows(page_of(client, within=a_city().other_county.pk)) == []
    # A village is ignored: it would tell whom an order was for.
    assert len(rows(page_of(client, within=a_city().next_village.pk))) == 2
    assert len(rows(page_of(client, within="x", kind="?", after="?"))) == 2


def test_the_services_stand_with_what_the_city_promises(client):
    an_item("lamp", name="换灯泡", hint="灯泡自备")
    an_item("winter", name="扫雪", months=0b11)
    an_item("gone", name="停办的", is_active=False)

    page = client.get("/orders/services/").content.decode()

    assert "换灯泡" in page
    assert "灯泡自备" in page
    assert "个工作日" in page
    for absent in ("扫雪", "停办的"):
        assert absent not in page
