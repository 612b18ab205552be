"""Placing: by the resident's own steps, by a keeper on one page, at a station's device."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.dispatch import drafts
from xinfeng.dispatch.models import Channel, Order
from xinfeng.dispatch.views import drafting
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.places.tests.build import OTHER_VILLAGE, VILLAGE, a_city, a_place

from .build import MONDAY, an_item

pytestmark = pytest.mark.django_db

WHO = {
    "division": VILLAGE, "for_whom": "ME", "name": "王桂英", "phone": "138 0000 0000",
    "address": "三组 12 号", "note": "耳背", "agreed": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    a_city()
    an_item("haircut", name="理发")


def address(name, *args, **query):
    return reverse(f"dispatch:{name}", args=args, query=query or None)


def the_order():
    with scope.whole_city():
        return Order.objects.select_related("contact", "place").get()


def step_through(client, **who):
    client.post(address("order_when", "haircut"), {"how": "SOON"})
    client.post(address("order_who", "haircut"), WHO | who)
    return client.post(address("order_check"))


def an_entry(**said):
    told = {
        "ticket": drafts.sealed(drafts.begin("")),
        "channel": "HOME_VISIT", "division": VILLAGE, "item": "haircut",
        "how": "SOON", "name": "王桂英", "phone": "", "address": "三组 12 号", "agreed": "on",
    }  # fmt: skip
    return told | said


def test_somebody_without_an_account_orders_and_gets_a_link(client):
    answer = step_through(client)

    order = the_order()
    assert answer.status_code == 302
    assert order.code in answer["Location"]
    page = client.get(answer["Location"])
    assert "点单已提交" in page.content.decode()
    assert (order.channel, order.is_proxy, order.placed_by_id) == (Channel.WEB, False, None)


def test_pressing_twice_places_one_order(client):
    client.post(address("order_when", "haircut"), {"how": "SOON"})
    client.post(address("order_who", "haircut"), WHO)
    cookie = client.cookies["order"].value

    first = client.post(address("order_check"))
    client.cookies["order"] = cookie
    second = client.post(address("order_check"))

    assert first["Location"] == second["Location"]
    assert the_order()


def test_what_was_said_is_gone_from_the_browser_afterwards(client):
    step_through(client)

    assert client.get(address("order_check"))["Location"] == address("menu")


def test_a_neighbour_orders_for_an_old_person(client):
    step_through(client, for_whom="OTHER", relation="NEIGHBOUR")

    order = the_order()
    assert (order.is_proxy, order.relation) == (True, "NEIGHBOUR")
    assert order.contact.name() == "王桂英"
    assert order.contact.consent_how == "PROXY"


def test_whoever_is_signed_in_orders_for_themselves(client):
    lan = a_person("lan")
    client.force_login(lan)

    step_through(client)

    assert (the_order().requester_id, the_order().placed_by_id) == (lan.pk, lan.pk)


def test_what_is_refused_at_the_end_loses_nothing(client, monkeypatch):
    monkeypatch.setattr(drafting, "_pace", drafting.Pace(1, 3600))
    step_through(client)

    refused = step_through(client, name="李四")

    assert refused.status_code == 409
    assert "李四" in refused.content.decode()
    assert "分钟后再试" in refused.content.decode()


def test_a_keeper_enters_an_order_on_one_page(client):
    keeper = a_keeper(a_place())
    client.force_login(keeper)
    page = client.get(address("entry"))
    assert "茶山村" in page.content.decode()

    answer = client.post(address("entry"), an_entry())

    order = the_order()
    assert order.code in answer["Location"]
    assert (order.channel, order.placed_by_id) == (Channel.HOME_VISIT, keeper.pk)
    assert order.requester_id is None
    assert order.contact.consent_how == "ORAL"


def test_a_mistake_on_that_page_loses_nothing(client):
    client.force_login(a_keeper(a_place()))

    answer = client.post(address("entry"), an_entry(phone="1"))

    assert "不是电话号码" in answer.content.decode()
    assert "王桂英" in answer.content.decode()


def test_a_keeper_enters_for_no_other_village(client):
    client.force_login(a_keeper(a_place()))

    client.post(address("entry"), an_entry(division=OTHER_VILLAGE))

    with scope.whole_city():
        assert not Order.objects.exists()


def test_the_office_of_a_county_chooses_the_village_first(client):
    client.force_login(an_office(a_city().county))

    tapped = client.get(address("entry"))
    client.post(address("entry", within=VILLAGE), an_entry())

    assert "茶山坳镇" in client.get(address("entry", within="430405000000")).content.decode()
    assert "在哪里服务" in tapped.content.decode()
    assert the_order().division_id == VILLAGE


def test_whoever_keeps_no_place_enters_for_nobody(client):
    client.force_login(a_person("lan"))

    assert client.get(address("entry")).status_code == 404


def test_a_child_is_spoken_for(client):
    client.force_login(a_keeper(a_place()))

    answer = client.post(address("entry"), an_entry(for_minor="on"))

    assert "由谁代说" in answer.content.decode()


def test_a_device_of_the_station_signs_out_and_orders_for_the_station(client):
    place = a_place()
    client.force_login(a_keeper(place))

    opened = client.post(address("open_kiosk"), {"place": place.code}, follow=True)
    answer = step_through(client)

    order = the_order()
    assert "_auth_user_id" not in client.session
    assert "重新开始" in opened.content.decode()
    assert (order.channel, order.place_id) == (Channel.KIOSK, place.pk)
    assert "完成，下一位" in client.get(answer["Location"]).content.decode()


def test_a_device_of_the_station_shows_nothing_but_its_form_and_begins_again(client):
    place = a_place()
    start = address("kiosk", drafting.kiosk_pass(place, clock.today()))
    menu = client.get(start, follow=True).content.decode()
    slip = step_through(client)["Location"]
    pages = [menu, client.get(slip).content.decode()]
    pages.append(client.get(slip.removesuffix("slip/")).content.decode())

    for page in pages:
        assert 'class="ways"' not in page
        assert 'class="public-ways"' not in page
        assert f'class="brand" href="{start}"' in page
        assert f'http-equiv="refresh" content="180;url={start}"' in page
    own = Client().get(slip).content.decode()
    assert 'class="ways"' in own
    assert 'class="public-ways"' in own


def test_the_next_person_at_the_station_sees_nothing_of_the_last(client):
    place = a_place()
    kiosk = drafting.kiosk_pass(place, clock.today())
    client.get(address("kiosk", kiosk))
    client.post(address("order_when", "haircut"), {"how": "SOON"})
    client.post(address("order_who", "haircut"), WHO | {"phone": "1"})

    client.get(address("kiosk", kiosk))
    client.post(address("order_when", "haircut"), {"how": "SOON"})

    assert "王桂英" not in client.get(address("order_who", "haircut")).content.decode()


def test_a_kiosk_runs_out_and_cannot_be_invented(client, monkeypatch):
    place = a_place()
    kiosk = drafting.kiosk_pass(place, clock.today())

    assert client.get(address("kiosk", "PLACE-20990101.AAAA")).status_code == 404
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(days=91))
    assert client.get(address("kiosk", kiosk)).status_code == 404


def test_only_who_keeps_the_place_makes_a_device_its_kiosk(client):
    place = a_place()
    client.force_login(a_person("lan"))

    answer = client.post(address("open_kiosk"), {"place": place.code})

    assert answer.status_code == 404
    assert "_auth_user_id" in client.session
