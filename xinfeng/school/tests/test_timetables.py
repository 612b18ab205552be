"""The timetable as the office has it worked out: who is placed, who is kept, and why not."""

from datetime import date, timedelta

import pytest

from xinfeng.activities.tests.build import a_shift, a_signup, an_activity
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people.models import Notice
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, a_city, a_place
from xinfeng.school import commands, evenings
from xinfeng.school.models import ClassState, NightClass, Session

from .build import (
    MONDAY,
    SEVEN_PM,
    a_class,
    a_course,
    a_field,
    a_lecturer,
    a_request,
    a_timetable,
    fresh,
    the_keeper,
    the_office,
    worked_out,
)

pytestmark = pytest.mark.django_db


def test_a_request_finds_a_lecturer_and_evenings():
    bo, wanted = a_lecturer(), a_request()

    plan = a_timetable()

    made = NightClass.objects.get(request=wanted)
    assert (plan.state, plan.placed, plan.unplaced, plan.progress) == ("DRAFT", 1, 0, 100)
    assert (made.state, made.lecturer_id, made.sessions.count()) == ("DRAFT", bo.pk, 3)
    assert fresh(wanted).state == "PLACED"
    assert plan.bound_m <= plan.cost_m


def test_a_draft_tells_no_lecturer_and_publishing_asks_them():
    bo, _wanted = a_lecturer(), a_request()
    plan = a_timetable()
    with scope.whole_city():
        before = Notice.objects.filter(person=bo.person).count()

    commands.publish_timetable(timetable_id=plan.pk, actor=the_office(), at=NINE)

    with scope.whole_city():
        told = list(Notice.objects.filter(person=bo.person).values_list("kind", flat=True))
    assert before == 0
    assert told == ["class.proposed"]
    assert NightClass.objects.get().state == "PROPOSED"


def test_publishing_twice_asks_once():
    bo, _wanted = a_lecturer(), a_request()
    plan = a_timetable()

    for _time in range(2):
        commands.publish_timetable(timetable_id=plan.pk, actor=the_office(), at=NINE)

    with scope.whole_city():
        assert Notice.objects.filter(person=bo.person).count() == 1


@pytest.mark.parametrize(
    ("why", "lecturer", "request_"),
    [
        ("NOBODY_TEACHES_IT", {"fields": "law"}, {}),
        ("NOBODY_COMES_SO_FAR", {"reach_m": 1, "division": "far"}, {}),
        ("NOBODY_FREE", {"evenings": 1}, {"evenings": 2}),
    ],
)
def test_who_is_not_placed_is_told_why(why, lecturer, request_):
    if lecturer.get("fields"):
        lecturer = {"fields": [a_field("law", "法律")]}
    if lecturer.pop("division", None):
        lecturer["person"] = a_person("bo", division=a_city().other_village)
    a_lecturer(**lecturer)
    wanted = a_request(**request_)

    plan = a_timetable()

    assert (plan.placed, plan.unplaced) == (0, 1)
    assert (fresh(wanted).state, fresh(wanted).why) == ("UNPLACED", why)


def test_a_course_that_asks_for_a_certificate_is_not_given_by_anybody():
    a_lecturer()
    wanted = a_request(
        course_id=a_course("first-aid", qualifications=["first-aid-certificate"]).pk
    )

    a_timetable()

    assert fresh(wanted).why == "NOBODY_TEACHES_IT"


def test_an_activity_of_the_place_takes_its_rooms():
    a_lecturer()
    place = a_place()
    tuesday = 2
    wanted = a_request(place, evenings=tuesday, course_id=a_course("once", sessions=1).pk)
    for week in range(4):
        on = MONDAY + timedelta(days=1, weeks=week)
        a_shift(
            activity=an_activity(
                leader=the_keeper(place), place=place, division=place.division
            ),
            starts_at=evenings.moment(on, SEVEN_PM),
        )

    a_timetable()

    assert fresh(wanted).why == "ROOM_TAKEN"


def test_what_a_lecturer_does_elsewhere_is_not_disturbed():
    bo = a_lecturer()
    a_request(evenings=1, course_id=a_course("once", sessions=1).pk)
    a_signup(
        volunteer=bo.person,
        shift=a_shift(leader=a_person("x"), starts_at=evenings.moment(MONDAY, SEVEN_PM)),
    )

    a_timetable()

    assert NightClass.objects.get().first_on == MONDAY + timedelta(weeks=1)


def test_what_a_lecturer_accepted_is_never_moved():
    bo = a_lecturer(capacity_a_week=7)
    kept = a_class(lecturer=bo, state="CONFIRMED")
    for number in range(3):
        a_request(room=f"{number}号室")

    plan = a_timetable()

    now = fresh(kept)
    assert (now.state, now.first_on, now.lecturer_id) == ("CONFIRMED", kept.first_on, bo.pk)
    assert plan.placed == 3
    assert Session.objects.values("lecturer", "on").distinct().count() == 12


def test_a_lecturer_is_not_asked_again_for_what_they_declined():
    bo, wanted = a_lecturer(), a_request()
    declined = a_class(wanted, lecturer=bo, state="PROPOSED")
    commands.decline_class(class_id=declined.pk, reason="BUSY", actor=bo.person, at=NINE)

    a_timetable()

    assert (fresh(wanted).state, fresh(wanted).why) == ("UNPLACED", "NOBODY_TEACHES_IT")


def test_what_was_accepted_while_the_plan_was_worked_out_stays():
    bo, al = a_lecturer(), a_lecturer("al", reach_m=1000)
    proposed = a_class(lecturer=bo, state="PROPOSED", first_on=MONDAY + timedelta(days=9))
    plan = a_timetable(work=False)

    worked_out(
        plan,
        meanwhile=lambda: commands.accept_class(class_id=proposed.pk, actor=bo.person, at=NINE),
    )

    assert fresh(proposed).state == "CONFIRMED"
    assert NightClass.objects.count() == 1
    assert al.pk


