"""The centre asks, people answer for themselves, silence is an answer, nobody is doubled."""

from datetime import date, timedelta

import pytest

from xinfeng.activities.tests.build import a_shift, a_signup
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.dispatch import commands
from xinfeng.dispatch.models import Decline, Offer, OfferState, Order, State, Step
from xinfeng.dispatch.queries import best_for
from xinfeng.journal.models import Entry
from xinfeng.people.models import Notice, Person
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.teams.models import Membership, Team

from .volunteers import MONDAY, NOW, a_volunteer, a_waiting_order, an_item

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
TOMORROW_NINE = NINE + timedelta(days=1)


@pytest.fixture(autouse=True)
def _reads_all(db):
    with scope.whole_city():
        yield


@pytest.fixture
def office():
    return an_office(a_city().township)


def asked(office, *people, order=None, at=NOW):
    order = order or a_waiting_order()
    return commands.offer_to(
        order_id=order.pk, person_ids=[one.pk for one in people], actor=office, at=at
    )


def accepts(offer, at=LATER):
    return commands.accept(offer_id=offer.pk, actor=offer.person, at=at)


def declines(offer, at=LATER, reason=Decline.NO_TIME):
    return commands.decline(offer_id=offer.pk, reason=reason, actor=offer.person, at=at)


def state(order):
    return Order.objects.get(pk=order.pk).state


def told(person):
    return list(
        Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True)
    )


def test_who_is_asked_is_told_and_the_order_waits_for_the_answer(office):
    mei = a_volunteer("mei")

    (offer,) = asked(office, mei)

    assert offer.state == OfferState.OFFERED
    assert offer.answer_by == NOW + timedelta(hours=24) - timedelta(hours=0, minutes=10)
    assert state(offer.order) == State.DISPATCHED
    assert told(mei) == ["offer.made"]
    assert Entry.objects.filter(verb="order.dispatched").count() == 1


def test_the_answer_is_due_before_the_service():
    office, mei = an_office(a_city().township), a_volunteer("mei")
    order = a_waiting_order(wished=(date(2022, 7, 17), date(2022, 7, 17)))

    (offer,) = asked(office, mei, order=order)

    assert offer.answer_by < offer.starts_at


def test_asking_twice_asks_once(office):
    mei, order = a_volunteer("mei"), a_waiting_order()

    first, again = asked(office, mei, order=order), asked(office, mei, order=order)

    assert first == again
    assert told(mei) == ["offer.made"]


def test_accepting_fills_the_order_and_frees_the_others(office):
    mei, lan = a_volunteer("mei"), a_volunteer("lan")
    order = a_waiting_order()
    first, second = asked(office, mei, lan, order=order)

    accepts(first)

    order.refresh_from_db()
    second.refresh_from_db()
    assert (order.state, order.accepted) == (State.ACCEPTED, 1)
    assert second.state == OfferState.WITHDRAWN
    assert told(lan) == ["offer.made", "offer.withdrawn"]
    with pytest.raises(Refusal) as refusal:
        accepts(second)
    assert refusal.value.code == "offer_ended"


def test_accepting_again_changes_nothing(office):
    (offer,) = asked(office, a_volunteer("mei"))
    accepts(offer)

    assert accepts(offer).answered_at == LATER
    assert Order.objects.get(pk=offer.order_id).accepted == 1
    assert Step.objects.filter(order=offer.order, verb="order.accepted").count() == 1


def test_nobody_accepts_for_another(office):
    (offer,) = asked(office, a_volunteer("mei"))

    for stranger in (office, a_volunteer("lan")):
        with pytest.raises(Unknown):
            commands.accept(offer_id=offer.pk, actor=stranger, at=LATER)


def test_what_is_only_proposed_is_no_offer_yet(office):
    mei, order = a_volunteer("mei"), a_waiting_order()
    plan = commands.ask_for_plan(code="P", division_id=430405007000, actor=office, at=NOW)
    commands.planning.work_out(plan.pk, NOW)
    offer = Offer.objects.get()

    with pytest.raises(Unknown):
        commands.accept(offer_id=offer.pk, actor=mei, at=NOW)
    commands.offer_proposed(order_id=order.pk, actor=office, at=NOW)

    assert accepts(offer).state == OfferState.ACCEPTED


