"""From the acceptance to the service: a time, a shift by invitation, and its attendance."""

from datetime import timedelta

import pytest

from xinfeng.activities import commands as activities
from xinfeng.activities.models import Activity, ActivityState, Audience, Signup, SignupState
from xinfeng.base import scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.dispatch import commands
from xinfeng.dispatch.commands import scheduling
from xinfeng.dispatch.models import OfferState, Order, State, Step
from xinfeng.hours.models import Credit
from xinfeng.people.models import Notice
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, a_city

from .volunteers import NOW, a_volunteer, a_waiting_order, an_item

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TOMORROW_NINE = NINE + DAY


@pytest.fixture(autouse=True)
def _reads_all(db):
    with scope.whole_city():
        yield


@pytest.fixture
def office():
    return an_office(a_city().township)


@pytest.fixture
def resident():
    return a_person("resident", volunteers=False)


def accepted(office, *people, **order):
    waiting = a_waiting_order(**{"people": len(people)} | order)
    offers = commands.offer_to(
        order_id=waiting.pk, person_ids=[one.pk for one in people], actor=office, at=NOW
    )
    for offer in offers:
        commands.accept(offer_id=offer.pk, actor=offer.person, at=NOW + HOUR)
    return Order.objects.get(pk=waiting.pk)


def agreed(order, actor, starts_at=TOMORROW_NINE, at=NOW + 2 * HOUR):
    return commands.agree_on_time(order_id=order.pk, starts_at=starts_at, actor=actor, at=at)


def follow(order, at):
    commands.follow(order_id=order.pk, at=at)
    return Order.objects.get(pk=order.pk).state


def comes(order, person, at):
    signup = Signup.objects.get(shift=order.shift_id, person=person)
    return activities.check_in(signup_id=signup.pk, actor=order.activity.leader, at=at)


def goes(order, person, at):
    signup = Signup.objects.get(shift=order.shift_id, person=person)
    return activities.check_out(signup_id=signup.pk, actor=order.activity.leader, at=at)


def verbs(order):
    return list(Step.objects.filter(order=order).order_by("pk").values_list("verb", flat=True))


def told(person):
    return set(Notice.objects.filter(person=person).values_list("kind", flat=True))


def test_the_agreed_time_is_a_shift_by_invitation_led_by_the_centre(office):
    mei = a_volunteer("mei")
    order = accepted(office, mei)

    order = agreed(order, mei)

    assert order.state == State.SCHEDULED
    assert order.shift.starts_at == TOMORROW_NINE
    activity = Activity.objects.get(pk=order.activity_id)
    assert (activity.audience, activity.leader) == (Audience.INVITED, office)
    assert activity.title == order.item.name
    booked = Signup.objects.get(shift=order.shift)
    assert (booked.person, booked.state) == (mei, SignupState.BOOKED)


def test_pressed_twice_it_is_agreed_once(office):
    mei = a_volunteer("mei")
    order = accepted(office, mei)

    assert agreed(order, mei).activity_id == agreed(order, mei).activity_id
    assert Activity.objects.filter(audience=Audience.INVITED).count() == 1


def test_another_time_moves_the_service_and_calls_the_first_shift_off(office):
    mei = a_volunteer("mei")
    first = agreed(accepted(office, mei), mei).activity_id

    order = agreed(Order.objects.get(), mei, TOMORROW_NINE + 5 * HOUR)

    assert Activity.objects.get(pk=first).state == ActivityState.CALLED_OFF
    assert order.shift.starts_at == TOMORROW_NINE + 5 * HOUR
    assert verbs(order)[-2:] == ["order.time_changed", "order.scheduled"]


@pytest.mark.parametrize("wrong", [NOW - HOUR, NOW + 61 * DAY])
def test_a_time_gone_by_or_far_away_is_refused(office, wrong):
    mei = a_volunteer("mei")
    order = accepted(office, mei)

    with pytest.raises(Refusal) as refusal:
        agreed(order, mei, wrong)

    assert refusal.value.code == "time_wrong"
    assert Order.objects.get().state == State.ACCEPTED


