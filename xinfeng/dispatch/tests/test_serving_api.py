"""A program of the volunteer's answers as its page does."""

from datetime import timedelta

import pytest

from xinfeng.base import clock, scope
from xinfeng.dispatch import commands
from xinfeng.dispatch.models import Order, State
from xinfeng.people.models import Person
from xinfeng.people.tests.build import an_office
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.teams.tests.build import a_team

from .build import a_verified_order, an_item
from .volunteers import NOW, a_volunteer

pytestmark = pytest.mark.django_db
ASKED = "/api/v1/me/orders/asked"


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=1))


@pytest.fixture
def order(db):
    office, mei = an_office(a_city().township), a_volunteer("mei")
    order = a_verified_order()
    commands.offer_to(order_id=order.pk, person_ids=[mei.pk], actor=office, at=NOW)
    return order


def post(client, order, act, person, **said):
    address = f"{ASKED}/{order.code}/{act}"
    return client.post(address, said, "application/json", headers=bearer(person, Scope.PART))


def state(order):
    with scope.whole_city():
        return Order.objects.get(pk=order.pk).state


def test_what_is_asked_is_listed_accepted_and_agreed_on(client, order):
    mei = Person.objects.get(username="mei")
    listed = client.get(ASKED, headers=bearer(mei, Scope.PART)).json()

    accepted = post(client, order, "acceptance", mei)
    shown = post(client, order, "contact", mei).json()
    starts_at = (NINE + timedelta(days=1)).isoformat()
    agreed = post(client, order, "time", mei, starts_at=starts_at).json()

    assert [one["order"] for one in listed["waiting"]] == [order.code]
    assert listed["waiting"][0]["reasons"]
    assert accepted.json()["offer_state"] == "ACCEPTED"
    assert shown["name"] == "张桂英"
    assert agreed["order_state"] == "SCHEDULED"
    assert agreed["activity"]
    assert state(order) == State.SCHEDULED


def test_a_refusal_says_why_and_the_order_goes_back(client, order):
    mei = Person.objects.get(username="mei")

    answer = post(client, order, "refusal", mei, reason="NO_TIME")

    assert answer.json()["offer_state"] == "DECLINED"
    assert state(order) == State.TO_DISPATCH


def test_what_was_accepted_can_be_given_back(client, order):
    mei = Person.objects.get(username="mei")
    post(client, order, "acceptance", mei)

    assert post(client, order, "return", mei).json()["offer_state"] == "WITHDRAWN"
    assert state(order) == State.TO_DISPATCH


def test_nobody_answers_for_somebody_else_or_sees_whom_it_is_for(client, order):
    other = a_volunteer("other")

    for act in ("acceptance", "contact", "taking", "return"):
        assert post(client, order, act, other).status_code == 404
    assert post(client, order, "refusal", other, reason="NO_TIME").status_code == 404


def test_an_open_order_is_taken_by_whoever_is_first(client):
    office, mei, lan = an_office(a_city().township), a_volunteer("mei"), a_volunteer("lan")
    order = a_verified_order(item_id=an_item("grab", mode="GRAB").pk)
    commands.open_to_all(order_id=order.pk, actor=office, at=NOW)
    listed = client.get(ASKED, headers=bearer(mei, Scope.PART))

    taken = post(client, order, "taking", mei).json()
    late = post(client, order, "taking", lan)

    assert [one["order"] for one in listed.json()["open_to_all"]] == [order.code]
    assert "张" not in listed.content.decode()
    assert (taken["order_state"], taken["offer_state"]) == ("ACCEPTED", "ACCEPTED")
    assert late.status_code in {404, 409}
    assert state(order) == State.ACCEPTED


def test_a_leader_passes_an_order_on_and_each_member_answers(client):
    office, lan, mei = an_office(a_city().township), a_volunteer("lan"), a_volunteer("mei")
    team = a_team(leader=lan, members=(mei,))
    order = a_verified_order()
    commands.offer_to_team(order_id=order.pk, team_id=team.pk, actor=office, at=NOW)
    asked = client.get(ASKED, headers=bearer(lan, Scope.PART)).json()

    passed = post(client, order, "members", lan, members=[mei.pk])
    accepted = post(client, order, "acceptance", mei).json()

    assert [one["team"] for one in asked["teams"]] == [team.code]
    assert passed.status_code == 200
    assert post(client, order, "contact", lan).status_code == 404
    assert accepted["order_state"] == "ACCEPTED"


@pytest.mark.parametrize("act", ["acceptance", "taking", "return"])
def test_a_refusal_is_the_same_on_the_page(client, order, act):
    mei = Person.objects.get(username="mei")
    post(client, order, "refusal", mei, reason="NO_TIME")

    told = post(client, order, act, mei)
    client.force_login(mei)
    shown = client.post(f"/orders/asked/{order.code}/{act}/")

    assert refused_with(told) == refused_with(shown)
