"""Deadlines of orders: yellow, red, the next office, and what only time ends."""

from datetime import timedelta

import pytest

from xinfeng.base import scope
from xinfeng.dispatch import commands, deadlines
from xinfeng.dispatch.models import OPEN, Order, State, Step
from xinfeng.journal.models import Entry
from xinfeng.people.models import Notice
from xinfeng.people.tests.build import a_person, an_office
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
    a_wish,
    an_accepted_order,
    an_item,
    an_order,
    at,
    scheduled,
    seen,
)

pytestmark = pytest.mark.django_db
CLOSES = at(1, 17, 30)  # Tuesday


def swept(when):
    return commands.sweep_deadlines(at=when)


def notices_of(person):
    with scope.whole_city():
        return list(Notice.objects.filter(person=person).order_by("pk"))


def verbs_of(order):
    return list(Step.objects.filter(order=order).order_by("pk").values_list("verb", flat=True))


def test_every_open_state_has_a_step_of_the_city_or_is_a_draft():
    assert set(deadlines.STEP_OF) | {State.DRAFT} == set(OPEN)


def test_an_urgent_order_is_to_be_verified_in_working_hours():
    order = seen(an_order(is_urgent=True))

    # Two working hours in the reference city.
    assert order.due_at == MONDAY + 2 * HOUR


def test_a_class_of_its_own_deadline_keeps_it():
    order = seen(an_accepted_order(a_person(), item_id=an_item(
        "appliance", menu_class=a_class("repairs", "家庭维修")
    ).pk))  # fmt: skip

    assert deadlines.due(order, State.SCHEDULED, MONDAY).due_at == MONDAY + timedelta(hours=120)


def test_a_later_day_that_the_resident_agreed_to_is_no_delay():
    order = scheduled(an_accepted_order(a_person()), a_desk())
    order.shift.ends_at = MONDAY + 20 * DAY

    assert deadlines.due(order, State.SCHEDULED, MONDAY).due_at == MONDAY + 21 * DAY


def test_an_order_in_time_is_left_alone():
    order = an_order()

    assert swept(MONDAY + HOUR) == (0, 0, 0, 0, 0)
    assert verbs_of(order) == ["order.placed"]


def test_half_of_the_time_gone_the_office_is_warned_once():
    desk, order = a_desk(), an_order()
    half = MONDAY + (CLOSES - MONDAY) / 2

    assert swept(half).yellow == 1
    assert swept(half + HOUR).yellow == 0
    assert seen(order).warned == 1
    assert [(n.kind, n.words["count"]) for n in notices_of(desk)] == [("orders.yellow", 1)]
    assert verbs_of(order)[-1] == "order.warned"


def test_an_overdue_order_goes_up_office_by_office_and_no_further():
    city = a_city()
    township, county, top = a_desk(), an_office(city.county), an_office(city.city)
    order = an_order()

    assert swept(CLOSES).red == 1
    assert swept(CLOSES + HOUR).escalated == 0
    assert swept(CLOSES + DAY).escalated == 1
    assert swept(CLOSES + 2 * DAY).escalated == 1
    assert swept(CLOSES + 30 * DAY).escalated == 0
    assert (seen(order).warned, seen(order).escalation) == (2, 2)
    assert [len(notices_of(who)) for who in (township, county, top)] == [1, 1, 1]
    assert verbs_of(order) == [
        "order.placed", "order.overdue", "order.escalated", "order.escalated",
    ]  # fmt: skip
    assert Entry.objects.filter(verb="order.escalated").count() == 2


def test_where_a_township_has_no_office_the_county_is_told_at_once():
    county = an_office(a_city().county)
    an_order()
    swept(CLOSES)

    assert [notice.kind for notice in notices_of(county)] == ["orders.red"]


def test_one_notice_tells_of_many_orders():
    desk = a_desk()
    for _n in range(4):
        an_order()
    swept(CLOSES)

    assert [notice.words["count"] for notice in notices_of(desk)] == [4]


def test_whoever_acts_begins_a_new_deadline_at_the_lowest_office():
    order = an_order()
    swept(CLOSES)
    swept(CLOSES + DAY)
    commands.verify(order_id=order.pk, how="PHONE", actor=a_desk(), at=CLOSES + DAY + HOUR)

    found = seen(order)
    assert (found.warned, found.escalation, found.escalates_at) == (0, 0, None)
    assert found.late_steps == 1


def test_who_does_not_rate_has_not_rated():
    order = a_served_order(a_person())
    commands.confirm(order_id=order.pk, actor=None, at=MONDAY + 2 * DAY, secret=SECRET)

    assert swept(MONDAY + 8 * DAY).ended == 0
    assert swept(MONDAY + 9 * DAY).ended == 1
    found = seen(order)
    assert (found.state, found.rated_at, found.late_steps) == ("CLOSED", None, 0)
    assert verbs_of(order)[-1] == "order.unrated"


def test_a_service_that_nobody_confirms_is_the_office_s_business():
    order = a_served_order(a_person())
    desk = a_desk()
    swept(MONDAY + 10 * DAY)

    assert (seen(order).state, seen(order).warned) == ("TO_CONFIRM", 2)
    assert notices_of(desk)[-1].kind == "orders.red"


def test_a_draft_that_is_never_sent_ends():
    mei = a_person()
    draft = commands.draft(new=a_wish(), actor=mei, at=MONDAY)

    assert swept(MONDAY + 13 * DAY).ended == 0
    assert swept(MONDAY + 14 * DAY).ended == 1
    assert (seen(draft).state, seen(draft).reason) == ("CANCELLED", "DRAFT_ENDED")


def test_an_order_on_hold_is_looked_at_again():
    order = a_verified_order()
    commands.hold(order_id=order.pk, reason="WEATHER", actor=a_desk(), at=MONDAY + 2 * HOUR)
    swept(MONDAY + 20 * DAY)

    assert (seen(order).state, seen(order).warned) == ("ON_HOLD", 2)


def test_a_complaint_without_an_answer_is_told_to_the_county_once():
    county = an_office(a_city().county)
    order = a_served_order(a_person())
    commands.complain(
        order_id=order.pk, code="C1", kind="FEE", text="收费", actor=None,
        at=MONDAY + 2 * DAY, secret=SECRET,
    )  # fmt: skip
    commands.confirm(order_id=order.pk, actor=None, at=MONDAY + 2 * DAY, secret=SECRET)

    assert swept(MONDAY + 5 * DAY).complaints == 0
    assert swept(MONDAY + 15 * DAY).complaints == 1
    assert swept(MONDAY + 15 * DAY).complaints == 0
    assert "complaints.red" in [notice.kind for notice in notices_of(county)]


def test_a_sweep_asks_the_same_few_questions_of_many_orders(django_assert_max_num_queries):
    a_desk()
    for n in range(12):
        an_order(actor=a_person(f"r{n}"))

    with django_assert_max_num_queries(40):
        assert swept(CLOSES).red == 12
    with scope.whole_city():
        assert Order.objects.filter(warned=2).count() == 12
