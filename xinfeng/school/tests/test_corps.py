"""The lecturer corps: who applies, who decides, and what the database refuses."""

import pytest
from django.db import IntegrityError, transaction

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal.models import Entry
from xinfeng.people.models import Notice
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.school import commands
from xinfeng.school.models import Lecturer

from .build import a_class, a_field, a_lecturer, an_offer, fresh, the_office

pytestmark = pytest.mark.django_db


def apply(person, code="L1", **more):
    return commands.apply_as_lecturer(code=code, offer=an_offer(**more), actor=person, at=NINE)


def approve(lecturer, actor=None, *, is_paid=False):
    return commands.approve_lecturer(
        lecturer_id=lecturer.pk, is_paid=is_paid, actor=actor or the_office(), at=NINE
    )


def told(person):
    with scope.whole_city():
        return list(Notice.objects.filter(person=person).values_list("kind", flat=True))


def test_a_volunteer_applies_once_however_often_they_press():
    bo = a_person("bo")

    first = apply(bo)

    assert apply(bo, code="L2") == first
    assert first.state == "APPLIED"
    assert Entry.objects.filter(verb="lecturer.applied").count() == 1


def test_a_learner_applies_from_the_page_of_their_class():
    made = a_class(state="PUBLISHED")

    lecturer = commands.apply_as_lecturer(
        code="L1", offer=an_offer(), actor=a_person("mei"), at=NINE, learnt_in_id=made.pk
    )

    assert lecturer.learnt_in_id == made.pk


def test_a_class_that_is_not_public_is_no_place_to_apply_from():
    made = a_class()

    with pytest.raises(Unknown):
        commands.apply_as_lecturer(
            code="L1", offer=an_offer(), actor=a_person("mei"), at=NINE, learnt_in_id=made.pk
        )


def test_who_is_no_volunteer_registers_first():
    with pytest.raises(Forbidden):
        apply(a_person("mei", volunteers=False))


@pytest.mark.parametrize(
    ("code", "lie"),
    [
        ("field_unknown", {"fields": ()}),
        ("field_unknown", {"fields": (999_999,)}),
        ("evenings_needed", {"evenings": 0}),
        ("capacity_a_week", {"capacity_a_week": 8}),
        ("reach", {"reach_m": 200_001}),
    ],
)
def test_an_impossible_offer_is_refused(code, lie):
    with pytest.raises(Refusal) as refusal:
        apply(a_person("bo"), **lie)

    assert refusal.value.code == code


def test_an_office_takes_somebody_up_and_they_are_told():
    bo = a_person("bo")
    lecturer = apply(bo)

    for _time in range(2):
        approve(lecturer, is_paid=True)

    now = fresh(lecturer)
    assert (now.state, now.is_paid, now.decided_by_id) == ("APPROVED", True, the_office().pk)
    assert told(bo) == ["lecturer.approved"]


@pytest.mark.parametrize("who", ["oneself", "stranger", "another county"])
def test_nobody_else_takes_somebody_up(who):
    bo = an_office(a_city().township, "bo")
    bo.registered_on = NINE.date()
    bo.save()
    other = {
        "oneself": bo,
        "stranger": a_person("x"),
        "another county": an_office(a_city().other_county),
    }[who]
    lecturer = apply(bo)

    with pytest.raises(Forbidden):
        approve(lecturer, other)

    assert fresh(lecturer).state == "APPLIED"


def test_who_was_refused_is_told_why_and_may_apply_again():
    bo = a_person("bo")
    lecturer = apply(bo)
    commands.refuse_lecturer(
        lecturer_id=lecturer.pk, reason="材料不全", actor=the_office(), at=NINE
    )

    again = apply(bo)

    assert told(bo) == ["lecturer.refused"]
    assert (again.pk, again.state, again.reason) == (lecturer.pk, "APPLIED", "")


def test_saying_no_needs_a_reason():
    lecturer = apply(a_person("bo"))

    with pytest.raises(Refusal) as refusal:
        commands.refuse_lecturer(
            lecturer_id=lecturer.pk, reason=" ", actor=the_office(), at=NINE
        )

    assert refusal.value.code == "reason_needed"


def test_a_lecturer_pauses_and_an_office_lets_them_begin_again():
    bo = a_lecturer()
    commands.pause_lecturer(lecturer_id=bo.pk, reason="出差", actor=bo.person, at=NINE)

    with pytest.raises(Forbidden):
        commands.resume_lecturer(lecturer_id=bo.pk, actor=bo.person, at=NINE)
    commands.resume_lecturer(lecturer_id=bo.pk, actor=the_office(), at=NINE)

    assert (fresh(bo).state, fresh(bo).reason) == ("APPROVED", "")


def test_who_has_accepted_classes_does_not_simply_stop():
    made = a_class(state="CONFIRMED")

    with pytest.raises(Refusal) as refusal:
        commands.end_lecturer(
            lecturer_id=made.lecturer_id, reason="搬家", actor=made.lecturer.person, at=NINE
        )

    assert refusal.value.code == "lecturer_has_classes"


def test_a_lecturer_alone_changes_what_they_offer():
    bo = a_lecturer()
    law = a_field("law", "法律")

    with pytest.raises(Unknown):
        commands.change_offer(lecturer_id=bo.pk, offer=an_offer(), actor=the_office(), at=NINE)
    commands.change_offer(
        lecturer_id=bo.pk, offer=an_offer(fields=(law.pk,), evenings=4), actor=bo.person,
        at=NINE,
    )  # fmt: skip

    now = fresh(bo)
    assert (now.evenings, list(now.fields.values_list("code", flat=True))) == (4, ["law"])


def test_an_honour_names_its_source():
    bo = a_lecturer()

    with pytest.raises(Refusal):
        commands.honour_lecturer(
            lecturer_id=bo.pk, honour="衡阳好人", source="", actor=the_office(), at=NINE
        )
    commands.honour_lecturer(
        lecturer_id=bo.pk, honour="衡阳好人", source="公告", actor=the_office(), at=NINE
    )

    assert fresh(bo).honour_source == "公告"


@pytest.mark.parametrize(
    "lie",
    [
        {"evenings": 0},
        {"evenings": 128},
        {"capacity_a_week": 0},
        {"capacity_a_week": 8},
        {"honour": "衡阳好人"},
        {"honour_source": "公告"},
        {"decided_at": None},
        {"decided_by": None},
        {"state": "APPLIED"},
        {"state": "INVENTED"},
    ],
)
def test_a_lecturer_is_possible(lie):
    bo = a_lecturer()

    with scope.whole_city(), pytest.raises(IntegrityError), transaction.atomic():
        Lecturer.objects.filter(pk=bo.pk).update(**lie)


def test_nobody_is_kept_as_approved_by_themselves():
    bo = a_lecturer()

    with scope.whole_city(), pytest.raises(IntegrityError), transaction.atomic():
        Lecturer.objects.filter(pk=bo.pk).update(decided_by=bo.person)