def test_the_centre_may_ask_somebody_else_than_proposed(office):
    mei, order = a_volunteer("mei"), a_waiting_order()
    lan = a_volunteer("lan", village=a_city().other_village)
    plan = commands.ask_for_plan(code="P", division_id=430405007000, actor=office, at=NOW)
    commands.planning.work_out(plan.pk, NOW)

    asked(office, lan, order=order)

    assert [(o.person, o.state) for o in Offer.objects.all()] == [(lan, OfferState.OFFERED)]
    assert told(mei) == []


def test_a_proposal_that_cannot_be_kept_any_more_is_not_offered(office):
    mei, order = a_volunteer("mei"), a_waiting_order()
    plan = commands.ask_for_plan(code="P", division_id=430405007000, actor=office, at=NOW)
    commands.planning.work_out(plan.pk, NOW)
    a_signup(volunteer=mei, shift=a_shift(leader=a_person("lan"), starts_at=TOMORROW_NINE))

    with pytest.raises(Refusal) as refusal:
        commands.offer_proposed(order_id=order.pk, actor=office, at=NOW)

    assert refusal.value.code == "proposal_stale"


def test_when_all_decline_the_order_goes_back(office):
    first, second = asked(office, a_volunteer("mei"), a_volunteer("lan"))

    declines(first)
    assert state(first.order) == State.DISPATCHED
    declines(second, reason=Decline.TOO_FAR)

    order = Order.objects.get(pk=first.order_id)
    assert order.state == State.TO_DISPATCH
    assert order.attempt == 1
    assert (
        Step.objects.filter(order=order, verb="order.returned").get().reason == "ALL_DECLINED"
    )
    assert best_for(order.pk, at=LATER).why == "ALL_ASKED"


def test_who_declined_is_not_asked_again(office):
    mei, lan = a_volunteer("mei"), a_volunteer("lan")
    order = a_waiting_order()
    first, _second = asked(office, mei, lan, order=order)
    declines(first)

    with pytest.raises(Refusal) as refusal:
        asked(office, mei, order=order)

    assert refusal.value.code == "declined_before"


def test_silence_returns_the_order_to_the_pool(office):
    mei = a_volunteer("mei")
    (offer,) = asked(office, mei)
    late = offer.answer_by

    assert commands.answering.to_lapse(late - timedelta(minutes=1)) == []
    assert commands.answering.to_lapse(late) == [offer.order_id]
    assert commands.lapse(order_id=offer.order_id, at=late) == 1

    offer.refresh_from_db()
    assert offer.state == OfferState.LAPSED
    assert state(offer.order) == State.TO_DISPATCH
    assert told(mei) == ["offer.made", "offer.lapsed"]
    assert commands.lapse(order_id=offer.order_id, at=late) == 0


def test_after_its_time_an_offer_is_not_accepted_even_before_the_sweep(office):
    (offer,) = asked(office, a_volunteer("mei"))

    with pytest.raises(Refusal) as refusal:
        accepts(offer, at=offer.answer_by)

    assert refusal.value.code == "offer_late"


def test_two_are_needed_and_one_has_accepted(office):
    mei, lan = a_volunteer("mei"), a_volunteer("lan")
    order = a_waiting_order(people=2)
    first, second = asked(office, mei, lan, order=order)

    accepts(first)
    declines(second)

    order.refresh_from_db()
    assert (order.state, order.accepted) == (State.DISPATCHED, 1)
    assert order.due_at is not None
    third = a_volunteer("third")
    (more,) = asked(office, third, order=order)
    assert more.starts_at == first.starts_at
    accepts(more)
    assert state(order) == State.ACCEPTED


def test_the_centre_takes_back_what_was_not_answered(office):
    mei = a_volunteer("mei")
    (offer,) = asked(office, mei)

    commands.withdraw(offer_id=offer.pk, actor=office, at=LATER)

    assert state(offer.order) == State.TO_DISPATCH
    assert told(mei) == ["offer.made", "offer.withdrawn"]
    assert commands.withdraw(offer_id=offer.pk, actor=office, at=LATER).state == "WITHDRAWN"


def test_what_was_accepted_is_not_taken_back_by_the_centre(office):
    (offer,) = asked(office, a_volunteer("mei"))
    accepts(offer)

    with pytest.raises(Refusal) as refusal:
        commands.withdraw(offer_id=offer.pk, actor=office, at=LATER)

    assert refusal.value.code == "offer_answered"


