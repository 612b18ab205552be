"""What this room tells of a person, and what becomes of it when accounts end."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xinfeng.people import leaving, merging, records
from xinfeng.people.models import Person
from xinfeng.people.records import Row

from .commands.leaving import end_of_account, move_all
from .models import ClassRating, ClassRequest, Enrolment, Lecturer, NightClass


@merging.declare
def move(keep: Person, gone: Person, actor: Person, at: datetime) -> None:
    move_all(gone, keep, actor, at)


@leaving.declare
def end(person: Person, actor: Person, at: datetime) -> None:
    end_of_account(person, actor, at)


@records.section("lecturing", _("My lecturing"))
def lecturing(person_id: int) -> Iterable[Row]:
    for lecturer in Lecturer.objects.filter(person_id=person_id).order_by("pk"):
        yield {
            "number": lecturer.code,
            "state": lecturer.state,
            "fields": sorted(lecturer.fields.values_list("code", flat=True)),
            "reach_m": lecturer.reach_m,
            "capacity_a_week": lecturer.capacity_a_week,
            "evenings": lecturer.evenings,
            "is_paid": lecturer.is_paid,
            "bio": lecturer.bio,
            "honour": lecturer.honour,
            "honour_source": lecturer.honour_source,
            "applied_at": lecturer.applied_at,
            "reason": lecturer.reason,
        }


@records.section("classes_taught", _("Classes offered to me as a lecturer"))
def taught(person_id: int) -> Iterable[Row]:
    given = NightClass.objects.filter(lecturer__person=person_id, asked_at__isnull=False)
    for night_class in given.select_related("course", "place").order_by("pk"):
        yield {
            "number": night_class.code,
            "course": night_class.course.title,
            "place": night_class.place.name,
            "first_on": night_class.first_on,
            "state": night_class.state,
            "asked_at": night_class.asked_at,
            "accepted_at": night_class.accepted_at,
            "decline_reason": night_class.decline_reason,
            "decline_text": night_class.decline_text,
        }


@records.section("class_requests", _("Classes I asked for"))
def requested(person_id: int) -> Iterable[Row]:
    asked = ClassRequest.objects.filter(asked_by=person_id).select_related("course", "place")
    for wanted in asked.order_by("pk"):
        yield {
            "number": wanted.code,
            "course": wanted.course.title,
            "place": wanted.place.name,
            "asked_at": wanted.asked_at,
            "note": wanted.note,
            "state": wanted.state,
        }


@records.section("enrolments", _("My night school classes"))
def enrolments(person_id: int) -> Iterable[Row]:
    own = Enrolment.objects.filter(person_id=person_id).select_related("night_class__course")
    for enrolment in own.order_by("pk"):
        yield {
            "class": enrolment.night_class.code,
            "course": enrolment.night_class.course.title,
            "state": enrolment.state,
            "asked_at": enrolment.asked_at,
            "enrolled_at": enrolment.enrolled_at,
            "closed_at": enrolment.closed_at,
        }


@records.section("class_ratings", _("My ratings of classes"))
def ratings(person_id: int) -> Iterable[Row]:
    own = ClassRating.objects.filter(person_id=person_id).select_related("night_class")
    for rating in own.order_by("pk"):
        yield {
            "class": rating.night_class.code,
            "content": rating.content,
            "teaching": rating.teaching,
            "arrangement": rating.arrangement,
            "comment": rating.comment,
            "rated_at": rating.rated_at,
        }
