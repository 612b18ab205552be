"""What becomes of places, classes and words when an account ends or two become one."""

from datetime import timedelta

import pytest

from xinfeng.activities.models import Activity, Signup
from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.people import commands as people
from xinfeng.people import records
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, a_city, a_place
from xinfeng.school import commands, queries
from xinfeng.school.models import ClassRating, Enrolment, Lecturer

from .build import MONDAY, a_class, a_lecturer, a_request, fresh
from .test_enrolling import attend, enrol, rate, states

pytestmark = pytest.mark.django_db


def day(later):
    """So many days after the Tuesday on which classes begin."""
    return MONDAY + timedelta(days=1 + later)


def close(person):
    people.close_account(person_id=person.pk, actor=person, at=NINE)


def merge(keep, gone):
    clerk = an_office(a_city().county)
    people.merge_people(keep_id=keep.pk, gone_id=gone.pk, actor=clerk, at=NINE)


def test_who_leaves_gives_the_place_to_who_waits():
    made = a_class(state="PUBLISHED")
    gone, mei = a_person("gone"), a_person("mei")
    for person in (gone, a_person("b"), mei):
        enrol(made, person)

    close(gone)
    for class_id in queries.classes_to_fill(NINE):
        commands.fill_places(class_id=class_id, at=NINE)

    assert states(made) == ["CANCELLED", "ENROLLED", "ENROLLED"]
    with scope.whole_city():
        assert Signup.objects.filter(person=mei, state="BOOKED").count() == 3


def test_a_lecturer_who_leaves_leaves_nothing_open():
    bo = a_lecturer(bio="教八段锦二十年", honour="衡阳好人", honour_source="公告")
    draft = a_class(lecturer=bo)
    asked = a_class(a_request(a_place()), lecturer=bo, state="PROPOSED",
                    first_on=day(1))  # fmt: skip
    taught = a_class(a_request(a_place()), lecturer=bo, state="PUBLISHED",
                     first_on=day(2))  # fmt: skip

    close(bo.person)

    made = [fresh(one).state for one in (draft, asked, taught)]
    assert made == ["WITHDRAWN", "DECLINED", "CALLED_OFF"]
    assert {fresh(one.request).state for one in (draft, asked, taught)} == {"ASKED"}
    assert set(Activity.objects.values_list("state", flat=True)) == {"CALLED_OFF"}
    gone = fresh(bo)
    assert (gone.state, gone.bio, gone.honour) == ("ENDED", "", "")


def test_erasing_takes_the_words_and_leaves_the_marks():
    made, mei = a_class(state="PUBLISHED"), a_person("mei")
    enrol(made, mei)
    rate(made, mei, attend(made, mei), comment="李老师讲得好")

    people.erase_account(person_id=mei.pk, actor=mei, at=NINE)

    with scope.whole_city():
        rating = ClassRating.objects.get()
    assert (rating.comment, rating.teaching) == ("", 4)


def test_enrolments_go_to_the_account_that_stays_once():
    first, second = a_class(state="PUBLISHED"), a_class(
        a_request(a_place()), lecturer=a_lecturer("al"), state="PUBLISHED",
        first_on=day(3),
    )  # fmt: skip
    keep, gone = a_person("mei"), a_person("mei2")
    enrol(first, keep), enrol(first, gone), enrol(second, gone)

    merge(keep, gone)

    with scope.whole_city():
        live = Enrolment.objects.live().filter(person=keep).order_by("night_class_id")
        assert list(live.values_list("night_class_id", flat=True)) == [first.pk, second.pk]
        assert not Enrolment.objects.live().filter(person=gone).exists()
        assert Signup.objects.filter(person=keep, state="BOOKED").count() == 6


def test_a_place_that_two_accounts_held_goes_to_who_waits():
    made, keep, gone = a_class(state="PUBLISHED"), a_person("mei"), a_person("mei2")
    for person in (keep, gone, a_person("waits")):
        enrol(made, person)

    merge(keep, gone)
    for class_id in queries.classes_to_fill(NINE):
        commands.fill_places(class_id=class_id, at=NINE)

    assert states(made) == ["ENROLLED", "CANCELLED", "ENROLLED"]


def test_lecturing_goes_to_the_account_that_stays():
    bo = a_lecturer()
    made, keep = a_class(lecturer=bo, state="CONFIRMED"), a_person("keep")

    merge(keep, bo.person)

    with scope.whole_city():
        assert Lecturer.objects.get().person_id == keep.pk
    assert fresh(made).state == "CONFIRMED"


def test_two_who_teach_on_one_evening_are_not_simply_one():
    bo, al = a_lecturer(), a_lecturer("al")
    a_class(lecturer=bo, state="CONFIRMED")
    a_class(a_request(a_place()), lecturer=al, state="CONFIRMED")

    with pytest.raises(Refusal) as refusal:
        merge(al.person, bo.person)

    assert refusal.value.code == "both_teach"


def test_of_two_lecturers_who_are_one_only_one_goes_on_lecturing():
    bo, al = a_lecturer(), a_lecturer("al")
    made = a_class(lecturer=bo, state="CONFIRMED")

    merge(al.person, bo.person)

    assert (fresh(bo).state, fresh(al).state) == ("ENDED", "APPROVED")
    assert fresh(made).lecturer_id == al.pk


def test_a_rating_of_both_accounts_is_one():
    made, keep, gone = a_class(state="PUBLISHED"), a_person("mei"), a_person("mei2")
    enrol(made, keep), enrol(made, gone)
    rate(made, keep, attend(made, keep))
    rate(made, gone, attend(made, gone))

    merge(keep, gone)

    with scope.whole_city():
        assert ClassRating.objects.filter(person=keep).count() == 1


def test_a_record_tells_of_school():
    made, mei = a_class(state="PUBLISHED"), a_person("mei")
    enrol(made, mei)
    rate(made, mei, attend(made, mei), comment="好")
    bo = made.lecturer.person

    with scope.whole_city():
        learner = {s.name: list(s.tell(mei.pk)) for s in records.sections()}
        lecturer = {s.name: list(s.tell(bo.pk)) for s in records.sections()}

    assert [row["state"] for row in learner["enrolments"]] == ["ENROLLED"]
    assert [row["comment"] for row in learner["class_ratings"]] == ["好"]
    assert lecturer["lecturing"][0]["fields"] == ["hobbies"]
    assert [row["state"] for row in lecturer["classes_taught"]] == ["PUBLISHED"]


def test_a_draft_is_not_told_to_its_lecturer():
    bo = a_lecturer()
    a_class(lecturer=bo)

    with scope.whole_city():
        told = {s.name: list(s.tell(bo.person_id)) for s in records.sections()}

    assert told["classes_taught"] == []