def test_nobody_asks_themselves_or_of_their_own_order(office):
    mei = a_volunteer("mei")

    with pytest.raises(Forbidden):
        asked(office, office)
    with pytest.raises(Refusal) as refusal:
        asked(office, mei, order=a_waiting_order(placed_by=mei))
    assert refusal.value.code == "own_order"


def test_only_the_desk_of_the_village_asks(office):
    mei, order = a_volunteer("mei"), a_waiting_order(village=a_city().other_village)

    for nobody in (office, mei):
        with pytest.raises(Unknown):
            commands.offer_to(order_id=order.pk, person_ids=[mei.pk], actor=nobody, at=NOW)


@pytest.mark.parametrize(
    "item", [{"skills": ["law"]}, {"qualifications": ["driver"]}, {"risk": "MEDIUM"}]
)
def test_who_does_not_fit_is_not_asked(office, item):
    young = a_volunteer("young", born_on=date(2006, 1, 1))
    order = a_waiting_order(item=an_item("special", **item))

    with pytest.raises(Refusal) as refusal:
        asked(office, young, order=order)

    assert refusal.value.code == "not_fit"
    assert state(order) == State.TO_DISPATCH


def test_who_does_not_fit_any_more_does_not_accept(office):
    mei = a_volunteer("mei")
    (offer,) = asked(office, mei)
    Person.objects.filter(pk=mei.pk).update(left_on=MONDAY)
    mei.refresh_from_db()

    with pytest.raises(Forbidden):
        commands.accept(offer_id=offer.pk, actor=mei, at=LATER)


def test_nobody_promises_one_time_twice(office):
    mei = a_volunteer("mei")
    first, second = a_waiting_order(), a_waiting_order()
    (one,) = commands.offer_to(
        order_id=first.pk, person_ids=[mei.pk], actor=office, at=NOW, starts_at=TOMORROW_NINE
    )
    accepts(one)

    with pytest.raises(Refusal) as refusal:
        commands.offer_to(
            order_id=second.pk, person_ids=[mei.pk], actor=office, at=NOW,
            starts_at=TOMORROW_NINE + timedelta(minutes=30),
        )  # fmt: skip

    assert refusal.value.code == "not_fit"


# Open to whoever is first


def an_open_order(office=None, **more):
    order = a_waiting_order(item=an_item("grab", mode="GRAB"), **more)
    if office is None:
        commands.open_waiting(order_id=order.pk, at=NOW)
    else:
        commands.open_to_all(order_id=order.pk, actor=office, at=NOW)
    return order


def test_the_first_who_fits_takes_an_open_order(office):
    mei, lan = a_volunteer("mei"), a_volunteer("lan")
    order = an_open_order(office)

    offer = commands.grab(order_id=order.pk, actor=mei, at=LATER)

    assert offer.state == OfferState.ACCEPTED
    assert offer.answered_by == mei
    assert state(order) == State.ACCEPTED
    assert commands.grab(order_id=order.pk, actor=mei, at=LATER) == offer
    with pytest.raises(Refusal) as refusal:
        commands.grab(order_id=order.pk, actor=lan, at=LATER)
    assert refusal.value.code == "order_taken"


def test_time_opens_what_was_verified_once(office):
    order = an_open_order()
    assert state(order) == State.DISPATCHED

    order.refresh_from_db()
    assert commands.answering.to_lapse(order.due_at) == [order.pk]
    commands.lapse(order_id=order.pk, at=order.due_at)

    assert state(order) == State.TO_DISPATCH
    assert commands.open_waiting(order_id=order.pk, at=LATER) is None
    assert commands.open_to_all(order_id=order.pk, actor=office, at=LATER).state == "DISPATCHED"


def test_only_who_fits_takes_it():
    order = a_waiting_order(item=an_item("grab", mode="GRAB", skills=["law"]))
    commands.open_waiting(order_id=order.pk, at=NOW)
    resident = a_person("resident", volunteers=False)

    with pytest.raises(Refusal) as refusal:
        commands.grab(order_id=order.pk, actor=a_volunteer("mei"), at=LATER)
    assert refusal.value.code == "not_fit"
    with pytest.raises(Forbidden):
        commands.grab(order_id=order.pk, actor=resident, at=LATER)


def test_nobody_takes_their_own_order():
    mei = a_volunteer("mei")
    order = an_open_order(placed_by=mei)

    with pytest.raises(Refusal):
        commands.grab(order_id=order.pk, actor=mei, at=LATER)


