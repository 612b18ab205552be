"""At the door with the last digits of a number: known at the place, and one of several."""

from datetime import timedelta

import pytest
from django.urls import reverse

from xinfeng.activities import commands as activities
from xinfeng.activities.models import Signup
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.people.tests.build import a_person, numbered
from xinfeng.people.tests.tokens import bearer
from xinfeng.places.tests.build import NINE, a_city, a_place
from xinfeng.school import commands
from xinfeng.school.models import Enrolment

from .build import a_class, a_lecturer, a_request, the_keeper

pytestmark = pytest.mark.django_db


@pytest.fixture
def night_class():
    return a_class(a_request(heads=9), state="PUBLISHED")


def known(night_class, username, phone):
    """Enrolled here once and gave the place back."""
    person = a_person(username, volunteers=False)
    numbered(person, phone=phone)
    place = commands.enrol(class_id=night_class.pk, actor=person, at=NINE)
    commands.cancel_enrolment(enrolment_id=place.pk, actor=person, at=NINE)
    return person


def let_in(night_class, who, *, chosen=None):
    session = night_class.sessions.get(number=1)
    return commands.let_in(
        session_id=session.pk, who=who, chosen_id=chosen, actor=the_keeper(night_class.place),
        at=session.starts_at,
    )  # fmt: skip


def test_the_last_digits_do_for_somebody_known_here(night_class):
    mei = known(night_class, "mei", "13800001234")
    known(night_class, "fang", "13800005678")

    signup = let_in(night_class, "1234")

    assert (signup.person_id, signup.state) == (mei.pk, "PRESENT")


def test_whoever_came_without_enrolling_is_known_the_next_time(night_class):
    mei = a_person("mei", volunteers=False)
    numbered(mei, phone="13800001234")
    let_in(night_class, "13800001234")
    second = night_class.sessions.get(number=2)

    signup = commands.let_in(
        session_id=second.pk, who="1234", actor=the_keeper(night_class.place),
        at=second.starts_at,
    )  # fmt: skip

    assert signup.person_id == mei.pk


def test_of_several_one_is_chosen(night_class):
    known(night_class, "mei", "13800001234")
    lan = known(night_class, "fang", "13900001234")

    with pytest.raises(Refusal) as refusal:
        let_in(night_class, "1234")
    signup = let_in(night_class, "1234", chosen=lan.pk)

    assert refusal.value.code == "several_fit"
    assert signup.person_id == lan.pk


@pytest.mark.parametrize("digits", ["01234", "00001234", "8000012", "1", "12345678901234"])
def test_no_door_tells_a_number_digit_by_digit(night_class, digits):
    known(night_class, "mei", "13800001234")
    let_in(night_class, "1234")

    with pytest.raises(Unknown):
        let_in(night_class, digits)


def test_nobody_is_chosen_whose_number_ends_otherwise(night_class):
    known(night_class, "mei", "13800001234")
    other = known(night_class, "fang", "13900005678")

    with pytest.raises(Unknown):
        let_in(night_class, "1234", chosen=other.pk)


@pytest.mark.parametrize("digits", ["1234", "00001234", "234", ""])
def test_a_stranger_to_the_place_is_not_found_by_digits(night_class, digits):
    numbered(a_person("mei", volunteers=False), phone="13800001234")
    elsewhere = a_class(
        a_request(a_place(division=a_city().next_village), room="二楼"),
        lecturer=a_lecturer("al"), state="PUBLISHED",
    )  # fmt: skip
    known(elsewhere, "fang", "13900001234")

    with pytest.raises(Unknown):
        let_in(night_class, digits)


def test_the_lecturer_is_nobody_to_let_in(night_class):
    numbered(night_class.lecturer.person, phone="13800001234")

    with pytest.raises(Unknown):
        let_in(night_class, "1234")


# On the page


def at_the_door(client, night_class, monkeypatch, given, *, who=None):
    session = night_class.sessions.get(number=1)
    monkeypatch.setattr(clock, "now", lambda: session.starts_at)
    client.force_login(who or the_keeper(night_class.place))
    return client.post(reverse("school:let_in", args=[session.pk]), given)


def test_the_page_asks_which_one_and_shows_no_whole_number(client, night_class, monkeypatch):
    mei = known(night_class, "mei", "13800001234")
    lan = known(night_class, "fang", "13900001234")

    asked = at_the_door(client, night_class, monkeypatch, {"who": "1234"})
    told = asked.content.decode()
    at_the_door(client, night_class, monkeypatch, {"who": "1234", "chosen": lan.pk})

    assert "138****1234" in told
    assert "139****1234" in told
    assert "13800001234" not in told
    assert f'value="{mei.pk}"' in told
    with scope.whole_city():
        here = Signup.objects.filter(state="PRESENT").values_list("person_id", flat=True)
        assert list(here) == [lan.pk]


def test_a_stranger_asks_no_door_who_is_known_there(client, night_class, monkeypatch):
    known(night_class, "mei", "13800001234")
    known(night_class, "fang", "13900001234")

    for other in (a_person("x"), night_class.lecturer.person):
        answer = at_the_door(client, night_class, monkeypatch, {"who": "1234"}, who=other)
        assert "138****1234" not in answer.content.decode()
        assert answer.status_code in {302, 403, 404}


def test_digits_are_not_tried_one_after_the_other(client, night_class, monkeypatch):
    known(night_class, "mei", "13800001234")
    known(night_class, "fang", "13900001234")
    session = night_class.sessions.get(number=1)
    keeper = the_keeper(night_class.place)
    for number in range(30):
        at_the_door(client, night_class, monkeypatch, {"who": f"{number:04d}"})
        over_the_api(client, session, keeper, f"{5000 + number}")

    asked = at_the_door(client, night_class, monkeypatch, {"who": "1234"})
    told = over_the_api(client, session, keeper, "1234")

    assert "138****1234" not in asked.content.decode()
    assert (asked.status_code, told.status_code) == (409, 409)
    assert told.json()["code"] == "too_many_tries"


def over_the_api(client, session, keeper, who):
    address = f"/api/v1/class-sessions/{session.pk}/walk-ins"
    return client.post(
        address, {"who": who}, content_type="application/json", headers=bearer(keeper)
    )


def test_one_who_is_here_already_is_let_in_once(night_class):
    mei = known(night_class, "mei", "13800001234")
    for _time in range(2):
        let_in(night_class, "1234")

    with scope.whole_city():
        signup = Signup.objects.get(person=mei, state="PRESENT")
    session = night_class.sessions.get(number=1)
    activities.check_out(
        signup_id=signup.pk, actor=the_keeper(night_class.place), at=session.ends_at
    )


def test_who_was_here_more_than_a_year_ago_is_not_known_any_more(night_class):
    mei = known(night_class, "mei", "13800001234")
    with scope.whole_city():
        Enrolment.objects.filter(person=mei).update(asked_at=NINE - timedelta(days=366))

    with pytest.raises(Unknown):
        let_in(night_class, "1234")
