"""Two steps at once, started at a barrier: one of them holds, and the order stays whole."""

from datetime import timedelta

import pytest

from xinfeng.activities.models import Activity, ActivityState, Signup, SignupState
from xinfeng.base import scope
from xinfeng.dispatch import commands
from xinfeng.dispatch.models import CANCELLATIONS, REFUSALS, OfferState, Order, State, Step
from xinfeng.people.tests.build import an_office
from xinfeng.places.tests.build import NINE, a_city

from .build import MONDAY, SECRET, a_contact, a_desk, a_wish, an_order
from .test_races import accepting, asked, now, together
from .volunteers import NOW, a_volunteer

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
LATER = MONDAY + HOUR
TOMORROW_NINE = NINE + timedelta(days=1)
# A race that is lost one time in ten is not seen in one.
TIMES = range(2)


@pytest.fixture
def township():
    return a_desk()


@pytest.fixture
def county():
    return an_office(a_city().county)


def verbs(order):
    with scope.whole_city():
        steps = Step.objects.filter(order=order).order_by("pk")
        return list(steps.values_list("verb", flat=True))


def verifying(order, office):
    return lambda: commands.verify(order_id=order.pk, how="PHONE", actor=office, at=LATER)


# Verifying


@pytest.mark.parametrize("_time", TIMES)
def test_two_offices_verify_one_order_once(township, county, _time):
    order = an_order()

    said = together(verifying(order, township), verifying(order, county))

    assert said == ["done", "done"]
    assert verbs(order).count("order.verified") == 1


@pytest.mark.parametrize("_time", TIMES)
def test_one_verifies_what_another_refuses(township, county, _time):
    order = an_order()

    def refusing():
        commands.refuse(order_id=order.pk, reason=REFUSALS[0], actor=county, at=LATER)

    said = together(verifying(order, township), refusing)

    # Whoever was second is told that it has moved on, and nothing of theirs is written.
    assert sorted(said) == ["done", "order_state"]
    assert len(verbs(order)) == 2
    assert now(order)[0].state in (State.TO_DISPATCH, State.REFUSED)


@pytest.mark.parametrize("_time", TIMES)
def test_one_verifies_what_the_resident_cancels(township, _time):
    order = an_order()

    def cancelling():
        commands.cancel(
            order_id=order.pk, reason=CANCELLATIONS[0], actor=None, at=LATER, secret=SECRET
        )

    said = together(verifying(order, township), cancelling)

    # A verified order can still be cancelled; a cancelled one is not verified.
    assert said[1] == "done"
    assert now(order)[0].state == State.CANCELLED


# Merging


@pytest.mark.parametrize("_time", TIMES)
def test_two_clerks_merge_two_orders_both_ways(township, county, _time):
    first = an_order()
    second = an_order(contact=a_contact(phone="13873400002"))

    def merging(order, into, office):
        return lambda: commands.merge(
            order_id=order.pk, into_id=into.pk, actor=office, at=LATER
        )

    said = together(merging(first, second, township), merging(second, first, county))

    assert sorted(said) == ["done", "merge_impossible"]
    states = {now(first)[0].state, now(second)[0].state}
    assert states == {State.MERGED, State.TO_VERIFY}


@pytest.mark.parametrize("_time", TIMES)
def test_one_verifies_what_another_merges(township, county, _time):
    order = an_order()
    into = an_order(contact=a_contact(phone="13873400002"))

    said = together(
        verifying(order, township),
        lambda: commands.merge(order_id=order.pk, into_id=into.pk, actor=county, at=LATER),
    )

    # What was verified can still be merged; what was merged is verified no more.
    assert said[1] == "done"
    merged, _states = now(order)
    assert (merged.state, merged.merged_into_id) == (State.MERGED, into.pk)
    assert now(into)[0].state == State.TO_VERIFY


# One form


@pytest.mark.parametrize("_time", TIMES)
def test_one_form_that_is_sent_twice_at_once_places_one_order(_time):
    wish = a_wish()

    def sending():
        commands.place(new=wish, actor=None, at=MONDAY)

    assert together(sending, sending, sending) == ["done"] * 3
    with scope.whole_city():
        assert Order.objects.filter(client_id=wish.client_id).count() == 1


