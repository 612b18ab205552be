from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from xinfeng.activities import commands
from xinfeng.activities.models import Signup
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.hours.models import Credit
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, a_city

from .build import EIGHT, ONE_HOUR, a_signup

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
    commands.check_out(signup_id=signup.pk, actor=lan, at=NINE + 1.5 * ONE_HOUR)

    assert credited() == [90]


def test_leaving_before_the_beginning_earns_nothing(signup, lan):
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE - ONE_HOUR / 2)
    commands.check_out(signup_id=signup.pk, actor=lan, at=NINE - ONE_HOUR / 4)

    assert credited() == []


def test_checking_out_twice_credits_once(signup, lan):
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE)
    commands.check_out(signup_id=signup.pk, actor=lan, at=NINE + 1.5 * ONE_HOUR)
    commands.check_out(signup_id=signup.pk, actor=lan, at=NINE + 2 * ONE_HOUR)

    assert credited() == [90]


def test_leaving_before_arriving_is_refused(signup, lan):
    with pytest.raises(Refusal) as refusal:
        commands.check_out(signup_id=signup.pk, actor=lan, at=NINE)

    assert refusal.value.code == "not_checked_in"


@pytest.mark.django_db(transaction=True)
def test_two_phones_at_once_credit_once(signup, lan):
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE)
    everyone_is_connected = Barrier(8)

    def leave(_):
        try:
            connection.ensure_connection()
            everyone_is_connected.wait(timeout=10)
            commands.check_out(signup_id=signup.pk, actor=lan, at=NINE + 1.5 * ONE_HOUR)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as phones:
        list(phones.map(leave, range(8)))

    assert credited() == [90]
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
