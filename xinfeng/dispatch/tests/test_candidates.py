"""The ten best for one order, each with reasons; where nobody is, why."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from xinfeng.activities.tests.build import a_shift, a_signup
from xinfeng.base import scope
from xinfeng.dispatch.explaining import Why
from xinfeng.dispatch.models import Offer, OfferState, Rating
from xinfeng.dispatch.queries import best_for
from xinfeng.people.models import Person, Qualification
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, a_city, a_division

from .volunteers import (
    MONDAY,
    MONDAY_EVENING,
    MONDAY_MORNING,
    NOW,
    a_volunteer,
    a_waiting_order,
    an_item,
)

pytestmark = pytest.mark.django_db
TOMORROW_NINE = NINE + timedelta(days=1)


def found(order):
    return best_for(order.pk, at=NOW)


def names(order):
    return [one.person_id for one in found(order).best]


def an_offer(order, person, state=OfferState.ACCEPTED, *, starts_at=TOMORROW_NINE, **more):
    ends = (
        {"answered_at": NOW, "answered_by": person} if state in ("ACCEPTED", "DECLINED") else {}
    )
    if state in ("LAPSED", "WITHDRAWN"):
        ends = {"ended_at": NOW}
    with scope.whole_city():
        return Offer.objects.create(
            order=order, attempt=order.attempt, division_id=order.division_id, person=person,
            state=state, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1),
            proposed_at=NOW, offered_at=NOW, answer_by=NOW + timedelta(days=1),
            reason="NO_TIME" if state == "DECLINED" else "", **ends | more,
        )  # fmt: skip


def test_the_nearest_comes_first_and_says_why():
    far = a_volunteer("far", village=a_city().next_village, skills=("law",))
    near = a_volunteer("near", skills=("law",))
    a_volunteer("unable")
    order = a_waiting_order(item=an_item(skills=["law"]), parts=MONDAY_EVENING)

    best = found(order).best

    assert [one.person_id for one in best] == [near.pk, far.pk]
    assert best[0].metres < best[1].metres
    assert best[0].name == "王**"
    with translation.override("en"):
        assert best[0].reasons[1:] == [
            "skilled in legal advice", "free on Monday 18 July, evening",
            "served no order in the last 90 days", "not rated yet",
        ]  # fmt: skip


def test_who_has_served_less_and_better_is_asked_before_a_neighbour():
    tired, fresh, praised = a_volunteer("tired"), a_volunteer("fresh"), a_volunteer("praised")
    for _ in range(2):
        an_offer(a_waiting_order(), tired, starts_at=NINE - timedelta(days=20))
    past = a_waiting_order()
    an_offer(past, praised, starts_at=NINE - timedelta(days=100))
    with scope.whole_city():
        Rating.objects.create(
            order=past, attempt=1, division_id=past.division_id, overall=5, by="RESIDENT",
            rated_at=NOW, rated_on=MONDAY,
        )  # fmt: skip

    best = found(a_waiting_order()).best

    assert [one.person_id for one in best] == [praised.pk, fresh.pk, tired.pk]
    assert [one.why["load"] for one in best] == [0, 0, 2]
    assert [one.why["rating"] for one in best] == [500, None, None]


def test_who_holds_a_shift_at_that_time_is_not_free():
    busy, free = a_volunteer("busy"), a_volunteer("free")
    shift = a_shift(leader=a_person("lan"), starts_at=TOMORROW_NINE)
    a_signup(volunteer=busy, shift=shift)

    assert names(a_waiting_order(parts=MONDAY_MORNING)) == [free.pk]
    assert set(names(a_waiting_order(parts=MONDAY_EVENING))) == {busy.pk, free.pk}


def test_who_is_asked_for_another_order_then_is_not_free():
    busy = a_volunteer("busy")
    an_offer(a_waiting_order(), busy, OfferState.OFFERED)

    assert found(a_waiting_order(parts=MONDAY_MORNING)).why == Why.NOBODY_FREE


def test_nobody_holds_more_orders_than_the_city_allows():
    willing = a_volunteer("willing")
    for days in (2, 3, 4):
        an_offer(a_waiting_order(), willing, starts_at=NINE + timedelta(days=days))

    assert names(a_waiting_order()) == []


def test_whoever_was_asked_before_is_not_asked_again():
    said_no = a_volunteer("no")
    order = a_waiting_order()
    an_offer(order, said_no, OfferState.DECLINED)

    said = found(order)

    assert said.best == []
    assert said.why == Why.ALL_ASKED
    with translation.override("en"):
        assert said.sentence == "1 person who fits was asked already and cannot come."


def test_nobody_is_sent_to_their_own_order():
    mei = a_volunteer("mei")

    assert names(a_waiting_order(placed_by=mei)) == []
    assert names(a_waiting_order(requester=mei)) == []


@pytest.mark.parametrize(
    ("item", "order", "born_on", "comes"),
    [
        ({}, {}, date(2006, 1, 1), True),
        ({}, {}, date(2012, 1, 1), False),
        ({}, {}, None, True),
        ({"risk": "MEDIUM"}, {}, date(2006, 1, 1), False),
        ({"risk": "MEDIUM"}, {}, None, False),
        ({"risk": "MEDIUM"}, {}, date(1990, 1, 1), True),
        ({"min_age": 30}, {}, date(2000, 1, 1), False),
        ({}, {"is_for_minor": True, "is_proxy": True, "relation": "FAMILY"},
         date(2006, 1, 1), False),
    ],
)  # fmt: skip
def test_minors_are_kept_from_what_is_not_for_them(item, order, born_on, comes):
    a_volunteer("young", born_on=born_on)

    assert bool(names(a_waiting_order(item=an_item(**item), **order))) is comes


def test_a_certificate_counts_only_checked_and_valid():
    driver = a_volunteer("driver", papers=("driver",))
    expired = a_volunteer("expired", papers=("driver",))
    unchecked = a_volunteer("unchecked", papers=("driver",))
    with scope.whole_city():
        expired_paper = _paper(expired)
        expired_paper.update(valid_until=date(2022, 7, 1))
        _paper(unchecked).update(checked_at=None, checked_by=None)

    assert names(a_waiting_order(item=an_item(qualifications=["driver"]))) == [driver.pk]


def _paper(person):
    return Qualification.objects.filter(person=person)


def test_the_language_is_one_that_the_volunteer_knows():
    local = a_volunteer("local", languages=("mandarin", "hengyang"))
    a_volunteer("guest")

    assert names(a_waiting_order(language="hengyang")) == [local.pk]


def test_who_has_not_said_when_is_asked_after_those_who_have():
    unsaid = a_volunteer("unsaid", free=None)
    said = a_volunteer("said", village=a_city().next_village)

    best = found(a_waiting_order()).best

    assert [one.person_id for one in best] == [said.pk, unsaid.pk]
    assert best[1].why["is_free"] is None


def test_who_left_or_closed_the_account_is_not_asked():
    left, closed = a_volunteer("left"), a_volunteer("closed")
    Person.objects.filter(pk=left.pk).update(left_on=MONDAY)
    Person.objects.filter(pk=closed.pk).update(state="CLOSED")

    assert names(a_waiting_order()) == []


def test_why_nobody_is_found_is_said_of_the_whole_city():
    far = a_division(430482206214, "阳山村")
    a_volunteer("far", village=far, skills=("law",))
    a_volunteer("busy", skills=("repairs",), free=MONDAY_MORNING)

    no_one = found(a_waiting_order(item=an_item(skills=["farming"])))
    distant = found(a_waiting_order(item=an_item(skills=["law"])))
    not_free = found(a_waiting_order(item=an_item(skills=["repairs"]), parts=MONDAY_EVENING))
    too_late = found(a_waiting_order(wished=(date(2022, 7, 1), date(2022, 7, 2))))
    later = found(a_waiting_order(wished=(date(2022, 12, 1), date(2022, 12, 2))))

    assert no_one.why == Why.NOBODY_ABLE
    assert distant.why == Why.NOBODY_NEAR
    assert distant.details["nearest_m"] > 8000
    assert not_free.why == Why.NOBODY_FREE
    assert too_late.why == Why.TIME_PASSED
    assert later.why == Why.NOT_YET


def test_ten_of_many_are_the_best_and_few_questions_are_asked(django_assert_max_num_queries):
    for _ in range(14):
        a_volunteer()
    order = a_waiting_order()

    with django_assert_max_num_queries(20):
        best = found(order).best

    assert len(best) == 10
    assert [one.cost for one in best] == sorted(one.cost for one in best)
