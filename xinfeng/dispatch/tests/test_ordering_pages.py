"""The steps of an order as somebody without an account goes through them."""

import pytest
from django.urls import reverse

from xinfeng.base import clock
from xinfeng.dispatch import drafts
from xinfeng.dispatch.tests.build import a_class, an_item
from xinfeng.places.tests.build import NINE, TOWNSHIP, VILLAGE, a_city

pytestmark = pytest.mark.django_db

WHO = {
    "division": VILLAGE, "for_whom": "ME", "name": "王桂英", "phone": "138 0000 0000",
    "address": "三组 12 号", "note": "耳背", "agreed": "on",
}  # fmt: skip


def a_haircut(**more):
    return an_item("haircut", name="理发", **more)


@pytest.fixture(autouse=True)
def sunday_morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)
    a_city()


def address(name, *args, **query):
    return reverse(f"dispatch:{name}", args=args, query=query or None)


def draft_of(client):
    return drafts.read(client.cookies["order"].value)


def choose_time(client, **said):
    a_haircut()
    return client.post(address("order_when", "haircut"), said or {"how": "SOON"})


def text_of(answer):
    return answer.content.decode()


def test_the_menu_shows_classes_with_a_few_of_their_services(client):
    a_haircut()
    an_item("lamp", name="换灯泡", position=2)

    page = text_of(client.get(address("menu")))

    assert "为老服务" in page
    assert "理发 · 换灯泡" in page


def test_a_class_opens_its_services_and_a_word_finds_them(client):
    a_haircut(hint="上门剪发")
    an_item("law", name="法律咨询", menu_class=a_class("law", "法律服务"))

    inside = text_of(client.get(address("menu", kind="elder-care")))
    found = text_of(client.get(address("menu", words="剪发")))

    assert "理发" in inside
    assert "法律咨询" not in inside
    assert "理发" in found
    assert "法律咨询" not in found


def test_what_is_out_of_season_is_not_offered(client):
    a_haircut(months=1 << 0)

    assert address("order_when", "haircut") not in text_of(
        client.get(address("menu", kind="elder-care"))
    )


def test_the_menu_is_read_in_one_query(client, django_assert_num_queries):
    for n in range(40):
        an_item(f"item{n}", menu_class=a_class(f"class{n % 8}"))

    with django_assert_num_queries(1):
        client.get(address("menu"))


def test_as_soon_as_possible_is_one_tap(client):
    answer = choose_time(client)

    assert answer["Location"] == address("order_who", "haircut")
    assert draft_of(client).is_soon


def test_days_and_parts_are_kept(client):
    choose_time(client, how="DAYS", days=["2022-07-18", "2022-07-19"], parts=["0"])

    assert draft_of(client).days == ("2022-07-18", "2022-07-19")
    assert draft_of(client).parts == (0,)


def test_no_day_at_all_is_asked_again(client):
    a_haircut()

    answer = client.post(address("order_when", "haircut"), {"how": "DAYS"})

    assert "请至少选一天" in text_of(answer)


def test_a_day_that_was_not_shown_is_refused(client):
    a_haircut()

    answer = client.post(
        address("order_when", "haircut"), {"how": "DAYS", "days": ["2022-07-01"]}
    )

    assert "这一天不能选" in text_of(answer)


def test_the_village_is_found_by_tapping_or_by_its_name(client):
    choose_time(client)

    counties = text_of(client.get(address("order_who", "haircut")))
    villages = text_of(client.get(address("order_who", "haircut", within=TOWNSHIP)))
    named = text_of(client.get(address("order_who", "haircut", within=0, words="茶山村")))

    assert "珠晖区" in counties
    assert "茶山村" not in counties
    assert "茶山村" in villages
    assert "茶山村" in named
    assert "茶山坳镇" in named


def test_without_a_time_one_is_led_back_to_it(client):
    a_haircut()

    answer = client.get(address("order_who", "haircut"))

    assert answer["Location"] == address("order_when", "haircut")


def test_everything_is_read_back(client):
    choose_time(client)

    answer = client.post(address("order_who", "haircut"), WHO, follow=True)

    page = text_of(answer)
    for said in ("理发", "尽快", "茶山村", "三组 12 号", "王桂英", "13800000000", "耳背"):
        assert said in page


def test_nothing_is_lost_on_a_mistake(client):
    choose_time(client)

    client.post(address("order_who", "haircut"), WHO | {"phone": "12345"})
    page = text_of(client.get(address("order_who", "haircut")))

    assert "王桂英" in page
    assert "三组 12 号" in page
    assert "耳背" in page


def test_choosing_another_place_keeps_what_was_typed(client):
    choose_time(client)

    half = {"division": VILLAGE, "name": "王桂英", "elsewhere": "1"}
    answer = client.post(address("order_who", "haircut"), half)

    assert answer["Location"].endswith("?within=0")
    assert draft_of(client).name == "王桂英"


def test_a_neighbour_says_who_they_are(client):
    choose_time(client)

    answer = client.post(address("order_who", "haircut"), WHO | {"for_whom": "OTHER"})

    assert "请选择您与他的关系" in text_of(answer)


def test_nobody_is_ordered_for_without_their_consent(client):
    choose_time(client)
    unasked = {name: value for name, value in WHO.items() if name != "agreed"}

    answer = client.post(address("order_who", "haircut"), unasked)

    assert "请先问过本人" in text_of(answer)


def test_pages_with_what_was_said_are_kept_out_of_caches(client):
    answer = choose_time(client)

    assert "no-store" in answer["Cache-Control"]
    assert "13800000000" not in str(client.cookies["order"])
