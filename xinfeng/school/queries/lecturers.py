"""The lecturer corps: as everybody sees it, as lecturers see themselves, as an office does."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, QuerySet

from xinfeng.activities.models import Signup
from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.hours.models import Credit, Source
from xinfeng.people.models import Person
from xinfeng.people.permissions import OFFICES
from xinfeng.people.queries import masked_names
from xinfeng.school import permissions
from xinfeng.school.models import (
    ClassRating,
    ClassState,
    Lecturer,
    LecturerState,
    NightClass,
    Session,
)

from .lines import PAGE, ClassLine, lines_of, named, names_of


@dataclass(frozen=True)
class Said:
    """What learners who attended said of somebody's teaching; None: nobody has rated."""

    heads: int
    mean: float | None


@dataclass(frozen=True)
class LecturerLine:
    lecturer: Lecturer
    name: str
    said: Said


@dataclass(frozen=True)
class Corps:
    lines: list[LecturerLine]
    after: int | None


@dataclass(frozen=True)
class LecturerPage:
    """Everybody reads it; what is only an office's business stands on the desk."""

    line: LecturerLine
    coming: list[ClassLine]
    given: int
    may_decide: bool


@dataclass(frozen=True)
class OwnPage:
    """A lecturer's own: what waits for an answer, what is ahead, what was given."""

    lecturer: Lecturer
    asked: list[NightClass]
    moved: list[Session]
    coming: list[Session]
    classes: list[ClassLine]
    said: Said
    minutes: int


@dataclass(frozen=True)
class Candidate:
    """Somebody of the corps as the office sees them."""

    lecturer: Lecturer
    name: str


def corps(*, field: str = "", after: int | None = None) -> Corps:
    """Those who lecture now, honoured ones marked; an order nobody can buy: as they came."""
    with scope.whole_city():
        found = Lecturer.objects.lecturing().select_related("division")
        if field:
            found = found.filter(fields__code=field)
        if after:
            found = found.filter(pk__gt=after)
        rows = list(found.prefetch_related("fields").order_by("pk")[: PAGE + 1])
        lines = _lines(rows[:PAGE])
    return Corps(lines, rows[PAGE - 1].pk if len(rows) > PAGE else None)


def lecturer_page(code: str, *, standing: Standing, at: datetime) -> LecturerPage | None:
    with scope.whole_city():
        lecturer = _whole(code)
        if lecturer is None or lecturer.state not in {
            LecturerState.APPROVED, LecturerState.PAUSED,
        }:  # fmt: skip
            return None
        running = NightClass.objects.filter(lecturer=lecturer, state=ClassState.PUBLISHED)
        rows = list(named(running).order_by("first_on", "pk")[:PAGE])
        given = NightClass.objects.filter(lecturer=lecturer, state=ClassState.ENDED).count()
        line = _lines([lecturer])[0]
    may_decide = permissions.may_decide_lecturer(standing, lecturer)
    return LecturerPage(line, lines_of(rows, at), given, may_decide)


def own_lecturer(person: Person) -> Lecturer | None:
    with scope.reading(person_id=person.pk, spans=[]):
        found = Lecturer.objects.filter(person=person).select_related("division")
        return found.prefetch_related("fields").first()


def own_page(person: Person, *, at: datetime) -> OwnPage | None:
    lecturer = own_lecturer(person)
    if lecturer is None:
        return None
    with scope.whole_city():
        mine = named(NightClass.objects.filter(lecturer=lecturer))
        asked = mine.filter(state=ClassState.PROPOSED).order_by("asked_at", "pk")
        ahead = Session.objects.planned().filter(
            lecturer=lecturer,
            ends_at__gt=at,
            night_class__state__in=[ClassState.CONFIRMED, ClassState.PUBLISHED],
        )
        given = mine.exclude(state__in=_NOT_GIVEN).order_by("-pk")
        return OwnPage(
            lecturer=lecturer,
            asked=list(asked.prefetch_related("sessions")),
            moved=_moved(ahead, at),
            coming=list(
                ahead.filter(asked_at=None)
                .select_related("night_class__course", "place")
                .order_by("starts_at", "pk")[:PAGE]
            ),
            classes=lines_of(list(given[:PAGE]), at),
            said=_said([lecturer.pk]).get(lecturer.pk, Said(0, None)),
            minutes=_minutes(person.pk, lecturer.pk),
        )


def _moved(ahead: QuerySet[Session], at: datetime) -> list[Session]:
    """Evenings at a new time that wait for another yes."""
    asked = ahead.filter(asked_at__isnull=False, declined_at=None, starts_at__gt=at)
    named_too = asked.select_related("night_class__course", "place")
    return list(named_too.order_by("starts_at", "pk")[:PAGE])


def to_decide(standing: Standing) -> list[Candidate]:
    """Applications within an office's reach, oldest first."""
    found: list[Lecturer] = []
    with scope.whole_city():
        for lo, hi in standing.spans(OFFICES):
            applied = Lecturer.objects.inside(lo, hi).filter(state=LecturerState.APPLIED)
            found += applied.select_related("division").order_by("applied_at", "pk")[:PAGE]
        names = masked_names(one.person_id for one in found)
    rows = {one.pk: one for one in found if one.person_id != standing.person_id}
    return [Candidate(one, names.get(one.person_id, "*")) for one in rows.values()]


def lecturer_case(code: str, *, standing: Standing) -> LecturerLine | None:
    """Somebody of the corps for an office above them; None for everybody else."""
    with scope.whole_city():
        lecturer = _whole(code)
        if lecturer is None or not permissions.may_decide_lecturer(standing, lecturer):
            return None
        names = masked_names([lecturer.person_id])
        said = _said([lecturer.pk]).get(lecturer.pk, Said(0, None))
    return LecturerLine(lecturer, names.get(lecturer.person_id, "*"), said)


_NOT_GIVEN = (
    ClassState.DRAFT, ClassState.PROPOSED, ClassState.DECLINED, ClassState.WITHDRAWN,
)  # fmt: skip


def _whole(code: str) -> Lecturer | None:
    found = Lecturer.objects.select_related("division", "person", "learnt_in__course")
    return found.prefetch_related("fields").filter(code=code).first()


def _lines(lecturers: list[Lecturer]) -> list[LecturerLine]:
    names, said = names_of(lecturers), _said([one.pk for one in lecturers])
    return [
        LecturerLine(one, names[one.pk], said.get(one.pk, Said(0, None))) for one in lecturers
    ]


def _said(ids: list[int]) -> dict[int, Said]:
    rows = ClassRating.objects.filter(night_class__lecturer__in=ids)
    means = rows.order_by("night_class__lecturer_id").values_list("night_class__lecturer_id")
    counted = means.annotate(heads=Count("pk"), mean=Avg("teaching"))
    return {pk: Said(heads, float(mean)) for pk, heads, mean in counted}


def _minutes(person_id: int, lecturer_id: int) -> int:
    """Service minutes that stand in the ledger for evenings they gave, each of a sign-up."""
    given = Session.objects.filter(lecturer=lecturer_id, shift__isnull=False)
    signups = Signup.objects.filter(shift__in=given.values("shift_id"), person=person_id)
    earned = Credit.objects.standing().filter(
        person_id=person_id,
        source_kind=Source.ATTENDANCE,
        source_id__in=list(signups.order_by("pk").values_list("pk", flat=True)),
    )
    return earned.minutes()
