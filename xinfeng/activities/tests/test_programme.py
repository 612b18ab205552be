from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from xinfeng.activities import commands
from xinfeng.activities.commands import NewShift
from xinfeng.activities.models import Activity, Shift, Signup
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.places.tests.build import NINE, TODAY, a_city, a_place
from xinfeng.teams.tests.build import a_team

from .build import EIGHT, ONE_HOUR, a_shift, a_signup, a_wish, an_activity

pytestmark = pytest.mark.django_db
NOON = NINE + 3 * ONE_HOUR


def verbs():
    return [entry.verb for entry in Entry.objects.order_by("pk")]


@pytest.fixture
def lan():
    return a_person("lan")


@pytest.fixture
def township():
    return an_office(a_city().township)


def test_an_office_announces_and_leads(township):
    activity = commands.announce(new=a_wish(), actor=township, at=EIGHT)

    assert (activity.leader_id, activity.state) == (township.pk, "ANNOUNCED")
    assert [shift.capacity for shift in activity.shifts.all()] == [10]
    assert verbs() == ["activity.drafted", "activity.announced"]


def test_the_form_sent_twice_announces_once(township):
    first = commands.announce(new=a_wish(), actor=township, at=EIGHT)
    again = commands.announce(new=a_wish(), actor=township, at=EIGHT)

    assert (first.pk, Shift.objects.count()) == (again.pk, 1)


def test_a_keeper_announces_at_the_place_and_a_leader_with_the_team(lan):
    place, team = a_place(), a_team(leader=lan)

    at_place = commands.announce(new=a_wish(place_id=place.pk), actor=a_keeper(place), at=EIGHT)
    with_team = commands.announce(new=a_wish(code="TEAM", team_id=team.pk), actor=lan, at=EIGHT)

    assert (at_place.division_id, with_team.team_id) == (place.division_id, team.pk)


def test_nobody_announces_outside_their_area(township, lan):
    team = a_team(leader=lan)
    elsewhere = a_city().other_village.pk

    for actor, wish in [
        (township, a_wish(division_id=elsewhere)),
        (township, a_wish(place_id=404)),
        (lan, a_wish()),
        (lan, a_wish(team_id=team.pk, division_id=elsewhere)),
    ]:
        with pytest.raises(Forbidden):
            commands.announce(new=wish, actor=actor, at=EIGHT)
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("shifts", "code"),
    [
        ((), "not_ready"),
        ((NewShift(EIGHT - ONE_HOUR, NINE, 5),), "shift_in_the_past"),
        ((NewShift(NOON, NINE, 5),), "activity_impossible"),
        ((NewShift(NINE, NOON, 0),), "activity_impossible"),
    ],
)
def test_impossible_times_are_refused_and_nothing_is_half_written(township, shifts, code):
    with pytest.raises(Refusal) as refusal:
        commands.announce(new=a_wish(shifts=shifts), actor=township, at=EIGHT)

    assert refusal.value.code == code
    assert not Activity.objects.exists()


def test_a_closed_place_hosts_nothing():
    place = a_place(state="CLOSED")

    with pytest.raises(Refusal) as refusal:
        commands.announce(new=a_wish(place_id=place.pk), actor=a_keeper(place), at=EIGHT)

    assert refusal.value.code == "place_closed"


def test_calling_off_gives_all_places_back(lan):
    signup = a_signup(volunteer=a_person(), leader=lan)
    activity = signup.shift.activity

    commands.call_off(activity_id=activity.pk, actor=lan, at=EIGHT)
    commands.call_off(activity_id=activity.pk, actor=lan, at=EIGHT)

    with scope.whole_city():
        assert Signup.objects.get().state == "CANCELLED"
    assert verbs() == ["activity.called_off"]


def test_what_has_begun_is_not_called_off(lan):
    signup = a_signup(volunteer=a_person(), leader=lan)
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE)

    with pytest.raises(Refusal) as refusal:
        commands.call_off(activity_id=signup.shift.activity_id, actor=lan, at=NINE)

    assert refusal.value.code == "activity_begun"


