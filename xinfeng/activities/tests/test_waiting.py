"""The waiting list: in the order of arrival, fair, and never beyond the places."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from xinfeng.activities import commands
from xinfeng.activities.models import Signup
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.people.models import Notice, Person
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE

from .build import EIGHT, ONE_HOUR, a_post, a_shift, a_signup, an_activity

pytestmark = pytest.mark.django_db
EVENING = EIGHT - 12 * ONE_HOUR


@pytest.fixture
def lan():
    return a_person("lan", name="兰队长")


def crowd(size, first=0):
    return [a_person(f"p{number}") for number in range(first, first + size)]


def sign_up(shift, person, **more):
    return commands.sign_up(shift_id=shift.pk, actor=person, at=EIGHT, **more)


def cancel(signup, at=EIGHT):
    return commands.cancel(signup_id=signup.pk, actor=signup.person, at=at)


def states(shift):
    with scope.whole_city():
        rows = shift.signups.order_by("pk").values_list("person__username", "state")
        return dict(rows)


def told(person):
    with scope.whole_city():
        return list(
            Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True)
        )


def test_a_freed_place_goes_to_whoever_waits_longest(lan):
    shift = a_shift(leader=lan, capacity=1)
    first, second, third = crowd(3)
    place = sign_up(shift, first)
    sign_up(shift, second)
    sign_up(shift, third)

    cancel(place)

    assert states(shift) == {"p0": "CANCELLED", "p1": "BOOKED", "p2": "WAITING"}
    assert (told(second), told(third)) == (["signup.promoted"], [])


def test_nobody_waits_for_two_and_leaving_the_list_is_free(lan):
    shift = a_shift(leader=lan, capacity=1)
    first, second = crowd(2)
    sign_up(shift, first)
    waiting = sign_up(shift, second)

    assert sign_up(shift, second).pk == waiting.pk
    assert cancel(waiting, at=NINE + ONE_HOUR).state == "CANCELLED"
    assert sign_up(shift, second).pk != waiting.pk


def test_more_places_are_given_in_order(lan):
    shift = a_shift(leader=lan, capacity=1)
    people = crowd(4)
    for person in people:
        sign_up(shift, person)

    commands.resize_shift(shift_id=shift.pk, capacity=3, actor=lan, at=EIGHT)

    assert list(states(shift).values()) == ["BOOKED", "BOOKED", "BOOKED", "WAITING"]


def test_never_fewer_places_than_are_taken(lan):
    shift = a_shift(leader=lan, capacity=3)
    for person in crowd(2):
        sign_up(shift, person)

    with pytest.raises(Refusal) as refusal:
        commands.resize_shift(shift_id=shift.pk, capacity=1, actor=lan, at=EIGHT)
    commands.resize_shift(shift_id=shift.pk, capacity=2, actor=lan, at=EIGHT)

    assert refusal.value.code == "fewer_than_taken"


def test_whoever_would_be_at_two_places_is_passed_over_and_told(lan):
    shift = a_shift(leader=lan, capacity=1)
    first, second, third = crowd(3)
    place = sign_up(shift, first)
    waiting = sign_up(shift, second)
    sign_up(shift, third)
    elsewhere = sign_up(a_shift(leader=lan), second)

    cancel(place)
    assert states(shift) == {"p0": "CANCELLED", "p1": "WAITING", "p2": "BOOKED"}
    assert told(second) == ["signup.skipped"]

    # Free again to come: the place that nobody else took is one press away.
    commands.resize_shift(shift_id=shift.pk, capacity=2, actor=lan, at=EIGHT)
    cancel(elsewhere)
    assert sign_up(shift, second).pk == waiting.pk
    assert states(shift)["p1"] == "BOOKED"


def test_waiting_does_not_clash_until_it_is_a_place(lan):
    full, other = a_shift(leader=lan, capacity=1), a_shift(leader=lan)
    first, second = crowd(2)
    sign_up(full, first)

    assert sign_up(full, second).state == "WAITING"
    assert sign_up(other, second).state == "BOOKED"


def test_whoever_left_the_service_is_passed_over(lan):
    shift = a_shift(leader=lan, capacity=1)
    first, second, third = crowd(3)
    place = sign_up(shift, first)
    sign_up(shift, second)
    sign_up(shift, third)
    Person.objects.filter(pk=second.pk).update(left_on=EIGHT.date())

    cancel(place)

    assert states(shift)["p2"] == "BOOKED"


def test_a_post_is_given_to_those_who_wait_for_it(lan):
    shift = a_shift(leader=lan, capacity=10)
    boat, bank = a_post(shift, "船", capacity=1), a_post(shift, "岸", capacity=1)
    a, b, c, d = crowd(4)
    on_boat = sign_up(shift, a, post_id=boat.pk)
    sign_up(shift, b, post_id=bank.pk)
    sign_up(shift, c, post_id=bank.pk)
    sign_up(shift, d, post_id=boat.pk)
    assert list(states(shift).values()) == ["BOOKED", "BOOKED", "WAITING", "WAITING"]

    cancel(on_boat)

    assert states(shift) == {"p0": "CANCELLED", "p1": "BOOKED", "p2": "WAITING", "p3": "BOOKED"}


def test_a_post_with_room_does_not_help_when_the_shift_is_full(lan):
    shift = a_shift(leader=lan, capacity=1)
    boat, bank = a_post(shift, "船"), a_post(shift, "岸")
    a, b = crowd(2)
    sign_up(shift, a, post_id=boat.pk)

    assert sign_up(shift, b, post_id=bank.pk).state == "WAITING"
    commands.resize_post(post_id=bank.pk, capacity=9, actor=lan, at=EIGHT)
    assert states(shift)["p1"] == "WAITING"


def test_a_post_that_grows_takes_in_who_waits(lan):
    shift = a_shift(leader=lan, capacity=10)
    boat = a_post(shift, "船", capacity=1)
    for person in crowd(3):
        sign_up(shift, person)

    with pytest.raises(Refusal):
        commands.resize_post(post_id=boat.pk, capacity=0, actor=lan, at=EIGHT)
    commands.resize_post(post_id=boat.pk, capacity=2, actor=lan, at=EIGHT)

    assert list(states(shift).values()) == ["BOOKED", "BOOKED", "WAITING"]


def test_a_place_can_be_given_back_until_its_deadline(lan):
    shift = a_shift(leader=lan, capacity=1)
    shift.withdraw_until = EIGHT
    shift.save(update_fields=["withdraw_until"])
    mine = a_signup(volunteer=a_person(), shift=shift)

    with pytest.raises(Refusal) as refusal:
        cancel(mine, at=EIGHT)
    assert refusal.value.code == "withdrawal_closed"
    assert cancel(mine, at=EIGHT - timedelta(seconds=1)).state == "CANCELLED"


def test_a_leader_excuses_and_the_place_goes_on(lan):
    shift = a_shift(leader=lan, capacity=1)
    first, second = crowd(2)
    place = sign_up(shift, first)
    sign_up(shift, second)

    commands.excuse(signup_id=place.pk, actor=lan, at=EIGHT)
    commands.excuse(signup_id=place.pk, actor=lan, at=EIGHT)

    assert states(shift) == {"p0": "EXCUSED", "p1": "BOOKED"}
    assert told(first) == ["signup.excused"]


def test_nobody_excuses_themselves_nor_a_stranger_anybody(lan):
    own = a_signup(volunteer=lan, leader=lan)
    other = a_signup(volunteer=a_person(), shift=own.shift)

    for signup_id, actor in [(own.pk, lan), (other.pk, other.person), (404, lan)]:
        with pytest.raises(Forbidden):
            commands.excuse(signup_id=signup_id, actor=actor, at=EIGHT)


def test_after_three_days_who_was_not_seen_did_not_come(lan):
    shift = a_shift(leader=lan, capacity=2)
    came, missed, waits = crowd(3)
    seen = sign_up(shift, came)
    sign_up(shift, missed)
    sign_up(shift, waits)
    commands.check_in(signup_id=seen.pk, actor=lan, at=NINE)
    early, late = shift.ends_at + timedelta(days=2), shift.ends_at + timedelta(days=3)

    assert commands.close_register(shift_id=shift.pk, at=early) == 0
    assert commands.close_register(shift_id=shift.pk, at=late) == 2
    assert commands.close_register(shift_id=shift.pk, at=late) == 0

    assert states(shift) == {"p0": "PRESENT", "p1": "NO_SHOW", "p2": "CANCELLED"}


def test_calling_off_gives_back_what_waits_too_and_tells_everybody(lan):
    shift = a_shift(leader=lan, capacity=1)
    first, second = crowd(2)
    sign_up(shift, first)
    sign_up(shift, second)

    commands.call_off(activity_id=shift.activity_id, actor=lan, at=EIGHT)

    assert set(states(shift).values()) == {"CANCELLED"}
    assert told(first) == told(second) == ["activity.called_off"]


def test_those_who_hold_a_place_are_reminded_once(lan):
    shift = a_shift(leader=lan, capacity=1)
    first, second = crowd(2)
    sign_up(shift, first)
    sign_up(shift, second)

    assert commands.remind_shift(shift_id=shift.pk, at=EIGHT) == 1
    assert commands.remind_shift(shift_id=shift.pk, at=EIGHT) == 0
    assert (told(first), told(second)) == (["shift.tomorrow"], [])


# Races


def at_once(acts):
    """Each act on a connection of its own, all started together."""
    everyone_is_connected = Barrier(len(acts))

    def run(act):
        try:
            connection.ensure_connection()
            everyone_is_connected.wait(timeout=20)
            act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as phones:
        return sorted(phones.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_two_who_leave_at_once_make_room_for_the_first_two_who_wait(lan):
    shift = a_shift(leader=lan, capacity=2)
    people = crowd(5)
    signups = [sign_up(shift, person) for person in people]

    answers = at_once([lambda s=s: cancel(s) for s in signups[:2]])

    assert answers == ["done"] * 2
    assert list(states(shift).values()) == [
        "CANCELLED", "CANCELLED", "BOOKED", "BOOKED", "WAITING",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_place_freed_during_a_rush_is_given_once(lan):
    shift = a_shift(leader=lan, capacity=2)
    held = [sign_up(shift, person) for person in crowd(2)]
    rush = crowd(6, first=10)

    answers = at_once(
        [lambda s=s: cancel(s) for s in held] + [lambda p=p: sign_up(shift, p) for p in rush]
    )

    assert answers == ["done"] * 8
    with scope.whole_city():
        live = list(Signup.objects.live().order_by("pk").values_list("state", flat=True))
    # Whoever came first has the place: no booked one stands behind one who waits.
    assert live == ["BOOKED"] * 2 + ["WAITING"] * 4


@pytest.mark.django_db(transaction=True)
def test_one_person_promoted_here_and_booking_there_is_at_one_place(lan):
    full, other = a_shift(leader=lan, capacity=1), a_shift(leader=lan)
    first, mei = crowd(2)
    place = sign_up(full, first)
    sign_up(full, mei)

    at_once([lambda: cancel(place), lambda: sign_up(other, mei)])

    with scope.whole_city():
        assert Signup.objects.holding().filter(person=mei).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_lists_that_promote_the_same_people_do_not_stop_each_other(lan):
    shifts = [a_shift(leader=lan, capacity=3) for _ in range(2)]
    people = crowd(6)
    places = []
    for shift, order in zip(shifts, [people, people[::-1]], strict=True):
        holders = crowd(3, first=10 + 10 * shifts.index(shift))
        places.append([sign_up(shift, holder) for holder in holders])
        for person in order:
            sign_up(shift, person)

    answers = at_once([lambda s=s: cancel(s) for held in places for s in held])

    assert answers == ["done"] * 6
    with scope.whole_city():
        held = list(Signup.objects.holding().values_list("person_id", flat=True))
    assert len(held) == len(set(held)) == 6


def test_an_activity_that_is_called_off_fills_nothing(lan):
    shift = a_shift(activity=an_activity(leader=lan, state="CALLED_OFF"), capacity=1)
    waiting = a_signup(volunteer=a_person(), shift=shift, state="WAITING")

    commands.cancel(signup_id=waiting.pk, actor=waiting.person, at=EIGHT)

    assert states(shift) == {"mei": "CANCELLED"}
