"""Helpers and learners, and what is by invitation: who may come, and who earns."""

import pytest
from django.db import IntegrityError, transaction

from xinfeng.activities import commands, queries
from xinfeng.activities.commands import NewPost, NewShift
from xinfeng.activities.models import Activity, Post, Signup
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.hours.models import Credit
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.places.tests.build import NINE, a_city

from .build import EIGHT, ONE_HOUR, a_post, a_shift, a_signup, a_wish, an_activity

pytestmark = pytest.mark.django_db
NOON = NINE + 3 * ONE_HOUR
ELEVEN = NINE + 2 * ONE_HOUR


@pytest.fixture
def lan():
    """Lan keeps the place and leads the class."""
    return a_person("lan", name="兰队长")


@pytest.fixture
def mei():
    """Mei learns."""
    return a_person("mei", volunteers=False)


@pytest.fixture
def lesson(lan):
    """An evening with a lecturer, who is asked, and learners, who enrol themselves."""
    shift = a_shift(leader=lan)
    a_post(shift, "讲师", capacity=1, audience="INVITED")
    a_post(shift, "学员", capacity=2, part="LEARNER")
    return shift


@pytest.fixture
def visit(lan):
    """A home visit that an order ended in."""
    return a_shift(activity=an_activity(leader=lan, audience="INVITED"), capacity=1)


def post(shift, name):
    return shift.posts.get(name=name)


def credited():
    with scope.whole_city():
        return list(Credit.objects.order_by("pk").values_list("person_id", "minutes"))


def again(signup):
    with scope.whole_city():
        return Signup.objects.get(pk=signup.pk)


# Learners


def test_whoever_has_an_account_learns_and_needs_no_volunteer_qualities(lesson, mei):
    learners = post(lesson, "学员")
    learners.skills = ["first_aid"]
    learners.save()

    signup = commands.sign_up(shift_id=lesson.pk, post_id=learners.pk, actor=mei, at=EIGHT)

    assert (signup.state, signup.part) == ("BOOKED", "LEARNER")


def test_who_does_not_volunteer_learns_only(lan, mei):
    shift = a_shift(leader=lan)
    helpers = a_post(shift)
    a_post(shift, "学员", part="LEARNER")

    with pytest.raises(Forbidden) as refusal:
        commands.sign_up(shift_id=shift.pk, post_id=helpers.pk, actor=mei, at=EIGHT)

    assert refusal.value.code == "not_a_volunteer"


def test_a_closed_account_learns_no_more(lesson, mei):
    mei.state = "CLOSED"
    mei.save()

    with pytest.raises(Forbidden):
        commands.sign_up(shift_id=lesson.pk, actor=mei, at=EIGHT)


def test_a_learner_comes_and_goes_and_earns_nothing(lesson, lan, mei):
    bo = a_person("bo")
    teaches = commands.book(
        shift_id=lesson.pk, person_id=bo.pk, post_id=post(lesson, "讲师").pk, actor=lan,
        at=EIGHT,
    )  # fmt: skip
    learns = commands.sign_up(shift_id=lesson.pk, actor=mei, at=EIGHT)

    both = [teaches.pk, learns.pk]
    commands.call_roll(arrived=both, left=[], actor=lan, at=NINE)
    commands.call_roll(arrived=[], left=both, actor=lan, at=ELEVEN)

    assert (again(learns).state, again(teaches).state) == ("LEFT", "LEFT")
    assert credited() == [(bo.pk, 120)]


@pytest.mark.parametrize("model", [Post, Signup])
def test_no_third_part_is_kept(lesson, mei, model):
    a_signup(volunteer=mei, shift=lesson)

    with scope.whole_city(), pytest.raises(IntegrityError), transaction.atomic():
        model.objects.order_by("pk").update(part="TEACHER")


@pytest.mark.parametrize("model", [Post, Activity])
def test_no_third_audience_is_kept(lesson, model):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.order_by("pk").update(audience="FRIENDS")


# By invitation


def test_nobody_signs_up_for_what_is_by_invitation(visit):
    with pytest.raises(Unknown) as refusal:
        commands.sign_up(shift_id=visit.pk, actor=a_person("bo"), at=EIGHT)

    assert refusal.value.code == "shift_unknown"


def test_nobody_takes_the_post_of_somebody_who_is_asked(lesson):
    with pytest.raises(Unknown) as refusal:
        commands.sign_up(
            shift_id=lesson.pk, post_id=post(lesson, "讲师").pk, actor=a_person("bo"), at=EIGHT
        )

    assert refusal.value.code == "post_unknown"


def test_where_one_post_only_is_offered_there_is_no_choice(lesson, mei):
    signup = commands.sign_up(shift_id=lesson.pk, actor=mei, at=EIGHT)

    assert signup.post == post(lesson, "学员")


def test_where_every_post_is_for_somebody_asked_nobody_signs_up(lesson):
    post(lesson, "学员").delete()

    with pytest.raises(Unknown):
        commands.sign_up(shift_id=lesson.pk, actor=a_person("bo"), at=EIGHT)