def test_an_activity_is_closed_after_its_end_and_counts_on_its_day(lan):
    activity = a_shift(leader=lan).activity

    with pytest.raises(Refusal) as refusal:
        commands.hold(activity_id=activity.pk, actor=lan, at=NINE)
    held = commands.hold(activity_id=activity.pk, actor=lan, at=NOON)
    commands.hold(activity_id=activity.pk, actor=lan, at=NOON + timedelta(days=2))

    assert refusal.value.code == "activity_not_over"
    assert (held.state, held.held_on) == ("HELD", TODAY)
    assert [(e.verb, e.happened_on) for e in Entry.objects.all()] == [("activity.held", TODAY)]


def test_a_called_off_activity_was_not_held(lan):
    activity = a_shift(activity=an_activity(leader=lan, state="CALLED_OFF")).activity

    with pytest.raises(Refusal) as refusal:
        commands.hold(activity_id=activity.pk, actor=lan, at=NOON)

    assert refusal.value.code == "activity_state"


def test_records_are_entered_when_everybody_has_left(lan):
    signup = a_signup(volunteer=a_person(), leader=lan)
    activity_id = signup.shift.activity_id
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE)

    def enter(at):
        return commands.enter_records(activity_id=activity_id, actor=lan, at=at)

    with pytest.raises(Refusal) as not_held:
        enter(NOON)
    commands.hold(activity_id=activity_id, actor=lan, at=NOON)
    with pytest.raises(Refusal) as still_here:
        enter(NOON)
    commands.check_out(signup_id=signup.pk, actor=lan, at=NOON)
    enter(NOON)
    recorded = enter(NOON + timedelta(days=3))

    assert not_held.value.code == "activity_not_held"
    assert still_here.value.code == "volunteers_still_here"
    assert recorded.recorded_on == TODAY
    assert verbs().count("activity.recorded") == 1


@pytest.mark.parametrize("verb", [commands.call_off, commands.hold, commands.enter_records])
def test_only_leader_and_office_run_an_activity(verb, lan):
    activity = a_shift(leader=lan).activity

    for actor in [a_person("stranger"), an_office(a_city().other_township)]:
        for activity_id in [activity.pk, 404]:
            with pytest.raises(Forbidden):
                verb(activity_id=activity_id, actor=actor, at=NOON)


@pytest.mark.parametrize(
    "contradiction",
    [
        {"state": "HELD"},
        {"state": "ANNOUNCED", "held_on": TODAY},
        {"state": "CALLED_OFF", "recorded_on": TODAY},
        {"state": "HELD", "recorded_on": TODAY},
        {"state": "HELD", "held_on": TODAY, "recorded_on": TODAY - timedelta(days=1)},
        {"state": "NONSENSE"},
    ],
)
def test_the_database_refuses_days_that_contradict_the_state(lan, contradiction):
    activity = an_activity(leader=lan)

    with (
        pytest.raises(IntegrityError, match="activity_days_agree_with_state"),
        transaction.atomic(),
    ):
        Activity.objects.filter(pk=activity.pk).update(**contradiction)


@pytest.mark.django_db(transaction=True)
def test_no_place_is_taken_on_what_is_being_called_off(lan):
    shift = a_shift(leader=lan, capacity=50)
    crowd = [a_person(f"p{number}") for number in range(7)]
    everyone_is_connected = Barrier(8)

    def act(person):
        try:
            connection.ensure_connection()
            everyone_is_connected.wait(timeout=20)
            if person is None:
                commands.call_off(activity_id=shift.activity_id, actor=lan, at=EIGHT)
            else:
                commands.sign_up(shift_id=shift.pk, actor=person, at=EIGHT)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(8) as phones:
        answers = set(phones.map(act, [*crowd[:3], None, *crowd[3:]]))

    assert answers <= {"done", "activity_closed"}
    with scope.whole_city():
        assert not Signup.objects.live().exists()
