"""Helpers and learners, and what is by invitation: who may come, and who earns."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from xinfeng.activities import commands, door, permissions, queries, signing
from xinfeng.activities.commands import NewPost, NewShift
from xinfeng.activities.commands.leaving import move_places
from xinfeng.activities.fitness import Fitness
from xinfeng.activities.lifecycle import signups as records_of_signups
from xinfeng.activities.models import Activity, CheckIn, Post, Signup
from xinfeng.activities.sources import signups_at
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.base.standing import NOBODY
from xinfeng.hours import rules
from xinfeng.hours.models import Credit
from xinfeng.hours.sources import Where
from xinfeng.journal.models import Entry
from xinfeng.people import commands as people
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.places.tests.build import NINE, TODAY, a_city

from .build import EIGHT, ONE_HOUR, a_post, a_shift, a_signup, a_wish, an_activity
from .phones import Phone, sent

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
    visited = {"audience": "INVITED", "division": a_city().township}
    return a_shift(activity=an_activity(leader=lan, **visited), capacity=1)


def post(shift, name):
    return shift.posts.get(name=name)


def credited():
    with scope.whole_city():
        return list(Credit.objects.order_by("pk").values_list("person_id", "minutes"))


def again(signup):
    with scope.whole_city():
        return Signup.objects.get(pk=signup.pk)


# Free places


def line(shift):
    return queries.line_of(type(shift).objects.select_related("activity").get(pk=shift.pk))


def test_the_seat_of_who_is_asked_is_no_free_place(lesson):
    assert (lesson.capacity, line(lesson).places, line(lesson).free) == (10, 2, 2)

    taken = post(lesson, "学员")
    a_signup(volunteer=a_person("bo"), shift=lesson, post=taken, part="LEARNER")

    assert (line(lesson).free, line(lesson).booked) == (1, 1)


def test_where_all_are_asked_no_place_is_free(lan):
    shift = a_shift(leader=lan)
    a_post(shift, "讲师", capacity=1, audience="INVITED")

    assert (line(shift).places, line(shift).free) == (0, 0)


def test_without_posts_every_place_is_free(lan):
    assert line(a_shift(leader=lan, capacity=3)).free == 3


def test_the_page_of_an_activity_counts_as_its_list_does(lesson):
    page = queries.activity_page(lesson.activity, visitor=None, standing=NOBODY, at=EIGHT)

    offer = page.offers[0]
    assert (offer.line.places, offer.line.free) == (2, 2)
    assert {left.post.name: left.free for left in offer.posts} == {"讲师": 0, "学员": 2}


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


# The other doors: each leads to the same rule


def learner(lesson, person, **more):
    return a_signup(
        volunteer=person, shift=lesson, post=post(lesson, "学员"), part="LEARNER", **more
    )


def verbs():
    return set(Entry.objects.values_list("verb", flat=True))


def code_at(signup, at):
    return str(door.shown(signup.shift.activity.code, at))


def told(phone, key, signup, phase, said_at, *, received_at=None):
    message = phone.say(
        key, said_at=said_at, signup=signup.pk, phase=phase, code=code_at(signup, said_at)
    )
    at = received_at or said_at
    return commands.receive(message=signing.read(sent(message, at=at)), at=at)


def test_a_learners_own_phone_earns_nothing_on_the_fast_way(lesson, mei):
    signup, phone = learner(lesson, mei), Phone()
    key = phone.register(mei, EIGHT)

    told(phone, key, signup, "IN", NINE)
    outcome = told(phone, key, signup, "OUT", ELEVEN)

    assert (outcome.state, outcome.earns, again(signup).state) == ("LEFT", False, "LEFT")
    assert credited() == []
    assert "credit.posted" not in verbs()


def test_what_a_learners_phone_kept_for_days_earns_nothing_either(lesson, mei):
    signup, phone = learner(lesson, mei), Phone()
    key, later = phone.register(mei, EIGHT), NINE + timedelta(days=4)
    commands.close_register(shift_id=lesson.pk, at=later)
    assert again(signup).state == "NO_SHOW"

    told(phone, key, signup, "IN", NINE, received_at=later)
    told(phone, key, signup, "OUT", ELEVEN, received_at=later)

    now = again(signup)
    assert (now.state, now.arrived_at, now.left_at) == ("LEFT", NINE, ELEVEN)
    assert credited() == []


def test_a_walk_in_by_the_code_of_the_door_takes_the_learners_post(lesson, mei):
    code = str(door.shown(lesson.activity.code, NINE))
    phones = {"client_id": uuid4(), "code": code, "seen_at": NINE, "actor": mei}

    signup = commands.scan(phase="IN", at=NINE, **phones)

    assert (signup.state, signup.part) == ("PRESENT", "LEARNER")


def test_digits_cards_and_the_kiosk_earn_a_learner_nothing(lesson, lan, mei):
    signup = learner(lesson, mei)
    commands.type_digits(
        client_id=uuid4(), digits=door.digits_shown(lesson.activity.code, NINE),
        signup_id=signup.pk, phase="IN", actor=mei, at=NINE,
    )  # fmt: skip
    card = commands.issue_card(person_id=mei.pk, code="CARD", actor=mei, at=NINE)

    gone = commands.scan_card(
        text=card.code, shift_id=lesson.pk, client_id=uuid4(), actor=lan, at=ELEVEN
    )

    assert (gone.state, credited()) == ("LEFT", [])


def test_the_review_of_a_forgotten_check_out_earns_a_learner_nothing(lesson, lan, mei):
    signup = learner(lesson, mei, state="PRESENT", arrived_at=NINE)

    commands.check_out(signup_id=signup.pk, actor=lan, at=ELEVEN + 3 * ONE_HOUR)

    assert (again(signup).left_at, credited()) == (ELEVEN, [])


def test_a_learner_who_waited_is_promoted_as_a_learner(lesson, mei):
    first = [commands.sign_up(shift_id=lesson.pk, actor=a_person(n), at=EIGHT) for n in "ab"]
    waits = commands.sign_up(shift_id=lesson.pk, actor=mei, at=EIGHT)
    assert (waits.state, waits.part) == ("WAITING", "LEARNER")

    commands.cancel(signup_id=first[0].pk, actor=first[0].person, at=EIGHT)

    assert (again(waits).state, again(waits).part) == ("BOOKED", "LEARNER")


def test_two_accounts_that_become_one_learn_on_and_earn_nothing(lesson, lan, mei):
    signup, keep = learner(lesson, mei), a_person("keep", volunteers=False)

    with scope.whole_city(), transaction.atomic():
        move_places(mei, keep, lan, EIGHT)
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE)
    commands.check_out(signup_id=signup.pk, actor=lan, at=ELEVEN)

    now = again(signup)
    assert (now.person_id, now.part, now.state) == (keep.pk, "LEARNER", "LEFT")
    assert credited() == []


def test_a_learner_whose_account_ends_leaves_without_hours(lesson, mei):
    signup = learner(lesson, mei, state="PRESENT", arrived_at=NINE)

    people.close_account(person_id=mei.pk, actor=mei, at=NINE + ONE_HOUR)

    assert (again(signup).state, credited()) == ("LEFT", [])


@pytest.mark.parametrize(("age", "code"), [(9, "guardian_needed"), (5, "guardian_needed")])
def test_small_children_learn_with_their_guardian_only(lesson, age, code):
    signup = what_forbids(lesson, Fitness(age=age))
    beside = what_forbids(lesson, Fitness(age=age, is_accompanied=True))

    assert (signup.code, beside) == (code, None)


def what_forbids(lesson, fit):
    return permissions.what_forbids_post(lesson.activity, post(lesson, "学员"), fit)


def test_a_dangerous_lesson_is_for_adults(lesson):
    lesson.activity.risk = "HIGH"

    assert what_forbids(lesson, Fitness(age=15)).code == "too_young"
    assert what_forbids(lesson, Fitness(age=None)).code == "age_unknown"
    assert what_forbids(lesson, Fitness(age=18)) is None


def test_learners_on_one_phone_say_nothing_against_the_helpers(lesson, mei):
    (scene,) = [one for one in rules.scenes_of(rules.declared()) if one.name == "on_device"]
    helper = a_signup(volunteer=a_person("bo"), shift=lesson)
    for number, signup in enumerate([helper, learner(lesson, mei)]):
        with scope.whole_city():
            CheckIn.objects.create(
                client_id=uuid4(), signup=signup, person=signup.person, phase="IN",
                division_id=signup.division_id, means="ROTATING", said_at=NINE,
                received_at=NINE, counted_at=NINE, device_id=7, device_counter=number,
            )  # fmt: skip

    with scope.whole_city(), connection.cursor() as cursor:
        cursor.execute(scene.sql)
        assert [row[3] for row in cursor.fetchall()] == [helper.pk]


def test_a_team_and_a_place_are_looked_at_by_their_helpers_only(lesson, mei):
    times = {"state": "LEFT", "arrived_at": NINE, "left_at": ELEVEN}
    helper = a_signup(volunteer=a_person("bo"), shift=lesson, **times)
    learner(lesson, mei, **times)
    where = Where(team_id=None, place_id=None, since=TODAY, until=TODAY + timedelta(days=1))

    with scope.whole_city():
        assert signups_at(where) == [helper.pk]


def test_my_record_says_that_i_learnt(lesson, mei):
    learner(lesson, mei)

    with scope.whole_city():
        (row,) = records_of_signups(mei.pk)

    assert row["part"] == "LEARNER"


# By invitation


def test_nobody_signs_up_for_what_is_by_invitation(visit):
    with pytest.raises(Unknown) as refusal:
        commands.sign_up(shift_id=visit.pk, actor=a_person("bo"), at=EIGHT)

    assert refusal.value.code == "shift_unknown"


def test_nobody_takes_the_post_of_somebody_who_is_asked(lesson):
    with pytest.raises(Refusal) as refusal:
        commands.sign_up(
            shift_id=lesson.pk, post_id=post(lesson, "讲师").pk, actor=a_person("bo"), at=EIGHT
        )

    assert refusal.value.code == "by_invitation"


def test_where_one_post_only_is_offered_there_is_no_choice(lesson, mei):
    signup = commands.sign_up(shift_id=lesson.pk, actor=mei, at=EIGHT)

    assert signup.post == post(lesson, "学员")


def test_where_every_post_is_for_somebody_asked_nobody_signs_up(lesson):
    post(lesson, "学员").delete()

    with pytest.raises(Refusal):
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


def test_who_books_somebody_does_not_learn_where_else_they_are(visit, lan):
    bo, an = a_person("bo"), a_person("an")
    elsewhere = a_shift(activity=an_activity(leader=an, title="社区戒毒陪伴"))
    a_signup(volunteer=bo, shift=elsewhere)

    with pytest.raises(Refusal) as told_to_lan:
        commands.book(shift_id=visit.pk, person_id=bo.pk, actor=lan, at=EIGHT)
    with pytest.raises(Refusal) as told_to_bo:
        commands.book(shift_id=visit.pk, person_id=bo.pk, actor=bo, at=EIGHT)

    assert "社区戒毒陪伴" not in str(told_to_lan.value)
    assert told_to_lan.value.code == told_to_bo.value.code == "shift_overlaps"
    assert "社区戒毒陪伴" in str(told_to_bo.value)


def test_who_may_see_the_other_roster_hears_what_is_on_there(visit, lan):
    bo = a_person("bo")
    a_signup(volunteer=bo, shift=a_shift(activity=an_activity(leader=lan, title="清扫街巷")))

    with pytest.raises(Refusal) as clash:
        commands.book(shift_id=visit.pk, person_id=bo.pk, actor=lan, at=EIGHT)

    assert "清扫街巷" in str(clash.value)


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
