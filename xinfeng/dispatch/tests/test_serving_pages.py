"""Whoever is asked answers on a phone, and sees whom it is for only after a yes."""

from datetime import timedelta

import pytest
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.dispatch import commands
from xinfeng.dispatch.models import Mode, Offer, OfferState, Order, State
from xinfeng.journal.models import Entry
from xinfeng.people.models import Contact
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.teams.tests.build import a_team

from .build import a_verified_order
from .volunteers import NOW, a_volunteer, a_waiting_order, an_item

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TOMORROW_NINE = NINE + timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW + HOUR)


@pytest.fixture(autouse=True)
def _reads_all(db):
    with scope.whole_city():
        yield


@pytest.fixture
def office():
    return an_office(a_city().township)


@pytest.fixture
def mei(client):
    person = a_volunteer("mei")
    client.force_login(person)
    return person


def asked(office, *people, **order):
    waiting = a_waiting_order(**order)
    commands.offer_to(
        order_id=waiting.pk, person_ids=[one.pk for one in people], actor=office, at=NOW
    )
    return Order.objects.get(pk=waiting.pk)


def page(client, name="serving", order=None, **more):
    address = reverse(f"dispatch:{name}", args=[order.code] if order else [])
    return client.get(address, **more)


def press(client, name, order, **data):
    return client.post(reverse(f"dispatch:{name}", args=[order.code]), data, follow=True)


def test_what_i_am_asked_stands_on_one_page_with_why_me(client, office, mei):
    order = asked(office, mei)

    listed = page(client, "offered").content.decode()
    shown = page(client, order=order).content.decode()

    assert "代买药品" in listed
    assert reverse("dispatch:serving", args=[order.code]) in listed
    assert "为什么请您" in shown
    assert "我能去" in shown


def test_accepting_shows_whom_it_is_for_and_writes_that_down(client, office, mei):
    order = a_verified_order()
    commands.offer_to(order_id=order.pk, person_ids=[mei.pk], actor=office, at=NOW)
    before = page(client, order=order).content.decode()
    refused = press(client, "serving_contact", order).content.decode()

    press(client, "serving_accept", order)
    after = press(client, "serving_contact", order)

    assert "张桂英" not in before + refused
    assert "张桂英" in after.content.decode()
    assert "tel:13873400001" in after.content.decode()
    assert after["Cache-Control"] == "no-store"
    assert Entry.objects.filter(verb="order.contact_opened", actor=mei).count() == 1
    assert Contact.objects.count() == 1


def test_declining_needs_a_reason_and_gives_the_order_back(client, office, mei):
    order = asked(office, mei)

    without = press(client, "serving_decline", order).content.decode()
    press(client, "serving_decline", order, reason="NO_TIME")

    assert "请选择" in without
    assert Offer.objects.get().state == OfferState.DECLINED
    assert Order.objects.get(pk=order.pk).state == State.TO_DISPATCH


def test_the_agreed_time_leads_to_the_check_in_page(client, office, mei):
    order = asked(office, mei)
    press(client, "serving_accept", order)

    wrong = press(client, "serving_time", order, starts_at="tomorrow").content.decode()
    said = press(client, "serving_time", order, starts_at="2022-07-18T09:00").content.decode()

    order.refresh_from_db()
    assert "2026-03-08T09:30" in wrong
    assert order.state == State.SCHEDULED
    assert order.shift.starts_at == TOMORROW_NINE
    assert reverse("activities:activity", args=[order.activity.code]) in said


def test_what_was_promised_can_be_given_back(client, office, mei):
    order = asked(office, mei)
    press(client, "serving_accept", order)

    press(client, "serving_back", order)

    assert Order.objects.get(pk=order.pk).state == State.TO_DISPATCH


def test_an_order_open_to_all_is_taken_by_whoever_is_first(client, office, mei):
    order = a_waiting_order(item=an_item("grab", mode=Mode.GRAB, name="代缴水电费"))
    commands.open_to_all(order_id=order.pk, actor=office, at=NOW)
    listed = page(client, "offered").content.decode()

    press(client, "serving_grab", order)

    assert "代缴水电费" in listed
    assert Offer.objects.get().person == mei
    lan = a_volunteer("lan")
    client.force_login(lan)
    assert page(client, order=order).status_code == 404
    assert "代缴水电费" not in page(client, "offered").content.decode()


def test_the_leader_takes_it_for_the_team_and_each_member_answers(client, office):
    lead, mei = a_volunteer("lead"), a_volunteer("mei")
    team = a_team(leader=lead, members=(mei,))
    order = a_waiting_order()
    commands.offer_to_team(order_id=order.pk, team_id=team.pk, actor=office, at=NOW)
    client.force_login(lead)

    assert team.name in page(client, "offered").content.decode()
    assert "队里谁能去" in page(client, order=order).content.decode()
    press(client, "serving_team", order, member=[mei.pk])

    assert Order.objects.get(pk=order.pk).state == State.DISPATCHED
    assert Offer.objects.get(person=mei).state == OfferState.OFFERED
    client.force_login(mei)
    press(client, "serving_accept", order)
    assert Order.objects.get(pk=order.pk).state == State.ACCEPTED


def test_somebody_else_s_offer_is_not_there(client, office):
    order = asked(office, a_volunteer("mei"))
    client.force_login(a_person("stranger"))

    assert page(client, order=order).status_code == 404
    for name in ("accept", "decline", "grab", "team", "contact", "time", "back"):
        assert press(client, f"serving_{name}", order).status_code == 404


def test_the_page_costs_the_same_for_one_order_or_many(client, office, mei):
    for days in range(6):
        on = TOMORROW_NINE.date() + timedelta(days=days)
        asked(office, mei, wished=(on, on))

    with at_most(10):
        page(client, "offered")