@pytest.mark.parametrize("_time", TIMES)
def test_a_form_that_is_kept_and_sent_at_once_is_one_order(township, _time):
    wish = a_wish(channel="PHONE")

    said = together(
        lambda: commands.draft(new=wish, actor=township, at=MONDAY),
        lambda: commands.place(new=wish, actor=township, at=MONDAY),
    )

    assert said == ["done", "done"]
    with scope.whole_city():
        placed = Order.objects.get(client_id=wish.client_id)
    assert placed.state == State.TO_VERIFY


# A time is agreed while somebody gives it back


def two_who_come(office):
    mei, lan = a_volunteer("mei"), a_volunteer("lan")
    order, offers = asked(office, mei, lan, people=2)
    for offer in offers:
        accepting(offer, NOW + HOUR)()
    return order, {offer.person: offer for offer in offers}, mei, lan


def agreeing(order, who):
    return lambda: commands.agree_on_time(
        order_id=order.pk, starts_at=TOMORROW_NINE, actor=who, at=NOW + 2 * HOUR
    )


def giving_back(offer):
    person = offer.person
    return lambda: commands.give_back(offer_id=offer.pk, actor=person, at=NOW + 2 * HOUR)


def booked(order):
    with scope.whole_city():
        here = Signup.objects.filter(shift=order.shift_id, state=SignupState.BOOKED)
        return set(here.values_list("person", flat=True))


@pytest.mark.parametrize("_time", TIMES)
def test_one_agrees_on_a_time_while_the_other_gives_it_back(_time):
    order, offers, mei, lan = two_who_come(an_office(a_city().township))

    together(agreeing(order, mei), giving_back(offers[lan]))

    order, states = now(order)
    assert states == [OfferState.ACCEPTED, OfferState.WITHDRAWN]
    assert order.accepted == 1
    # Given back first, nothing is agreed on; agreed first, it goes on short of one.
    assert order.state in (State.TO_DISPATCH, State.SCHEDULED)
    if order.state == State.SCHEDULED:
        assert booked(order) == {mei.pk}


@pytest.mark.parametrize("_time", TIMES)
def test_the_only_one_agrees_and_gives_back_at_once(_time):
    mei = a_volunteer("mei")
    order, (offer,) = asked(an_office(a_city().township), mei)
    accepting(offer, NOW + HOUR)()

    together(agreeing(order, mei), giving_back(offer))

    order, states = now(order)
    assert (order.state, order.accepted, order.shift_id) == (State.TO_DISPATCH, 0, None)
    assert states == [OfferState.WITHDRAWN]
    assert not Activity.objects.filter(state=ActivityState.ANNOUNCED).exists()


@pytest.mark.parametrize("_time", TIMES)
def test_both_give_an_agreed_order_back_at_once(_time):
    order, offers, mei, lan = two_who_come(an_office(a_city().township))
    agreeing(order, mei)()

    said = together(giving_back(offers[mei]), giving_back(offers[lan]))

    assert said == ["done", "done"]
    order, states = now(order)
    assert (order.state, order.accepted, order.attempt) == (State.TO_DISPATCH, 0, 2)
    assert states == [OfferState.WITHDRAWN] * 2
    assert not Activity.objects.filter(state=ActivityState.ANNOUNCED).exists()


@pytest.mark.parametrize("_time", TIMES)
def test_two_accept_the_place_of_the_one_who_dropped_out(_time):
    office = an_office(a_city().township)
    order, offers, mei, lan = two_who_come(office)
    agreeing(order, mei)()
    giving_back(offers[lan])()
    tao, wei = a_volunteer("tao"), a_volunteer("wei")
    instead = commands.offer_to(
        order_id=order.pk, person_ids=[tao.pk, wei.pk], actor=office, at=NOW + 3 * HOUR
    )

    said = together(*(accepting(offer, NOW + 4 * HOUR) for offer in instead))

    assert said.count("done") == 1
    order, states = now(order)
    assert (order.state, order.accepted) == (State.SCHEDULED, 2)
    assert states.count(OfferState.ACCEPTED) == 2
    assert len(booked(order)) == 2