def test_who_accepted_is_booked_by_the_leader_or_by_themselves(visit, lan):
    bo = a_person("bo")

    first = commands.book(shift_id=visit.pk, person_id=bo.pk, actor=lan, at=EIGHT)
    second = commands.book(shift_id=visit.pk, person_id=bo.pk, actor=bo, at=EIGHT)

    assert (first.pk, first.state, first.part) == (second.pk, "BOOKED", "HELPER")
    assert [entry.verb for entry in Entry.objects.all()] == ["signup.booked"]


def test_an_office_above_books_too(visit):
    office, bo = a_person("office"), a_person("bo")
    a_grant(office, "COUNTY_OFFICE", division=a_city().county)

    assert commands.book(shift_id=visit.pk, person_id=bo.pk, actor=office, at=EIGHT).is_booked


def test_a_stranger_books_nobody(visit, mei):
    with pytest.raises(Forbidden):
        commands.book(shift_id=visit.pk, person_id=a_person("bo").pk, actor=mei, at=EIGHT)
    with pytest.raises(Unknown):
        commands.book(shift_id=404, person_id=mei.pk, actor=mei, at=EIGHT)


def test_nobody_unknown_is_booked(visit, lan):
    with pytest.raises(Unknown):
        commands.book(shift_id=visit.pk, person_id=404, actor=lan, at=EIGHT)


def test_a_full_shift_is_refused_and_nobody_waits(visit, lan):
    commands.book(shift_id=visit.pk, person_id=a_person("bo").pk, actor=lan, at=EIGHT)

    with pytest.raises(Refusal) as refusal:
        commands.book(shift_id=visit.pk, person_id=a_person("an").pk, actor=lan, at=EIGHT)

    assert refusal.value.code == "shift_full"


def test_the_rules_of_signing_up_hold_for_whom_one_books(visit, lan, mei):
    bo = a_person("bo")
    a_signup(volunteer=bo, leader=lan)

    with pytest.raises(Refusal) as clash:
        commands.book(shift_id=visit.pk, person_id=bo.pk, actor=lan, at=EIGHT)
    with pytest.raises(Forbidden) as unregistered:
        commands.book(shift_id=visit.pk, person_id=mei.pk, actor=lan, at=EIGHT)

    assert clash.value.code == "shift_overlaps"
    assert unregistered.value.code == "not_a_volunteer"


def test_at_the_door_somebody_is_booked_until_the_end(lesson, lan, mei):
    learners = post(lesson, "学员").pk

    late = commands.book(
        shift_id=lesson.pk, person_id=mei.pk, post_id=learners, actor=lan, at=NINE + ONE_HOUR
    )
    with pytest.raises(Refusal) as over:
        commands.book(
            shift_id=lesson.pk, person_id=a_person("bo").pk, post_id=learners, actor=lan,
            at=ELEVEN,
        )  # fmt: skip

    assert late.is_booked
    assert over.value.code == "shift_begun"


def test_an_activity_by_invitation_says_less_and_stays_so(lan):
    a_grant(lan, "TOWNSHIP", division=a_city().township)
    wish = a_wish(
        audience="INVITED", conditions="", contact="", meeting_point="",
        lat_e6=26_893_000, lon_e6=112_571_000,
        shifts=(NewShift(NINE, ELEVEN, 2, None, (NewPost("讲师", 1, part="LEARNER"),)),),
    )  # fmt: skip

    announced = commands.announce(new=wish, actor=lan, at=EIGHT - 24 * ONE_HOUR)

    assert (announced.audience, announced.state) == ("INVITED", "ANNOUNCED")
    shift = announced.shifts.get()
    assert (shift.cell, shift.posts.get().part) == (None, "LEARNER")
    copied = commands.copy(
        activity_id=announced.pk, code="AGAIN", on=NINE.date(), actor=lan, at=EIGHT
    )
    assert copied.audience == "INVITED"


# Who came, for the rooms above


def test_rooms_above_follow_who_came_in_one_question(
    lesson, visit, lan, mei, django_assert_num_queries
):
    bo = a_person("bo")
    learns = commands.sign_up(shift_id=lesson.pk, actor=mei, at=EIGHT)
    commands.cancel(signup_id=learns.pk, actor=mei, at=EIGHT)
    learns = commands.sign_up(shift_id=lesson.pk, actor=mei, at=EIGHT)
    commands.check_in(signup_id=learns.pk, actor=lan, at=NINE)
    late = commands.sign_up(shift_id=lesson.pk, actor=bo, at=EIGHT)
    commands.cancel(signup_id=late.pk, actor=bo, at=EIGHT)

    with transaction.atomic(), scope.whole_city(), django_assert_num_queries(1):
        found = queries.attended([lesson.pk, visit.pk])

    assert found[visit.pk] == []
    mine, other = found[lesson.pk]
    assert (mine.person_id, mine.state, mine.arrived_at, mine.left_at, mine.part) == (
        mei.pk, "PRESENT", NINE, None, "LEARNER",
    )  # fmt: skip
    assert (other.person_id, other.state) == (bo.pk, "CANCELLED")
