"""What the desk does with an order: verify, refuse, merge, hand over, hold, cancel."""

import pytest

from xinfeng.activities.models import Activity
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.dispatch import commands
from xinfeng.dispatch.models import ENDED, MOVES, Offer, State, Step
from xinfeng.journal.models import Entry
from xinfeng.people.models import Contact, Notice
from xinfeng.people.tests.build import a_grant, a_keeper, a_person, an_office
from xinfeng.places.tests.build import a_city, a_place

from .build import (
    DAY,
    HOUR,
    MONDAY,
    SECRET,
    a_desk,
    a_verified_order,
    an_accepted_order,
    an_order,
    scheduled,
    seen,
)

pytestmark = pytest.mark.django_db
LATER = MONDAY + 5 * HOUR


def refusal(verb, **arguments):
    with pytest.raises(Refusal) as refused:
        verb(**arguments)
    return refused.value.code


def steps_of(order):
    return list(Step.objects.filter(order=order).order_by("pk").values_list("verb", flat=True))


def test_the_desk_verifies_and_says_how():
    order = an_order()
    commands.verify(order_id=order.pk, how="VISIT", actor=a_desk(), at=MONDAY + HOUR)

    found = seen(order)
    assert (found.state, found.verified_how) == ("TO_DISPATCH", "VISIT")
    assert found.verified_by == a_desk()
    assert steps_of(order) == ["order.placed", "order.verified"]
    assert Entry.objects.filter(verb="order.verified").count() == 1


def test_verified_twice_the_first_stands():
    order = a_verified_order()
    commands.verify(order_id=order.pk, how="VISIT", actor=an_office(a_city().city), at=LATER)

    assert seen(order).verified_how == "PHONE"
    assert len(steps_of(order)) == 2


def test_nobody_verifies_what_they_entered_or_what_is_for_them():
    clerk = a_desk()
    entered = an_order(actor=clerk, channel="PHONE")
    own = an_order(actor=clerk, is_mine=True)

    for order in (entered, own):
        verify = {"order_id": order.pk, "how": "PHONE", "actor": clerk, "at": LATER}
        assert refusal(commands.verify, **verify) == "not_your_order"
        commands.verify(**verify | {"actor": an_office(a_city().county, f"c{order.pk}")})


def test_a_keeper_verifies_in_the_village_of_the_place_and_no_further():
    keeper = a_keeper(a_place())
    stranger = a_keeper(a_place(division=a_city().next_village), "stranger")
    order = an_order()

    with pytest.raises(Unknown):
        commands.verify(order_id=order.pk, how="KNOWN", actor=stranger, at=LATER)
    commands.verify(order_id=order.pk, how="KNOWN", actor=keeper, at=LATER)
    assert seen(order).state == State.TO_DISPATCH


@pytest.mark.parametrize("where", ["other_township", "other_county"])
def test_an_office_of_somewhere_else_knows_of_no_such_order(where):
    order = an_order()
    other = an_office(getattr(a_city(), where))

    for verb, more in [
        (commands.verify, {"how": "PHONE"}),
        (commands.refuse, {"reason": "UNSAFE"}),
        (commands.hold, {"reason": "WEATHER"}),
        (commands.transfer, {"number": "1"}),
    ]:
        with pytest.raises(Unknown):
            verb(order_id=order.pk, actor=other, at=LATER, **more)


def test_a_resident_or_volunteer_decides_nothing_at_the_desk():
    mei = a_person()
    order = an_order(actor=mei, is_mine=True)

    with pytest.raises(Forbidden):
        commands.refuse(order_id=order.pk, reason="UNSAFE", actor=mei, at=LATER)
    with pytest.raises(Unknown):
        commands.refuse(order_id=order.pk, reason="UNSAFE", actor=a_person("x"), at=LATER)


def test_who_resigned_from_the_office_verifies_nothing():
    former = a_person("former", volunteers=False)
    a_grant(former, "TOWNSHIP", division=a_city().township, ends_on=MONDAY.date() - DAY)

    with pytest.raises(Unknown):
        commands.verify(order_id=an_order().pk, how="PHONE", actor=former, at=LATER)


def test_a_refused_order_has_ended_for_a_reason_that_is_told():
    mei = a_person()
    order = an_order(actor=mei, is_mine=True)
    commands.refuse(order_id=order.pk, reason="PAID_TRADE", actor=a_desk(), at=LATER)

    found = seen(order)
    assert (found.state, found.reason, found.due_at) == ("REFUSED", "PAID_TRADE", None)
    assert found.closed_at == LATER
    with scope.whole_city():
        assert Notice.objects.filter(person=mei, kind="order.refused").exists()


@pytest.mark.parametrize("reason", ["CHANGED_MIND", "WEATHER", "ANYTHING"])
def test_only_a_reason_to_refuse_refuses(reason):
    refuse = {"order_id": an_order().pk, "reason": reason, "actor": a_desk(), "at": LATER}

    assert refusal(commands.refuse, **refuse) == "reason_wrong"


