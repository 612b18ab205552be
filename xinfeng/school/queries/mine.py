"""My classes: places and waits, the evenings ahead, what is to be rated."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from xinfeng.activities.models import Part, Signup, SignupState
from xinfeng.base import pack, scope
from xinfeng.people.models import Person
from xinfeng.school.models import (
    ClassRating,
    ClassState,
    Enrolment,
    EnrolmentState,
    NightClass,
    Session,
)

from .lines import PAGE, ClassLine, lines_of, named


@dataclass(frozen=True)
class MyPlace:
    """One enrolment with its class; a position when it waits, evenings attended so far."""

    enrolment: Enrolment
    line: ClassLine
    position: int | None
    attended: int
    may_rate: bool


@dataclass(frozen=True)
class MyClasses:
    places: list[MyPlace]
    past: list[MyPlace]
    coming: list[Session]


def my_classes(person: Person, *, at: datetime) -> MyClasses:
    with scope.whole_city():
        found = Enrolment.objects.filter(person=person).exclude(state=EnrolmentState.CANCELLED)
        enrolments = list(found.order_by("-pk")[: PAGE * 2])
        classes = named(
            NightClass.objects.filter(pk__in=[e.night_class_id for e in enrolments])
        )
        lines = {
            line.night_class.pk: line for line in lines_of(list(classes.order_by("pk")), at)
        }
        attended, to_rate = _attended(person, list(lines)), _to_rate(person, list(lines), at)
        positions = _positions(enrolments)
        places = [
            MyPlace(
                one,
                lines[one.night_class_id],
                positions.get(one.pk),
                attended.get(one.night_class_id, 0),
                one.night_class_id in to_rate and attended.get(one.night_class_id, 0) > 0,
            )
            for one in enrolments
        ]
        enrolled = [e.night_class_id for e in enrolments if e.state == EnrolmentState.ENROLLED]
        ahead = Session.objects.planned().filter(night_class__in=enrolled, ends_at__gt=at)
        coming = list(
            ahead.select_related("night_class__course", "place").order_by("starts_at", "pk")[
                :PAGE
            ]
        )
    running = {ClassState.PUBLISHED, ClassState.CONFIRMED}
    return MyClasses(
        [one for one in places if one.line.night_class.state in running and _lives(one)],
        [one for one in places if one.line.night_class.state not in running or not _lives(one)],
        coming,
    )


def _lives(place: MyPlace) -> bool:
    return place.enrolment.state in {EnrolmentState.ENROLLED, EnrolmentState.WAITING}


def _attended(person: Person, classes: list[int]) -> dict[int, int]:
    sessions = Session.objects.filter(night_class__in=classes, shift__isnull=False)
    class_of = dict(sessions.order_by("pk").values_list("shift_id", "night_class_id"))
    there = Signup.objects.filter(
        shift__in=list(class_of), person=person, part=Part.LEARNER,
        state__in=[SignupState.PRESENT, SignupState.LEFT],
    )  # fmt: skip
    found: dict[int, int] = {}
    for shift_id in there.order_by("pk").values_list("shift_id", flat=True):
        found[class_of[shift_id]] = found.get(class_of[shift_id], 0) + 1
    return found


def _to_rate(person: Person, classes: list[int], at: datetime) -> set[int]:
    """Not rated yet, and not closed for too long."""
    days = pack.load(settings.CITY_PACK).rules.class_rating_days
    rated = ClassRating.objects.filter(person=person, night_class__in=classes)
    found = NightClass.objects.filter(pk__in=classes)
    late = found.filter(closed_at__gt=at - timedelta(days=days)) | found.filter(closed_at=None)
    done = set(rated.order_by("pk").values_list("night_class_id", flat=True))
    return set(late.order_by("pk").values_list("pk", flat=True)) - done


def _positions(enrolments: list[Enrolment]) -> dict[int, int]:
    waiting = [one for one in enrolments if one.state == EnrolmentState.WAITING]
    return {
        one.pk: Enrolment.objects.waiting()
        .filter(night_class=one.night_class_id, pk__lt=one.pk)
        .count()
        + 1
        for one in waiting
    }
