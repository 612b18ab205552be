from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from xinfeng.activities import commands
from xinfeng.activities.models import Signup
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.hours.models import Credit
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, TODAY

from .build import EIGHT, ONE_HOUR, a_shift, a_signup, an_activity

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan():
    """Lan leads the shift."""
    return a_person("lan", name="兰队长")


@pytest.fixture
def mei():
    """Mei volunteers."""
    return a_person("mei")


@pytest.fixture
def signup(lan, mei):
    """Mei is booked."""
    return a_signup(volunteer=mei, leader=lan)


def verbs():
    return [entry.verb for entry in Entry.objects.order_by("pk")]


def again(signup):
    with scope.whole_city():
        return Signup.objects.get(pk=signup.pk)


def credited():
    with scope.whole_city():
        return list(Credit.objects.order_by("pk").values_list("minutes", flat=True))


def holding(shift):
    with scope.whole_city():
        return shift.signups.holding().count()


# Signing up


def test_signing_up_takes_a_place(lan, mei):
    shift = a_shift(leader=lan)

    signup = commands.sign_up(shift_id=shift.pk, actor=mei, at=EIGHT)

    assert (signup.state, signup.division_id) == ("BOOKED", shift.activity.division_id)
    entry = Entry.objects.get()
    assert (entry.verb, entry.division_id, entry.happened_on) == (
        "signup.booked", shift.activity.division_id, TODAY,
    )  # fmt: skip


def test_signing_up_twice_takes_one_place(lan, mei):
    shift = a_shift(leader=lan, capacity=1)

    first = commands.sign_up(shift_id=shift.pk, actor=mei, at=EIGHT)
    second = commands.sign_up(shift_id=shift.pk, actor=mei, at=EIGHT)

    assert first.pk == second.pk
    assert verbs() == ["signup.booked"]


def test_on_a_full_shift_one_waits_until_a_place_is_given_back(lan, mei):
    shift = a_shift(leader=lan, capacity=1)
    taken = commands.sign_up(shift_id=shift.pk, actor=a_person("bo"), at=EIGHT)

    mine = commands.sign_up(shift_id=shift.pk, actor=mei, at=EIGHT)
    assert (mine.state, holding(shift)) == ("WAITING", 1)
    commands.cancel(signup_id=taken.pk, actor=taken.person, at=EIGHT)

    assert (again(mine).state, holding(shift)) == ("BOOKED", 1)
    assert verbs() == [
        "signup.booked", "signup.waiting", "signup.cancelled", "signup.promoted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "state", "code"),
    [
        (NINE, "ANNOUNCED", "shift_begun"),
        (EIGHT, "CALLED_OFF", "activity_closed"),
    ],
)
def test_the_wrong_moment_is_refused_and_leaves_no_trace(lan, mei, at, state, code):
    shift = a_shift(activity=an_activity(leader=lan, state=state))

    with pytest.raises(Refusal) as refusal:
        commands.sign_up(shift_id=shift.pk, actor=mei, at=at)

    assert refusal.value.code == code
    assert verbs() == []


def test_nobody_is_at_two_places_at_once(lan, mei):
    a_signup(volunteer=mei, leader=lan)
    clash = a_shift(leader=lan, starts_at=NINE + ONE_HOUR)
    after = a_shift(leader=lan, starts_at=NINE + 2 * ONE_HOUR)

    with pytest.raises(Refusal) as refusal:
        commands.sign_up(shift_id=clash.pk, actor=mei, at=EIGHT)
    commands.sign_up(shift_id=after.pk, actor=mei, at=EIGHT)

    assert refusal.value.code == "shift_overlaps"
    assert "09:00–11:00 河道清洁" in str(refusal.value)


def test_only_volunteers_sign_up(lan):
    shift = a_shift(leader=lan)

    with pytest.raises(Forbidden):
        commands.sign_up(shift_id=shift.pk, actor=a_person("an", volunteers=False), at=EIGHT)
    with pytest.raises(Unknown):
        commands.sign_up(shift_id=404, actor=lan, at=EIGHT)


@pytest.mark.django_db(transaction=True)
def test_twice_as_many_as_there_are_places_fill_exactly_the_places(lan):
    shift = a_shift(leader=lan, capacity=5)
    crowd = [a_person(f"p{number}") for number in range(10)]
    everyone_is_connected = Barrier(len(crowd))

    def take(person):
        try:
            connection.ensure_connection()
            everyone_is_connected.wait(timeout=20)
            return commands.sign_up(shift_id=shift.pk, actor=person, at=EIGHT).state
        finally:
            connection.close()

    with ThreadPoolExecutor(len(crowd)) as phones:
        answers = sorted(phones.map(take, crowd))

    assert answers == ["BOOKED"] * 5 + ["WAITING"] * 5
    assert holding(shift) == 5


@pytest.mark.django_db(transaction=True)
def test_two_overlapping_shifts_at_once_give_one_place(lan, mei):
    shifts = [a_shift(leader=lan) for _ in range(4)]
    everyone_is_connected = Barrier(len(shifts))

    def take(shift):
        try:
            connection.ensure_connection()
            person = Person.objects.get(pk=mei.pk)
            everyone_is_connected.wait(timeout=20)
            commands.sign_up(shift_id=shift.pk, actor=person, at=EIGHT)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "booked"

    with ThreadPoolExecutor(len(shifts)) as phones:
        answers = sorted(phones.map(take, shifts))

    assert answers == ["booked"] + ["shift_overlaps"] * 3


# Giving a place back


def test_a_place_is_given_back_once(signup, mei):
    commands.cancel(signup_id=signup.pk, actor=mei, at=EIGHT)
    commands.cancel(signup_id=signup.pk, actor=mei, at=NINE)

    assert again(signup).state == "CANCELLED"
    assert verbs() == ["signup.cancelled"]


def test_a_place_is_given_back_by_its_holder_only(signup, lan):
    for signup_id in [signup.pk, 404]:
        with pytest.raises(Unknown):
            commands.cancel(signup_id=signup_id, actor=lan, at=EIGHT)


def test_after_the_beginning_no_place_is_given_back(signup, mei):
    with pytest.raises(Refusal) as refusal:
        commands.cancel(signup_id=signup.pk, actor=mei, at=NINE)

    assert refusal.value.code == "shift_begun"
