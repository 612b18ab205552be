"""One class as everybody sees it, and one's own place in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Avg, Count
from django.utils import timezone

from xinfeng.activities.models import Part, Signup, SignupState
from xinfeng.base import pack, scope
from xinfeng.base.standing import Standing
from xinfeng.people.models import Guardianship, Person
from xinfeng.people.queries import masked_names
from xinfeng.school import permissions
from xinfeng.school.models import (
    ClassRating,
    ClassState,
    Enrolment,
    EnrolmentState,
    Material,
    NightClass,
    Session,
    SessionState,
)

from .catalogue import materials_of
from .lines import ClassLine, lines_of, named


@dataclass(frozen=True)
class Marks:
    """Means of what learners who attended said; None: nobody has rated."""

    heads: int
    content: float | None
    teaching: float | None
    arrangement: float | None


@dataclass(frozen=True)
class Ward:
    """Somebody the visitor answers for, and their place in the class."""

    person_id: int
    name: str
    mine: Enrolment | None


@dataclass(frozen=True)
class ClassPage:
    line: ClassLine
    sessions: list[Session]
    materials: list[Material]
    marks: Marks
    mine: Enrolment | None
    position: int | None
    wards: list[Ward]
    rating: ClassRating | None
    may_rate: bool
    may_run: bool
    may_see_attendance: bool
    is_lecturer: bool
    has_evening_ahead: bool

    @property
    def night_class(self) -> NightClass:
        return self.line.night_class

    @property
    def takes_people(self) -> bool:
        return self.night_class.state == ClassState.PUBLISHED and self.has_evening_ahead

    @property
    def has_other_evenings(self) -> bool:
        """Whether some evening is not held on the day or at the time of the others."""
        usual = (self.night_class.weekday, self.night_class.begins_minute)
        held = [one for one in self.sessions if one.state != SessionState.CALLED_OFF]
        return any(_weekday_and_minute(one.starts_at) != usual for one in held)


def _weekday_and_minute(at: datetime) -> tuple[int, int]:
    local = timezone.localtime(at, timezone.get_default_timezone())
    return local.weekday(), local.hour * 60 + local.minute


def class_page(
    code: str, *, visitor: Person | None, standing: Standing, at: datetime
) -> ClassPage | None:
    """None: there is no such class, or it is not published and not the visitor's to see."""
    with scope.whole_city():
        found = named(NightClass.objects.filter(code=code)).first()
        if found is None or not _may_read(found, standing):
            return None
        sessions = list(found.sessions.order_by("number", "pk"))
        own = _own(found, visitor)
        wards = _wards(found, visitor)
        rating = found.ratings.filter(person=visitor).first() if visitor else None
        return ClassPage(
            line=lines_of([found], at)[0],
            sessions=sessions,
            materials=materials_of(found.course),
            marks=marks_of(found),
            mine=own,
            position=_position(own),
            wards=wards,
            rating=rating,
            may_rate=visitor is not None and rating is None and may_rate(found, visitor, at),
            may_run=visitor is not None
            and permissions.may_run(standing, found, found.lecturer),
            may_see_attendance=permissions.may_see_attendance(standing, found, found.lecturer),
            is_lecturer=visitor is not None and visitor.pk == found.lecturer.person_id,
            has_evening_ahead=any(
                one.state == "PLANNED" and one.starts_at > at for one in sessions
            ),
        )


@dataclass(frozen=True)
class RatingsPage:
    """The rows behind the means of a class; words only for those they were written for."""

    line: ClassLine
    marks: Marks
    ratings: list[ClassRating]
    may_read_words: bool


def ratings_page(code: str, *, standing: Standing, at: datetime) -> RatingsPage | None:
    """None: there is no such class, or it is not published and not the visitor's to see.

    Nobody is named, and the order is that of the marks: who came when tells nobody who said it.
    """
    with scope.whole_city():
        found = named(NightClass.objects.filter(code=code)).first()
        if found is None or not _may_read(found, standing):
            return None
        best_first = found.ratings.order_by("-content", "-teaching", "-arrangement", "comment")
        return RatingsPage(
            line=lines_of([found], at)[0],
            marks=marks_of(found),
            ratings=list(best_first),
            may_read_words=permissions.may_see_attendance(standing, found, found.lecturer),
        )


def marks_of(night_class: NightClass) -> Marks:
    said = ClassRating.objects.filter(night_class=night_class)
    means = said.aggregate(
        heads=Count("pk"),
        content=Avg("content"),
        teaching=Avg("teaching"),
        arrangement=Avg("arrangement"),
    )
    return Marks(**means)


def may_rate(night_class: NightClass, visitor: Person, at: datetime) -> bool:
    """Whoever came, until some days after the class was closed."""
    days = pack.load(settings.CITY_PACK).rules.class_rating_days
    closed_at = night_class.closed_at
    if closed_at is not None and at >= closed_at + timedelta(days=days):
        return False
    return came(night_class, visitor.pk)


def came(night_class: NightClass, person_id: int) -> bool:
    there = Signup.objects.filter(
        shift__in=night_class.sessions.filter(shift__isnull=False).values("shift_id"),
        person=person_id,
        part=Part.LEARNER,
        state__in=[SignupState.PRESENT, SignupState.LEFT],
    )
    return there.exists()


def _may_read(found: NightClass, standing: Standing) -> bool:
    if found.published_at is not None:
        return True
    if standing.person_id is None:
        return False
    teaches = found.asked_at is not None and standing.person_id == found.lecturer.person_id
    return teaches or permissions.may_run(standing, found, found.lecturer)


def _own(found: NightClass, visitor: Person | None) -> Enrolment | None:
    if visitor is None:
        return None
    return found.enrolments.live().filter(person=visitor).first()


def _position(own: Enrolment | None) -> int | None:
    if own is None or own.state != EnrolmentState.WAITING:
        return None
    ahead = Enrolment.objects.waiting().filter(night_class=own.night_class_id, pk__lt=own.pk)
    return ahead.count() + 1


def _wards(found: NightClass, visitor: Person | None) -> list[Ward]:
    if visitor is None:
        return []
    confirmed = Guardianship.objects.standing().filter(guardian=visitor)
    ids = sorted(set(confirmed.values_list("ward_id", flat=True)))
    if not ids:
        return []
    live = {one.person_id: one for one in found.enrolments.live().filter(person__in=ids)}
    names = masked_names(ids)
    return [Ward(pk, names.get(pk, "*"), live.get(pk)) for pk in ids]
