from uuid import uuid4

import pytest
from django.urls import reverse

from xinfeng.base import clock
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import NINE, VILLAGE, a_city
from xinfeng.points import jobs, queries
from xinfeng.points.models import Merchant, Reward

from .build import (
    a_merchant,
    a_reward,
    balance_of,
    checked_in,
    counted,
    redeem,
    taken_back,
    with_points,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nine_o_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def read(client, name, /, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client, name, /, *args, **given):
    return client.post(reverse(name, args=args), given)


def test_every_point_of_a_statement_leads_to_the_hours_it_stands_on(client):
    mei = a_person()
    credit = checked_in(mei, 120)
    counted()
    client.force_login(mei)

    page = read(client, "points:mine")

    assert reverse("hours:credit", args=[credit.pk]) in page
    assert "+2" in page
    assert "12月31日" in page


def test_a_statement_shows_only_ones_own(client):
    with_points(a_person("lan"), 5)
    client.force_login(a_person())

    assert "+5" not in read(client, "points:mine")


def test_what_is_owed_is_said(client):
    mei = a_person()
    credit = checked_in(mei, 300)
    counted()
    redeem(a_reward(price=5), mei)
    taken_back(credit)
    counted()
    client.force_login(mei)

    page = read(client, "points:mine")

    assert "5 分" in page
    assert "抵扣" in page


def test_everybody_sees_the_catalogue_and_who_has_points_redeems(client):
    shop = a_merchant()
    reward = a_reward(shop, price=5)
    assert reward.title in read(client, "points:catalogue")
    assert "登录后兑换" in read(client, "points:reward", reward.code)

    mei = with_points(a_person(), 7)
    client.force_login(mei)
    assert "用 5 分兑换" in read(client, "points:reward", reward.code)
    send(client, "points:redeem", reward.code, client_id=uuid4())

    assert balance_of(mei) == 2
    assert "还差 3 分" in read(client, "points:reward", reward.code)


def test_the_code_is_shown_to_its_owner_alone(client):
    redemption = redeem(a_reward(), with_points(a_person(), 7))
    client.force_login(redemption.person)
    assert redemption.code in read(client, "points:redemption", redemption.code)

    client.force_login(a_person("stranger"))
    address = reverse("points:redemption", args=[redemption.code])
    assert client.get(address).status_code == 404
    assert send(client, "points:refund", redemption.code).status_code == 404


def test_points_are_taken_back_by_a_button(client):
    mei = with_points(a_person(), 7)
    redemption = redeem(a_reward(), mei)
    client.force_login(mei)

    send(client, "points:refund", redemption.code)

    assert balance_of(mei) == 7


def test_the_counter_hands_out_once_and_shows_no_code_before_it_is_said(client):
    shop = a_merchant()
    redemption = redeem(a_reward(shop), with_points(a_person(), 7))
    client.force_login(shop.keeper)

    page = read(client, "points:desk", shop.code)
    assert redemption.code not in page
    assert "王**" in page
    first = send(client, "points:hand_out", shop.code, code=f" {redemption.code.lower()} ")
    again = send(client, "points:hand_out", shop.code, code=redemption.code)

    assert (first.status_code, again.status_code) == (302, 409)


def test_a_shop_takes_part_offers_and_adds_by_forms(client):
    keeper, office = a_person("keeper"), an_office(a_city().township)
    client.force_login(keeper)
    wish = {"code": "SHOP", "name": "便民超市", "address": "一号", "division": VILLAGE}
    assert send(client, "points:propose", **wish)["Location"].endswith("/merchants/SHOP/")
    client.logout()
    assert client.get(reverse("points:merchant", args=["SHOP"])).status_code == 404

    client.force_login(office)
    assert "便民超市" in read(client, "points:merchants")
    send(client, "points:decide", "SHOP", verb="approve")
    assert Merchant.objects.get().state == "APPROVED"

    client.force_login(keeper)
    new = {"code": "OIL", "title": "食用油", "price_points": 5, "pieces": 3}
    send(client, "points:offer", "SHOP", **new)
    send(client, "points:restock", "OIL", pieces=2)
    assert Reward.objects.get().stock == 5
    send(client, "points:withdraw", "OIL")
    assert "食用油" not in read(client, "points:catalogue")


def test_what_is_missing_in_a_form_is_told_beside_its_field(client):
    shop = a_merchant()
    client.force_login(shop.keeper)

    for name, given in [
        ("points:offer", {"title": "", "price_points": 0}),
        ("points:hand_out", {"code": ""}),
        ("points:name_clerk", {"person": "nobody"}),
    ]:
        page = send(client, name, shop.code, **given).content.decode()
        assert 'class="error"' in page


def test_a_clerk_is_named_and_relieved_by_forms(client):
    shop, lan = a_merchant(), a_person("lan")
    client.force_login(shop.keeper)

    send(client, "points:name_clerk", shop.code, person="lan")
    assert Merchant.objects.get().clerks == [lan.pk]
    send(client, "points:relieve_clerk", shop.code, person="lan")
    assert Merchant.objects.get().clerks == []


def test_a_stranger_sees_no_counter(client):
    shop = a_merchant()
    client.force_login(a_person())

    assert client.get(reverse("points:desk", args=[shop.code])).status_code == 404


def test_the_catalogue_and_the_counter_cost_the_same_for_one_or_many(client):
    shop = a_merchant()
    people = [with_points(a_person(f"p{n}"), 12) for n in range(6)]
    for person in people:
        redeem(a_reward(shop), person)
        a_reward()
    client.force_login(shop.keeper)

    with at_most(10):
        read(client, "points:catalogue")
    with at_most(14):
        read(client, "points:desk", shop.code)


def test_a_statement_costs_the_same_for_one_or_many(client):
    mei = a_person()
    for _ in range(12):
        checked_in(mei, 60)
    counted()
    client.force_login(mei)

    with at_most(40):
        read(client, "points:mine")


def test_lists_go_on_by_key(client, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    rewards = [a_reward() for _ in range(3)]

    first = read(client, "points:catalogue")
    second = read(client, "points:catalogue", after=rewards[1].pk)

    assert rewards[2].code in first
    assert rewards[0].code not in first
    assert rewards[0].code in second
    merchants = list(Merchant.objects.order_by("pk"))
    page = read(client, "points:merchants", after=merchants[1].pk)
    assert merchants[2].code in page


def test_the_catalogue_can_be_narrowed_to_an_area(client):
    reward = a_reward()

    near = read(client, "points:catalogue", within=a_city().township.pk)
    far = read(client, "points:catalogue", within=a_city().other_county.pk)

    assert reward.code in near
    assert reward.code not in far


def test_the_jobs_count_and_close():
    mei = a_person()
    checked_in(mei, 120)

    jobs.count_points(0)
    jobs.close_points(0)

    assert balance_of(mei) == 2
