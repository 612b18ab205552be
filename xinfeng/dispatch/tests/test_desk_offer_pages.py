"""Whom the desk asks, by its pages: those proposed, others by name, a team, everybody."""

import re

import pytest

from xinfeng.base import clock, scope
from xinfeng.dispatch import commands
from xinfeng.dispatch.commands import planning
from xinfeng.dispatch.models import Offer, Plan
from xinfeng.people.models import Notice
from xinfeng.places.tests.build import a_city, a_place
from xinfeng.teams.tests.build import a_membership, a_team

from .build import HOUR, MONDAY, a_desk, a_verified_order, an_item, seen
from .volunteers import a_volunteer

pytestmark = pytest.mark.django_db
LATER = MONDAY + 4 * HOUR


@pytest.fixture(autouse=True)
def _monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def desk(client):
    client.force_login(a_desk())
    return client


def sheet(order):
    return f"/orders/desk/orders/{order.code}/"


def page_of(desk, order):
    return desk.get(sheet(order)).content.decode()


def offers(order):
    with scope.whole_city():
        found = Offer.objects.filter(order=order).order_by("pk")
        return [(offer.person_id or offer.team_id, offer.state) for offer in found]


def told(person):
    with scope.whole_city():
        return set(Notice.objects.filter(person=person).values_list("kind", flat=True))


def planned(desk):
    """Pressed by the clerk, worked out by the worker."""
    answer = desk.post("/orders/desk/plans/")
    planning.work_out(Plan.objects.get().pk, LATER)
    return answer["Location"]


def test_a_plan_is_pressed_for_worked_out_and_read(desk):
    a_volunteer("mei")
    order = a_verified_order()

    address = planned(desk)
    ready = desk.get(address).content.decode()
    listed = desk.get("/orders/desk/?state=TO_DISPATCH").content.decode()

    assert re.search(r"建议人选.*?>1<|>1<.*?建议人选", ready, re.S)
    assert order.code in listed
    assert "建议 1 人" in listed
    assert offers(order)[0][1] == "PROPOSED"


def test_one_of_those_proposed_is_asked_from_the_page(desk):
    mei = a_volunteer("mei")
    order = a_verified_order()
    planned(desk)

    before = page_of(desk, order)
    offer = re.search(r'name="offer" value="(\d+)"', before)
    desk.post(f"{sheet(order)}offers/", {"offer": offer[1]})

    assert offers(order) == [(mei.pk, "OFFERED")]
    assert seen(order).state == "DISPATCHED"
    assert told(mei) == {"offer.made"}


def test_all_who_are_proposed_are_asked_at_once(desk):
    people = {a_volunteer(name).pk for name in ("mei", "lan")}
    order = a_verified_order(item_id=an_item("two", people=2).pk)
    planned(desk)

    assert "全部确认派出" in page_of(desk, order)
    desk.post(f"{sheet(order)}offers/")

    assert {person for person, _state in offers(order)} == people
    assert {state for _person, state in offers(order)} == {"OFFERED"}


def test_candidates_open_with_reasons_and_those_ticked_are_asked(desk):
    mei, _lan = a_volunteer("mei"), a_volunteer("lan")
    order = a_verified_order()

    page = desk.get(f"{sheet(order)}candidates/").content.decode()
    answer = desk.post(f"{sheet(order)}people/", {"person": [mei.pk]}, follow=True)

    assert page.count('name="person"') == 2
    assert "住处相距 " in page
    assert offers(order) == [(mei.pk, "OFFERED")]
    assert "王**" in answer.content.decode()


def test_nobody_ticked_asks_nobody_and_the_page_says_so(desk):
    order = a_verified_order()

    answer = desk.post(f"{sheet(order)}people/", follow=True)

    assert 'class="notice' in answer.content.decode()
    assert offers(order) == []


def test_a_team_is_asked_and_its_leader_is_told(desk):
    lan = a_volunteer("lan")
    team = a_team(place=a_place(), leader=lan)
    a_membership(team, a_volunteer("mei"))
    order = a_verified_order()

    page = desk.get(f"{sheet(order)}candidates/").content.decode()
    desk.post(f"{sheet(order)}team/", {"team": team.pk})

    assert team.name in page
    assert offers(order) == [(team.pk, "OFFERED")]
    assert team.name in page_of(desk, order)
    assert told(lan) == {"offer.made_to_team"}


def test_an_order_is_opened_to_whoever_is_first(desk):
    order = a_verified_order(item_id=an_item("grab", mode="GRAB").pk)
    assert "/opening/" in page_of(desk, order)

    desk.post(f"{sheet(order)}opening/")

    assert seen(order).state == "DISPATCHED"
    assert "/opening/" not in page_of(desk, order)


def test_what_somebody_was_asked_is_taken_back_and_they_are_told(desk):
    mei = a_volunteer("mei")
    order = a_verified_order()
    (offer,) = commands.offer_to(
        order_id=order.pk, person_ids=[mei.pk], actor=a_desk(), at=LATER
    )
    address = re.search(r'action="([^"]+/withdrawal/)"', page_of(desk, order))

    answer = desk.post(address[1])

    assert answer.status_code == 302
    assert offers(order) == [(mei.pk, "WITHDRAWN")]
    assert seen(order).state == "TO_DISPATCH"
    assert address[1] == f"{sheet(order)}offers/{offer.pk}/withdrawal/"


def test_an_offer_of_another_order_is_not_taken_back_from_here(desk):
    mei, other = a_volunteer("mei"), a_verified_order()
    order = a_verified_order()
    (offer,) = commands.offer_to(
        order_id=order.pk, person_ids=[mei.pk], actor=a_desk(), at=LATER
    )

    answer = desk.post(f"{sheet(other)}offers/{offer.pk}/withdrawal/")

    assert answer.status_code == 404
    assert offers(order) == [(mei.pk, "OFFERED")]


def test_a_plan_that_broke_off_says_so_in_words(desk):
    desk.post("/orders/desk/plans/")
    plan = Plan.objects.get()
    commands.fail_plan(plan_id=plan.pk, problem="OperationalError", at=LATER)

    for address in ("/orders/desk/plans/", f"/orders/desk/plans/{plan.code}/"):
        page = desk.get(address).content.decode()
        assert "运算期间数据库连接中断" in page
        assert "OperationalError" not in page


def test_where_the_list_is_narrowed_the_plan_button_says_for_what_it_plans(desk):
    a_verified_order()
    village = a_city().village

    whole = desk.get("/orders/desk/").content.decode()
    narrowed = desk.get(f"/orders/desk/?within={village.pk}&state=TO_DISPATCH").content.decode()

    assert "整个范围" in whole
    assert f"方案涵盖{village.name}全部待派点单" in narrowed
    assert "其他筛选条件不影响方案" in narrowed
