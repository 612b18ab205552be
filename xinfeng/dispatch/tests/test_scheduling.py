"""From the acceptance to the service: a time, a shift by invitation, and its attendance."""

from datetime import timedelta

import pytest

from xinfeng.activities import commands as activities
from xinfeng.activities.models import Activity, ActivityState, Audience, Signup, SignupState
from xinfeng.base import scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.dispatch import commands, solving
from xinfeng.dispatch.commands import answering, planning, scheduling
from xinfeng.dispatch.models import OfferState, Order, State, Step
from xinfeng.dispatch.queries.candidates import best_for
from xinfeng.dispatch.queries.serving import serving
from xinfeng.hours.models import Credit
from xinfeng.people import commands as people
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


# Of two one cannot come


def short(office, **more):
    """Mei and Lan agreed on tomorrow at nine; Mei cannot come."""
    mei, lan = a_volunteer("mei"), a_volunteer("lan")
    order = agreed(accepted(office, mei, lan, **more), mei)
    offer = order.offers.get(person=mei)
    commands.give_back(offer_id=offer.pk, actor=mei, at=NOW + 3 * HOUR)
    return Order.objects.get(pk=order.pk), mei, lan


def asks(order, office, person, at=NOW + 4 * HOUR):
    return commands.offer_to(order_id=order.pk, person_ids=[person.pk], actor=office, at=at)[0]


def test_the_desk_and_whoever_still_comes_are_told_that_somebody_is_missing(office):
    order, mei, lan = short(office)

    assert order.missing == 1
    assert "order.short_desk" in told(office)
    assert "order.short" in told(lan)
    assert "order.short" not in told(mei)
    assert list(Order.objects.short()) == [order]


def test_somebody_has_to_be_found_before_the_service_begins(office):
    order, _mei, _lan = short(office)

    assert NOW + 3 * HOUR < order.due_at <= order.shift.starts_at
    assert order.warned == 0


def test_whoever_is_asked_instead_joins_the_shift_at_its_time(office):
    order, _mei, _lan = short(office)
    tao, due_before = a_volunteer("tao"), order.due_at

    offer = asks(order, office, tao)
    assert offer.starts_at == TOMORROW_NINE
    commands.accept(offer_id=offer.pk, actor=tao, at=NOW + 5 * HOUR)

    order.refresh_from_db()
    assert (order.state, order.accepted, order.missing) == (State.SCHEDULED, 2, 0)
    assert Signup.objects.get(shift=order.shift, person=tao).state == SignupState.BOOKED
    assert order.due_at > due_before
    assert not Order.objects.short().exists()


def test_the_one_who_gave_it_back_is_not_asked_again_by_a_plan(office):
    order, mei, lan = short(office)

    asked = solving.waiting(order.division_id, NOW + 4 * HOUR)

    assert [one.pk for one in asked] == [order.pk]
    assert not {mei.pk, lan.pk} & {
        one.person_id for one in best_for(order.pk, at=NOW + 4 * HOUR).best
    }


def test_a_plan_proposes_somebody_for_the_time_that_is_agreed(office):
    order, _mei, _lan = short(office)
    tao = a_volunteer("tao")
    plan = commands.ask_for_plan(
        code="P", division_id=order.division_id // 1000 * 1000, actor=office, at=NOW + 4 * HOUR
    )

    planning.work_out(plan.pk, NOW + 4 * HOUR)

    proposed = order.offers.get(state=OfferState.PROPOSED)
    assert (proposed.person, proposed.starts_at) == (tao, TOMORROW_NINE)


def test_with_nobody_found_the_service_begins_with_those_who_come(office):
    order, _mei, lan = short(office)
    offer = asks(order, office, a_volunteer("tao"))

    comes(order, lan, TOMORROW_NINE)

    assert follow(order, TOMORROW_NINE) == State.IN_SERVICE
    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN
    # The search was in vain; the service is in time.
    assert Order.objects.get(pk=order.pk).late_steps == 0


def test_once_it_has_begun_nobody_is_asked_any_more(office):
    order, _mei, _lan = short(office)

    with pytest.raises(Refusal) as refusal:
        asks(order, office, a_volunteer("tao"), at=TOMORROW_NINE)

    assert refusal.value.code == "order_state"


def test_silence_ends_being_asked_and_the_order_stays_agreed(office):
    order, _mei, _lan = short(office)
    offer = asks(order, office, a_volunteer("tao"))

    assert order.pk in answering.to_lapse(offer.answer_by)
    commands.lapse(order_id=order.pk, at=offer.answer_by)

    offer.refresh_from_db()
    order.refresh_from_db()
    assert (offer.state, order.state) == (OfferState.LAPSED, State.SCHEDULED)


def test_an_order_to_grab_stands_on_the_open_list_again(office):
    item = an_item("grab", mode="GRAB", people=2)
    order, _mei, _lan = short(office, item=item)
    tao = a_volunteer("tao")
    assert order.pk in [one.pk for one in serving(tao, NOW + 4 * HOUR).pool]

    commands.grab(order_id=order.pk, actor=tao, at=NOW + 4 * HOUR)

    order.refresh_from_db()
    assert order.missing == 0
    assert Signup.objects.filter(shift=order.shift, person=tao).exists()


def test_when_the_last_one_goes_too_whoever_was_asked_instead_need_not_answer(office):
    order, _mei, lan = short(office)
    offer = asks(order, office, a_volunteer("tao"))

    commands.give_back(offer_id=order.offers.get(person=lan).pk, actor=lan, at=NOW + 5 * HOUR)

    order.refresh_from_db()
    offer.refresh_from_db()
    assert (order.state, order.accepted) == (State.TO_DISPATCH, 0)
    assert offer.state == OfferState.WITHDRAWN


def test_who_is_excused_from_the_shift_is_missing_as_well(office):
    mei, lan = a_volunteer("mei"), a_volunteer("lan")
    order = agreed(accepted(office, mei, lan), mei)
    place = Signup.objects.get(shift=order.shift, person=mei)
    activities.excuse(signup_id=place.pk, actor=order.activity.leader, at=NOW + 3 * HOUR)

    assert scheduling.to_follow(NOW + 3 * HOUR) == [order.pk]
    assert follow(order, NOW + 3 * HOUR) == State.SCHEDULED

    order.refresh_from_db()
    assert order.missing == 1
    assert order.offers.get(person=mei).state == OfferState.WITHDRAWN
    assert scheduling.to_follow(NOW + 3 * HOUR) == []


def test_an_account_that_ends_leaves_the_others_coming(office):
    mei, lan = a_volunteer("mei"), a_volunteer("lan")
    order = agreed(accepted(office, mei, lan), mei)

    people.close_account(person_id=mei.pk, actor=mei, at=NOW + 3 * HOUR)

    order.refresh_from_db()
    assert (order.state, order.missing) == (State.SCHEDULED, 1)
    assert "order.short_desk" in told(office)