def test_an_order_handed_to_the_hotline_keeps_the_number_there():
    order = an_order()
    transfer = {"order_id": order.pk, "actor": a_desk(), "at": LATER}

    assert refusal(commands.transfer, number=" ", **transfer) == "number_missing"
    commands.transfer(number="12345-2022-0718", **transfer)
    assert seen(order).hotline_number == "12345-2022-0718"
    assert seen(order).state == State.TRANSFERRED


def test_a_duplicate_ends_in_the_order_that_goes_on():
    first, second = an_order(), an_order()
    commands.merge(order_id=second.pk, into_id=first.pk, actor=a_desk(), at=LATER)
    commands.merge(order_id=second.pk, into_id=first.pk, actor=a_desk(), at=LATER)

    assert seen(second).merged_into_id == first.pk
    assert seen(first).state == State.TO_VERIFY
    assert steps_of(first) == ["order.placed", "order.absorbed"]
    assert steps_of(second) == ["order.placed", "order.merged"]


def test_an_order_is_merged_neither_into_itself_nor_into_one_that_has_ended():
    first, second = an_order(), an_order()
    commands.cancel(order_id=second.pk, reason="SOLVED", actor=a_desk(), at=LATER)
    merge = {"order_id": first.pk, "actor": a_desk(), "at": LATER}

    assert refusal(commands.merge, into_id=first.pk, **merge) == "merge_impossible"
    assert refusal(commands.merge, into_id=second.pk, **merge) == "merge_impossible"


def test_an_order_on_hold_has_a_deadline_and_goes_on_where_it_was():
    order = an_order()
    commands.hold(order_id=order.pk, reason="BY_WISH", actor=a_desk(), at=LATER)
    assert (seen(order).state, seen(order).held_from) == ("ON_HOLD", "TO_VERIFY")
    assert seen(order).due_at > LATER

    commands.resume(order_id=order.pk, actor=a_desk(), at=LATER + DAY)
    assert (seen(order).state, seen(order).held_from) == ("TO_VERIFY", "")
    assert (
        refusal(commands.resume, order_id=order.pk, actor=a_desk(), at=LATER)
        == "order_not_on_hold"
    )


def test_whoever_accepted_is_let_go_when_the_order_is_held():
    mei = a_person()
    order = an_accepted_order(mei)
    commands.hold(order_id=order.pk, reason="WEATHER", actor=a_desk(), at=LATER)

    found = seen(order)
    assert (found.held_from, found.accepted) == ("TO_DISPATCH", 0)
    with scope.whole_city():
        assert Offer.objects.get(order=order).state == "WITHDRAWN"
        assert Notice.objects.filter(person=mei, kind="order.let_go").count() == 1


def test_the_shift_of_a_cancelled_order_is_called_off_whoever_cancels():
    order = scheduled(an_accepted_order(a_person()), a_desk())
    commands.cancel(order_id=order.pk, reason="MOVED_AWAY", actor=None, at=LATER, secret=SECRET)

    found = seen(order)
    assert (found.state, found.activity_id, found.shift_id) == ("CANCELLED", None, None)
    assert Activity.objects.get(pk=order.activity_id).state == "CALLED_OFF"


def test_the_resident_cancels_by_the_address_and_nobody_else_does():
    order = an_order()
    cancel = {"order_id": order.pk, "reason": "SOLVED", "at": LATER}

    for actor, secret in [(None, ""), (None, "guessed"), (a_person("x"), "")]:
        with pytest.raises(Unknown):
            commands.cancel(actor=actor, secret=secret, **cancel)
    commands.cancel(actor=None, secret=SECRET, **cancel)
    commands.cancel(actor=None, secret=SECRET, **cancel)
    assert (seen(order).state, steps_of(order)) == (
        "CANCELLED",
        ["order.placed", "order.cancelled"],
    )


def test_a_draft_is_cancelled_and_whom_it_was_for_is_erased_in_time():
    order = an_order()
    commands.cancel(order_id=order.pk, reason="SOLVED", actor=a_desk(), at=LATER)

    with scope.whole_city():
        assert Contact.objects.get(pk=order.contact_id).erase_at == LATER + 180 * DAY


@pytest.mark.parametrize("state", ENDED)
def test_from_an_end_nothing_goes_on(state):
    assert MOVES[state] == frozenset()


def test_every_state_can_be_reached_and_left_unless_it_is_an_end():
    assert MOVES.keys() == set(State)
    assert {to for moves in MOVES.values() for to in moves} | {State.DRAFT} == set(State)
    assert all(MOVES[state] for state in State if state not in ENDED)


def test_what_was_late_is_counted_against_the_desk_but_not_against_the_resident():
    order = an_order()
    commands.verify(order_id=order.pk, how="PHONE", actor=a_desk(), at=MONDAY + 9 * DAY)

    assert seen(order).late_steps == 1
    last = Step.objects.filter(order=order).order_by("-pk").first()
    assert last.is_late
