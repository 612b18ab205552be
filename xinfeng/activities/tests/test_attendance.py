from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from xinfeng.activities import commands
from xinfeng.activities.models import Signup
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.hours.models import Credit
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, TODAY, a_city

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


def booked(shift):
    with scope.whole_city():
        return shift.signups.live().count()


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


def test_a_full_shift_takes_nobody_until_a_place_is_given_back(lan, mei):
    shift = a_shift(leader=lan, capacity=1)
    taken = commands.sign_up(shift_id=shift.pk, actor=a_person("bo"), at=EIGHT)

    with pytest.raises(Refusal) as refusal:
        commands.sign_up(shift_id=shift.pk, actor=mei, at=EIGHT)
    commands.cancel(signup_id=taken.pk, actor=taken.person, at=EIGHT)
    commands.sign_up(shift_id=shift.pk, actor=mei, at=EIGHT)

    assert refusal.value.code == "shift_full"
    assert booked(shift) == 1


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
            commands.sign_up(shift_id=shift.pk, actor=person, at=EIGHT)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "booked"

    with ThreadPoolExecutor(len(crowd)) as phones:
        answers = sorted(phones.map(take, crowd))

    assert answers == ["booked"] * 5 + ["shift_full"] * 5
    assert booked(shift) == 5


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


# Arriving and leaving


def test_arriving_is_recorded(signup, lan):
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE)

    now = again(signup)
    assert (now.state, now.arrived_at) == ("PRESENT", NINE)
    assert verbs() == ["signup.arrived"]


def test_checking_in_twice_changes_nothing(signup, lan):
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE)
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE + ONE_HOUR)

    assert again(signup).arrived_at == NINE
    assert Entry.objects.count() == 1


def test_too_early_is_refused_in_words_and_leaves_no_trace(signup, lan):
    with pytest.raises(Refusal, match=r"08:30.*11:00") as refusal:
        commands.check_in(signup_id=signup.pk, actor=lan, at=EIGHT)

    assert (refusal.value.code, again(signup).state) == ("check_in_closed", "BOOKED")
    assert not Entry.objects.exists()


def test_only_the_leader_records_attendance(signup, mei):
    for actor in [mei, a_person("stranger")]:
        with pytest.raises(Forbidden):
            commands.check_in(signup_id=signup.pk, actor=actor, at=NINE)
        with pytest.raises(Forbidden):
            commands.check_out(signup_id=signup.pk, actor=actor, at=NINE)


def test_nobody_vouches_for_their_own_hours(lan):
    own = a_signup(volunteer=lan, leader=lan)

    with pytest.raises(Forbidden):
        commands.check_in(signup_id=own.pk, actor=lan, at=NINE)


def test_an_unknown_signup_is_answered_like_a_foreign_one(lan):
    with pytest.raises(Forbidden):
        commands.check_in(signup_id=404, actor=lan, at=NINE)


def test_leaving_credits_the_time_up_to_the_end_of_the_shift(signup, lan, mei):
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE)
    commands.check_out(signup_id=signup.pk, actor=lan, at=NINE + 5 * ONE_HOUR)

    assert credited() == [120]
    assert verbs() == ["signup.arrived", "credit.posted", "signup.left"]


def test_coming_early_earns_nothing(signup, lan):
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE - ONE_HOUR / 2)
    commands.check_out(signup_id=signup.pk, actor=lan, at=NINE + ONE_HOUR)

    assert credited() == [60]


def test_leaving_before_the_beginning_earns_nothing(signup, lan):
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE - ONE_HOUR / 2)
    commands.check_out(signup_id=signup.pk, actor=lan, at=NINE - ONE_HOUR / 4)

    assert credited() == []


def test_checking_out_twice_credits_once(signup, lan):
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE)
    commands.check_out(signup_id=signup.pk, actor=lan, at=NINE + ONE_HOUR)
    commands.check_out(signup_id=signup.pk, actor=lan, at=NINE + 2 * ONE_HOUR)

    assert credited() == [60]


def test_leaving_before_arriving_is_refused(signup, lan):
    with pytest.raises(Refusal) as refusal:
        commands.check_out(signup_id=signup.pk, actor=lan, at=NINE)

    assert refusal.value.code == "signup_state"


@pytest.mark.django_db(transaction=True)
def test_two_phones_at_once_credit_once(signup, lan):
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE)
    everyone_is_connected = Barrier(8)

    def leave(_):
        try:
            connection.ensure_connection()
            everyone_is_connected.wait(timeout=10)
            commands.check_out(signup_id=signup.pk, actor=lan, at=NINE + ONE_HOUR)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as phones:
        list(phones.map(leave, range(8)))

    assert credited() == [60]
    assert Entry.objects.filter(verb="signup.left").count() == 1


# What the database itself refuses


@pytest.mark.parametrize(
    "contradiction",
    [
        {"state": "PRESENT"},
        {"state": "LEFT"},
        {"state": "LEFT", "arrived_at": NINE},
        {"state": "LEFT", "left_at": NINE},
        {"state": "LEFT", "arrived_at": NINE, "left_at": NINE - ONE_HOUR},
        {"state": "BOOKED", "arrived_at": NINE},
        {"state": "CANCELLED", "arrived_at": NINE, "left_at": NINE},
        {"state": "NONSENSE"},
    ],
)
def test_the_database_refuses_times_that_contradict_the_state(signup, contradiction):
    with (
        pytest.raises(IntegrityError, match="signup_times_agree_with_state"),
        scope.whole_city(),
    ):
        Signup.objects.filter(pk=signup.pk).update(**contradiction)


def test_the_database_refuses_a_second_live_signup(signup, mei):
    with pytest.raises(IntegrityError, match="one_live_signup_per_person_and_shift"):
        a_signup(volunteer=mei, shift=signup.shift)


def test_another_countys_signups_stay_out_of_sight(signup):
    with scope.reading(person_id=None, spans=[a_city().other_county.span]):
        assert not Signup.objects.exists()
    assert not Signup.objects.exists()
