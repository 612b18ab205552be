"""When an account ends or two become one, no place on a shift is lost or held for nobody."""

import pytest

from xinfeng.activities import commands
from xinfeng.activities.models import Signup, SignupState
from xinfeng.base import scope
from xinfeng.journal.models import Entry
from xinfeng.people import commands as people
from xinfeng.people import records
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, a_city

from .build import EIGHT, ONE_HOUR, a_shift, a_signup

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan():
    return a_person("lan", name="兰队长")


@pytest.fixture
def mei():
    return a_person("mei")


@pytest.fixture
def office():
    return an_office(a_city().county, "county")


def state_of(signup):
    with scope.whole_city():
        return Signup.objects.values_list("state", "person_id").get(pk=signup.pk)


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_the_place_of_an_erased_account_goes_to_whoever_waits(lan, mei):
    shift = a_shift(leader=lan, capacity=1)
    commands.sign_up(shift_id=shift.pk, actor=mei, at=EIGHT)
    bo = a_person("bo")
    waiting = commands.sign_up(shift_id=shift.pk, actor=bo, at=EIGHT)
    assert waiting.state == SignupState.WAITING

    people.erase_account(person_id=mei.pk, actor=mei, at=EIGHT)

    assert state_of(waiting) == (SignupState.BOOKED, bo.pk)
    assert {"signup.cancelled", "signup.promoted", "person.erased"} <= set(verbs())


def test_whoever_is_here_when_the_account_ends_leaves_and_the_records_can_be_entered(lan, mei):
    here = a_signup(volunteer=mei, leader=lan)
    commands.check_in(signup_id=here.pk, actor=lan, at=NINE)

    people.close_account(person_id=mei.pk, actor=mei, at=NINE + ONE_HOUR)

    assert state_of(here) == (SignupState.LEFT, mei.pk)
    activity_id, end = here.shift.activity_id, NINE + 3 * ONE_HOUR
    commands.hold(activity_id=activity_id, actor=lan, at=end)
    commands.enter_records(activity_id=activity_id, actor=lan, at=end)


def test_a_place_moves_to_the_account_that_stays(lan, mei, office):
    old = a_person("mei2")
    place = a_signup(volunteer=old, leader=lan)

    people.merge_people(keep_id=mei.pk, gone_id=old.pk, actor=office, at=EIGHT)

    assert state_of(place) == (SignupState.BOOKED, mei.pk)
    assert "signup.moved" in verbs()


def test_a_place_at_a_time_the_other_account_has_is_given_back(lan, mei, office):
    old = a_person("mei2")
    own = a_signup(volunteer=mei, leader=lan)
    other = a_signup(volunteer=old, shift=a_shift(leader=lan, starts_at=NINE + ONE_HOUR))

    people.merge_people(keep_id=mei.pk, gone_id=old.pk, actor=office, at=EIGHT)

    assert state_of(own) == (SignupState.BOOKED, mei.pk)
    assert state_of(other) == (SignupState.CANCELLED, old.pk)


def test_the_export_tells_of_signups_and_check_ins(lan, mei):
    here = a_signup(volunteer=mei, leader=lan)
    commands.check_in(signup_id=here.pk, actor=lan, at=NINE)

    with scope.whole_city():
        told = {section.name: list(section.tell(mei.pk)) for section in records.sections()}

    assert [row["activity"] for row in told["signups"]] == ["河道清洁"]
    assert [row["means"] for row in told["check_ins"]] == ["ROLL_CALL"]


def test_a_place_on_a_shift_the_other_account_has_served_is_given_back(lan, mei, office):
    old = a_person("mei2")
    shift = a_shift(leader=lan)
    a_signup(volunteer=mei, shift=shift, state="LEFT", arrived_at=NINE, left_at=NINE + ONE_HOUR)
    other = a_signup(volunteer=old, shift=shift)

    people.merge_people(keep_id=mei.pk, gone_id=old.pk, actor=office, at=EIGHT)

    assert state_of(other) == (SignupState.CANCELLED, old.pk)