def test_only_who_has_accepted_agrees_on_the_time(office):
    mei, lan = a_volunteer("mei"), a_volunteer("lan")
    order = accepted(office, mei)

    with pytest.raises(Unknown):
        agreed(order, lan)
    with pytest.raises(Unknown):
        agreed(order, office)


def test_two_who_serve_together_are_both_booked_and_told(office):
    mei, lan = a_volunteer("mei"), a_volunteer("lan")
    order = accepted(office, mei, lan)

    order = agreed(order, mei)

    assert set(Signup.objects.filter(shift=order.shift).values_list("person", flat=True)) == {
        mei.pk, lan.pk,
    }  # fmt: skip
    assert "order.scheduled" in told(lan)


def test_check_in_and_check_out_carry_the_order_to_its_confirmation_and_earn_hours(office):
    mei = a_volunteer("mei")
    order = agreed(accepted(office, mei), mei)

    comes(order, mei, TOMORROW_NINE)
    assert follow(order, TOMORROW_NINE) == State.IN_SERVICE
    assert follow(order, TOMORROW_NINE) == State.IN_SERVICE
    goes(order, mei, TOMORROW_NINE + HOUR)
    assert follow(order, TOMORROW_NINE + HOUR) == State.TO_CONFIRM

    assert Credit.objects.get(person=mei).minutes == 60
    commands.close_service(order_id=order.pk, at=TOMORROW_NINE + HOUR)
    activity = Activity.objects.get(pk=order.activity_id)
    assert activity.state == ActivityState.HELD
    assert activity.recorded_on is not None


def test_the_minute_s_job_finds_what_has_something_new_to_say(office):
    mei, lan = a_volunteer("mei"), a_volunteer("lan")
    order = agreed(accepted(office, mei), mei)
    agreed(accepted(office, lan), lan)
    assert scheduling.to_follow(NOW + 3 * HOUR) == []

    comes(order, mei, TOMORROW_NINE)

    assert scheduling.to_follow(TOMORROW_NINE) == [order.pk]


def test_where_nobody_came_the_order_is_dispatched_again_and_the_resident_told(
    office, resident
):
    mei = a_volunteer("mei")
    order = agreed(accepted(office, mei, requester=resident), mei)
    assert follow(order, TOMORROW_NINE + HOUR) == State.SCHEDULED

    assert follow(order, TOMORROW_NINE + HOUR + scheduling.GRACE) == State.TO_DISPATCH

    order.refresh_from_db()
    assert (order.attempt, order.accepted, order.shift_id) == (2, 0, None)
    assert "order.missed" in told(resident)
    assert "order.missed_desk" in told(office)


def test_who_gives_it_back_frees_the_order_and_the_shift(office, resident):
    mei = a_volunteer("mei")
    order = agreed(accepted(office, mei, requester=resident), mei)
    offer = order.offers.get()
    activity = order.activity

    commands.give_back(offer_id=offer.pk, actor=mei, at=NOW + 3 * HOUR)

    order.refresh_from_db()
    offer.refresh_from_db()
    activity.refresh_from_db()
    follow(order, NOW + 3 * HOUR)
    order.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN
    assert (order.state, order.accepted) == (State.TO_DISPATCH, 0)
    assert activity.state == ActivityState.CALLED_OFF
    assert "order.given_back" in told(resident)


def test_of_two_the_other_still_comes(office):
    mei, lan = a_volunteer("mei"), a_volunteer("lan")
    order = agreed(accepted(office, mei, lan), mei)

    commands.give_back(offer_id=order.offers.get(person=mei).pk, actor=mei, at=NOW + 3 * HOUR)

    order.refresh_from_db()
    assert (order.state, order.accepted) == (State.SCHEDULED, 1)
    booked = Signup.objects.filter(shift=order.shift, state=SignupState.BOOKED)
    assert booked.get().person == lan


def test_a_risky_service_is_insured_by_the_city_s_policy(office, settings):
    mei = a_volunteer("mei")
    item = an_item("roof", risk="MEDIUM", name="检修电路")

    order = agreed(accepted(office, mei, item=item), mei)

    activity = Activity.objects.get(pk=order.activity_id)
    assert activity.insurance
    assert activity.insured_from <= activity.insured_until
