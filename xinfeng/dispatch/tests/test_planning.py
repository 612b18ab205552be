"""A plan proposes for all orders at once, says why where it cannot, and moves no promise."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from xinfeng.activities.tests.build import a_shift, a_signup
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden
from xinfeng.dispatch import solving
from xinfeng.dispatch.commands import ask_for_plan, begin_plan, keep_proposals, planning
from xinfeng.dispatch.models import Offer, OfferState, Order, PlanState, State, Unserved
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, a_city

from .test_candidates import an_offer
from .volunteers import (
    MONDAY_EVENING,
    MONDAY_MORNING,
    NOW,
    a_volunteer,
    a_waiting_order,
    an_item,
)

pytestmark = pytest.mark.django_db
TOWNSHIP = 430405007000


@pytest.fixture(autouse=True)
def _reads_all(db):
    with scope.whole_city():
        yield


@pytest.fixture
def office():
    return an_office(a_city().township)


def a_plan(office, code="PLAN1", at=NOW):
    plan = ask_for_plan(code=code, division_id=TOWNSHIP, actor=office, at=at)
    return planning.work_out(plan.pk, at)


def proposed(order=None):
    with scope.whole_city():
        offers = Offer.objects.filter(state=OfferState.PROPOSED).order_by(
            "order_id", "person_id"
        )
        return [
            (offer.order_id, offer.person_id)
            for offer in offers
            if order is None or offer.order_id == order.pk
        ]


def test_a_plan_serves_all_where_a_clerk_by_hand_would_not(office):
    both = a_volunteer("both", skills=("law", "repairs"))
    lawyer = a_volunteer("lawyer", village=a_city().next_village, skills=("law",))
    law = a_waiting_order(item=an_item("law", skills=["law"]), parts=MONDAY_EVENING)
    repair = a_waiting_order(item=an_item("repair", skills=["repairs"]), parts=MONDAY_EVENING)

    plan = a_plan(office)

    assert proposed() == [(law.pk, lawyer.pk), (repair.pk, both.pk)]
    assert plan.state == PlanState.DONE
    assert (plan.orders, plan.proposed, plan.unserved) == (2, 2, 0)
    assert plan.bound_m <= plan.cost_m < plan.greedy_cost_m


def test_proposing_asks_nobody_and_leaves_the_order_to_dispatch(office):
    a_volunteer("mei")
    order = a_waiting_order()

    a_plan(office)

    order.refresh_from_db()
    offer = Offer.objects.get()
    assert order.state == State.TO_DISPATCH
    assert (offer.offered_at, offer.answer_by) == (None, None)
    assert offer.starts_at == NINE + timedelta(days=1)
    assert offer.why["load"] == 0
    assert offer.proposed_by == office


def test_what_cannot_be_served_says_why(office):
    a_volunteer("mei", free=MONDAY_MORNING)
    a_volunteer("lan", village=a_city().other_village, free=MONDAY_EVENING, skills=("law",))
    no_one = a_waiting_order(item=an_item("farm", skills=["farming"]))
    evening = a_waiting_order(item=an_item("paper", qualifications=["driver"]))
    short = a_waiting_order(people=3, parts=MONDAY_MORNING)

    plan = a_plan(office)

    said = {row.order_id: row for row in Unserved.objects.order_by("order_id")}
    assert said[no_one.pk].why == "NOBODY_ABLE"
    assert said[evening.pk].why == "NOBODY_ABLE"
    assert said[evening.pk].details["qualifications"] == ["driver"]
    assert said[short.pk].short == 2
    assert said[short.pk].details | {"found": 1, "people": 3} == said[short.pk].details
    assert (plan.proposed, plan.unserved) == (1, 3)


def test_the_same_seed_gives_the_same_plan(office):
    for _ in range(12):
        a_volunteer()
    for _ in range(8):
        a_waiting_order(parts=MONDAY_MORNING | MONDAY_EVENING)

    first, again, other = (solving.solve(TOWNSHIP, seed, NOW) for seed in (7, 7, 8))

    assert first == again
    assert first.cost == other.cost


def test_a_plan_moves_nobody_who_has_accepted_or_is_asked(office):
    accepted, asked, free = a_volunteer("accepted"), a_volunteer("asked"), a_volunteer("free")
    order = a_waiting_order(people=2, parts=MONDAY_MORNING, state=State.DISPATCHED, accepted=1)
    an_offer(order, accepted)
    outstanding = a_waiting_order(state=State.DISPATCHED)
    an_offer(outstanding, asked, OfferState.OFFERED)
    before = list(Offer.objects.order_by("pk").values())

    a_plan(office)

    assert proposed() == [(order.pk, free.pk)]
    assert list(Offer.objects.exclude(state="PROPOSED").order_by("pk").values()) == before


def test_whoever_joins_others_comes_at_their_time(office):
    first, second = a_volunteer("first"), a_volunteer("second")
    order = a_waiting_order(people=2, state=State.DISPATCHED, accepted=1)
    an_offer(order, first, starts_at=NINE + timedelta(days=1, hours=10, minutes=30))

    a_plan(office)

    joined = Offer.objects.get(state=OfferState.PROPOSED)
    assert joined.person == second
    assert joined.starts_at == NINE + timedelta(days=1, hours=10, minutes=30)


def test_people_who_come_together_come_when_most_are_free(office):
    a_volunteer("morning", free=MONDAY_MORNING)
    for name in ("one", "two"):
        a_volunteer(name, free=MONDAY_EVENING)
    order = a_waiting_order(people=2, parts=MONDAY_MORNING | MONDAY_EVENING)

    a_plan(office)

    assert len(proposed(order)) == 2
    assert len({offer.starts_at for offer in Offer.objects.all()}) == 1


def test_planning_again_replaces_what_was_only_proposed(office):
    a_volunteer("mei")
    order = a_waiting_order()
    a_plan(office)
    Order.objects.filter(pk=order.pk).update(is_urgent=True)

    a_plan(office, "PLAN2")

    assert Offer.objects.get().plan.code == "PLAN2"


def test_an_order_that_moved_on_meanwhile_is_left_alone(office):
    a_volunteer("mei")
    order, other = a_waiting_order(), a_waiting_order()
    plan = ask_for_plan(code="P", division_id=TOWNSHIP, actor=office, at=NOW)
    begin_plan(plan_id=plan.pk, at=NOW)
    solution = solving.solve(TOWNSHIP, 1, NOW)
    Order.objects.filter(pk=order.pk).update(attempt=2)

    kept, _none = keep_proposals(
        plan_id=plan.pk, proposals=solution.proposals, unserved=solution.unserved,
        progress_percent=60, at=NOW,
    )  # fmt: skip

    assert kept == 1
    assert proposed() == [(other.pk, proposed(other)[0][1])]


def test_orders_of_another_area_are_not_touched(office):
    a_volunteer("mei")
    a_waiting_order(village=a_city().other_village)

    plan = a_plan(office)

    assert (plan.orders, plan.proposed) == (0, 0)
    assert not proposed()


def test_a_plan_without_volunteers_is_a_plan_too(office):
    order = a_waiting_order()

    plan = a_plan(office)

    assert (plan.orders, plan.unserved) == (1, 1)
    assert Unserved.objects.get(order=order).why == "NOBODY_ABLE"


def test_only_an_office_above_asks_for_a_plan(office):
    with pytest.raises(Forbidden):
        ask_for_plan(code="P", division_id=a_city().county.pk, actor=office, at=NOW)
    with pytest.raises(Forbidden):
        ask_for_plan(code="P", division_id=TOWNSHIP, actor=a_person("mei"), at=NOW)


def test_asking_twice_gives_one_plan_and_one_job(office):
    first = ask_for_plan(code="P", division_id=TOWNSHIP, actor=office, at=NOW)
    again = ask_for_plan(code="Q", division_id=TOWNSHIP, actor=office, at=NOW)

    assert again == first
    assert ProcrastinateJob.objects.filter(task_name=planning.JOB).count() == 1
    assert Entry.objects.filter(verb="plan.asked_for").count() == 1


def test_a_stalled_plan_ends_and_another_one_can_be_asked_for(office):
    plan = ask_for_plan(code="P", division_id=TOWNSHIP, actor=office, at=NOW)
    begin_plan(plan_id=plan.pk, at=NOW)
    later = NOW + timedelta(minutes=11)

    assert planning.stalled_plans(NOW) == []
    assert planning.stalled_plans(later) == [plan.pk]
    planning.fail_plan(plan_id=plan.pk, problem="stalled", at=later)

    assert planning.work_out(plan.pk, later) is None
    assert ask_for_plan(code="Q", division_id=TOWNSHIP, actor=office, at=later) != plan


def test_who_holds_a_shift_is_not_proposed_for_that_time(office):
    busy = a_volunteer("busy")
    a_signup(
        volunteer=busy,
        shift=a_shift(leader=a_person("lan"), starts_at=NINE + timedelta(days=1)),
    )
    order = a_waiting_order(parts=MONDAY_MORNING)

    a_plan(office)

    assert Unserved.objects.get(order=order).why == "NOBODY_FREE"


def test_all_who_were_asked_in_vain_are_counted(office):
    order = a_waiting_order()
    for name in ("one", "two"):
        an_offer(order, a_volunteer(name), OfferState.DECLINED)

    a_plan(office)

    said = Unserved.objects.get(order=order)
    assert (said.why, said.details["asked"]) == ("ALL_ASKED", 2)