def test_an_order_that_is_assigned_is_not_taken(office):
    (offer,) = asked(office, a_volunteer("mei"))

    with pytest.raises(Unknown):
        commands.grab(order_id=offer.order_id, actor=a_volunteer("lan"), at=LATER)


# Teams


def a_team(leader, *members):
    team = Team.objects.create(
        code=f"T{leader.pk}", name="暖心队", kind="COMMUNITY", division=a_city().village,
        leader=leader, founded_on=date(2020, 1, 1),
    )  # fmt: skip
    for member in members:
        Membership.objects.create(
            team=team, person=member, division_id=team.division_id,
            starts_on=date(2020, 1, 1),
        )  # fmt: skip
    return team


def test_a_leader_accepts_for_the_team_and_members_for_themselves(office):
    lan, mei, ann = a_volunteer("lan"), a_volunteer("mei"), a_volunteer("ann")
    team, order = a_team(lan, lan, mei, ann), a_waiting_order(people=2)
    offer = commands.offer_to_team(order_id=order.pk, team_id=team.pk, actor=office, at=NOW)

    passed = commands.accept_for_team(
        offer_id=offer.pk, member_ids=[mei.pk, ann.pk], actor=lan, at=LATER
    )

    order.refresh_from_db()
    assert (order.state, order.accepted) == (State.DISPATCHED, 0)
    assert {one.through_id for one in passed} == {offer.pk}
    assert told(lan) == ["offer.made_to_team"]
    assert told(mei) == ["offer.made"]
    for one in passed:
        accepts(one)
    order.refresh_from_db()
    assert (order.state, order.accepted) == (State.ACCEPTED, 2)


def test_a_team_that_does_not_fill_an_order_gives_it_back(office):
    lan, mei = a_volunteer("lan"), a_volunteer("mei")
    team, order = a_team(lan, lan, mei), a_waiting_order()
    offer = commands.offer_to_team(order_id=order.pk, team_id=team.pk, actor=office, at=NOW)
    (passed,) = commands.accept_for_team(
        offer_id=offer.pk, member_ids=[mei.pk], actor=lan, at=LATER
    )
    declines(passed, at=LATER)
    offer.refresh_from_db()
    assert state(order) == State.DISPATCHED

    assert commands.answering.to_lapse(offer.answer_by) == [order.pk]
    commands.lapse(order_id=order.pk, at=offer.answer_by)

    assert state(order) == State.TO_DISPATCH


def test_only_the_leader_answers_for_the_team_and_only_of_its_members(office):
    lan, mei, stranger = a_volunteer("lan"), a_volunteer("mei"), a_volunteer("stranger")
    team, order = a_team(lan, mei), a_waiting_order()
    offer = commands.offer_to_team(order_id=order.pk, team_id=team.pk, actor=office, at=NOW)

    with pytest.raises(Unknown):
        commands.accept_for_team(offer_id=offer.pk, member_ids=[mei.pk], actor=mei, at=LATER)
    with pytest.raises(Refusal) as refusal:
        commands.accept_for_team(
            offer_id=offer.pk, member_ids=[stranger.pk], actor=lan, at=LATER
        )
    assert refusal.value.code == "not_a_member"
    with pytest.raises(Refusal):
        commands.accept(offer_id=offer.pk, actor=lan, at=LATER)


def test_a_leader_declines_for_the_team(office):
    lan = a_volunteer("lan")
    team, order = a_team(lan, lan), a_waiting_order()
    offer = commands.offer_to_team(order_id=order.pk, team_id=team.pk, actor=office, at=NOW)

    commands.decline(offer_id=offer.pk, reason=Decline.NO_TIME, actor=lan, at=LATER)

    assert state(order) == State.TO_DISPATCH


def test_no_more_are_asked_at_once_than_a_village_bears(office):
    order = a_waiting_order()
    many = [a_volunteer(f"v{number}") for number in range(11)]

    with pytest.raises(Refusal) as refusal:
        asked(office, *many, order=order)
    asked(office, *many[:10], order=order)
    with pytest.raises(Refusal) as again:
        asked(office, many[10], order=order)

    assert (refusal.value.code, again.value.code) == ("too_many_asked", "too_many_asked")
    assert Offer.objects.filter(order=order, state=OfferState.OFFERED).count() == 10