def test_a_room_taken_while_the_plan_was_worked_out_is_told_as_such():
    bo = a_lecturer(capacity_a_week=7)
    wanted = a_request(evenings=2, course_id=a_course("once", sessions=1).pk)
    place = wanted.place
    other = a_request(place, evenings=2, course_id=a_course("once", sessions=1).pk,
                      wished_from=MONDAY + timedelta(weeks=6))  # fmt: skip
    al = a_lecturer("al")
    plan = a_timetable(weeks=1, work=False)

    worked_out(
        plan,
        meanwhile=lambda: a_class(other, lecturer=al, first_on=MONDAY + timedelta(days=1)),
    )

    assert fresh(wanted).why == "OTHERS_CAME_FIRST"
    assert bo.pk


def test_a_plan_that_comes_out_the_same_disturbs_nobody():
    bo, _wanted = a_lecturer(), a_request()
    first = a_timetable()
    commands.publish_timetable(timetable_id=first.pk, actor=the_office(), at=NINE)
    proposed = NightClass.objects.get()

    second = a_timetable()

    assert second.kept == 1
    assert fresh(proposed).state == "PROPOSED"
    assert NightClass.objects.count() == 1
    assert bo.pk


def test_a_second_plan_moves_what_nobody_has_accepted():
    bo, wanted = a_lecturer(), a_request()
    a_timetable()
    first = NightClass.objects.get()
    commands.pause_lecturer(lecturer_id=bo.pk, reason="病", actor=the_office(), at=NINE)
    al = a_lecturer("al")

    a_timetable()

    assert fresh(first).state == ClassState.WITHDRAWN
    assert NightClass.objects.get(state="DRAFT").lecturer_id == al.pk
    assert fresh(wanted).state == "PLACED"


def test_a_township_plans_its_own_stations_only():
    clerk = an_office(a_city().township)

    with pytest.raises(Forbidden):
        commands.ask_timetable(
            code="T", division_id=a_city().county.pk, first_week=MONDAY, weeks=4, actor=clerk,
            at=NINE,
        )  # fmt: skip


def test_two_plans_of_one_area_are_not_worked_out_at_once():
    a_timetable(work=False)

    with pytest.raises(Refusal) as refusal:
        a_timetable(division=a_city().township, work=False)

    assert refusal.value.code == "timetable_running"


def test_a_form_sent_twice_asks_for_one_timetable():
    plan = a_timetable(work=False)

    again = commands.ask_timetable(
        code=plan.code, division_id=a_city().city.pk, first_week=MONDAY, weeks=4,
        actor=the_office(), at=NINE,
    )  # fmt: skip

    assert again == plan


def test_a_job_that_breaks_says_so_and_moves_nothing():
    a_lecturer()
    wanted = a_request()
    plan = a_timetable(work=False)
    commands.start_timetable(timetable_id=plan.pk, at=NINE)

    commands.fail_timetable(timetable_id=plan.pk, failure="broken", at=NINE)

    assert (fresh(plan).state, fresh(wanted).state) == ("FAILED", "ASKED")


def test_a_job_that_runs_twice_writes_once():
    a_lecturer()
    a_request()
    plan = a_timetable()

    worked_out(plan)

    assert NightClass.objects.count() == 1
    assert Entry.objects.filter(verb="timetable.worked_out").count() == 1


# Public holidays: National Day of 2022 lies on the first seven days of October

GOLDEN_WEEK = date(2022, 10, 3)
BEFORE_IT = GOLDEN_WEEK - timedelta(days=6)


def a_plan_from(first_week):
    plan = commands.ask_timetable(
        code="HOLIDAYS", division_id=a_city().city.pk, first_week=first_week, weeks=2,
        actor=the_office(), at=NINE,
    )  # fmt: skip
    return worked_out(plan)


def test_no_evening_is_put_on_a_public_holiday_and_the_class_goes_on_after_it():
    a_lecturer()
    wanted = a_request(wished_from=BEFORE_IT, evenings=evenings.bits([1]))

    a_plan_from(evenings.monday(BEFORE_IT))

    made = NightClass.objects.get(request=wanted)
    days = list(made.sessions.order_by("number").values_list("on", flat=True))
    assert days == [date(2022, 9, 27), date(2022, 10, 11), date(2022, 10, 18)]


def test_a_class_begins_on_no_holiday():
    a_lecturer()
    wanted = a_request(wished_from=GOLDEN_WEEK, evenings=evenings.ALL)

    a_plan_from(GOLDEN_WEEK)

    assert NightClass.objects.get(request=wanted).first_on >= date(2022, 10, 8)


def test_whoever_places_by_hand_may_begin_on_a_holiday_and_the_rest_avoids_them():
    made = a_class(first_on=GOLDEN_WEEK - timedelta(days=1))

    days = list(made.sessions.order_by("number").values_list("on", flat=True))
    assert days == [date(2022, 10, 2), date(2022, 10, 9), date(2022, 10, 16)]


def test_a_class_with_a_holiday_between_is_announced_on_its_evenings():
    made = a_class(first_on=date(2022, 9, 27), state="PUBLISHED")

    shifts = [one.shift.starts_at for one in made.sessions.order_by("number")]
    days = [date(2022, 9, 27), date(2022, 10, 11), date(2022, 10, 18)]
    assert shifts == [evenings.moment(day, SEVEN_PM) for day in days]
    assert Entry.objects.filter(verb="shift.moved").count() == 0
