"""The course menu: what the pack brings, what offices add, renew and take off."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, codes, pack, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Division
from xinfeng.school import menu, permissions
from xinfeng.school.models import Course, Field, Series

journal.declare(
    {
        "menu.brought": gettext_lazy("brought the course menu of the city"),
        "course.offered": gettext_lazy("offered a course"),
        "course.renewed": gettext_lazy("changed what a course says"),
        "course.withdrawn": gettext_lazy("took a course off the menu"),
        "series.opened": gettext_lazy("opened a series of classes"),
    }
)


@dataclass(frozen=True, kw_only=True)
class NewCourse:
    """What an office says of a course; the names are those of its columns."""

    code: str
    field_id: int
    title: str
    outline: str
    sessions: int
    minutes: int
    division_id: int
    title_en: str = ""
    needs: str = ""
    audience: str = ""
    qualifications: tuple[str, ...] = ()
    min_age: int | None = None
    topic_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewSeries:
    """A heading for classes, and the days within which they begin."""

    code: str
    title: str
    division_id: int
    starts_on: date
    ends_on: date | None = None
    outline: str = ""
    is_topic: bool = False


_SAID = (
    "field_id", "title", "title_en", "outline", "sessions", "minutes", "needs", "audience",
    "min_age", "topic_id",
)  # fmt: skip


@scope.command
def bring_menu(*, at: datetime, actor: Person | None = None) -> int:
    """Put the pack's fields, topics and courses on the menu; those already there stay.

    Run by the machine's owner and by the simulated city. Returns how many courses were added.
    """
    city, brought = _city(), menu.of_the_city()
    fields = {
        one.code: Field.objects.get_or_create(
            code=one.code,
            defaults={
                "name": one.name, "name_en": one.name_en, "category": one.category,
                "position": position,
            },
        )[0]
        for position, one in enumerate(brought.fields)
    }  # fmt: skip
    topics = {
        one.code: Series.objects.get_or_create(
            code=one.code,
            defaults={
                "title": one.title, "title_en": one.title_en, "outline": one.outline,
                "is_topic": True, "division": city, "starts_on": clock.local_date(at),
            },
        )[0]
        for one in brought.topics
    }  # fmt: skip
    added = sum(
        _bring(one, fields[one.field], topics.get(one.topic), city, at)
        for one in brought.courses
    )
    if added:
        journal.record(
            "menu.brought", city, actor=actor, at=at, where=city.pk, on=clock.local_date(at),
            courses=added,
        )  # fmt: skip
    return added


@scope.command
def offer_course(*, new: NewCourse, actor: Person, at: datetime) -> Course:
    """A course more on the menu of an office's area. The code comes with the form."""
    _may_offer(new.division_id, actor, at)
    if already := Course.objects.filter(code=new.code).first():
        if already.offered_by_id != actor.pk:
            raise Refusal("code_taken", _("This code is taken; open the form once more."))
        return already
    _refuse_impossible(new)
    course = Course.objects.create(
        **{name: getattr(new, name) for name in _SAID},
        code=new.code,
        division_id=new.division_id,
        qualifications=list(new.qualifications),
        offered_by=actor,
        offered_at=at,
    )
    _record("course.offered", course, actor, at)
    return course


@scope.command
def renew_course(*, course_id: int, new: NewCourse, actor: Person, at: datetime) -> Course:
    """Change what a course says, and put it on the menu again; running classes stay."""
    course = _lock(course_id, actor, at)
    _refuse_impossible(new)
    for name in _SAID:
        setattr(course, name, getattr(new, name))
    course.qualifications, course.is_active = list(new.qualifications), True
    course.save(update_fields=[*_SAID, "qualifications", "is_active"])
    _record("course.renewed", course, actor, at)
    return course


@scope.command
def withdraw_course(*, course_id: int, actor: Person, at: datetime) -> Course:
    """Nobody can ask for it any more; what was asked for stays."""
    course = _lock(course_id, actor, at)
    if course.is_active:
        course.is_active = False
        course.save(update_fields=["is_active"])
        _record("course.withdrawn", course, actor, at)
    return course


@scope.command
def open_series(*, new: NewSeries, actor: Person, at: datetime) -> Series:
    """Classes that belong together: a sequence, or a special topic of the area."""
    _may_offer(new.division_id, actor, at)
    if already := Series.objects.filter(code=new.code).first():
        return already
    if not new.title.strip():
        raise Refusal("series_words", _("Give the series a title."))
    if new.ends_on is not None and new.ends_on <= new.starts_on:
        raise Refusal("series_days", _("A series ends after it starts."))
    series = Series.objects.create(
        code=new.code, title=new.title.strip(), outline=new.outline.strip(),
        division_id=new.division_id, starts_on=new.starts_on, ends_on=new.ends_on,
        is_topic=new.is_topic,
    )  # fmt: skip
    journal.record(
        "series.opened", series, actor=actor, at=at, where=new.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
    return series


def _city() -> Division:
    code = pack.load(settings.CITY_PACK).code
    city = Division.objects.filter(pk=code, level=codes.Level.CITY).first()
    if city is None:
        raise Unknown("city_unknown", _("Import the divisions of the city first."))
    return city


def _bring(
    one: menu.CourseOfMenu, field: Field, topic: Series | None, city: Division, at: datetime
) -> bool:
    _course, made = Course.objects.get_or_create(
        code=one.code,
        defaults={
            "field": field, "topic": topic, "division": city, "offered_at": at,
            "title": one.title, "title_en": one.title_en, "outline": one.outline,
            "sessions": one.sessions, "minutes": one.minutes, "needs": one.needs,
            "audience": one.audience, "qualifications": list(one.qualifications),
            "min_age": one.min_age,
        },
    )  # fmt: skip
    return made


def _may_offer(division_id: int, actor: Person, at: datetime) -> None:
    standing = standing_of(actor, clock.local_date(at))
    if not permissions.may_offer_courses(standing, division_id):
        raise Forbidden("not_your_area", _("Only an office can do this, within its area."))


def _lock(course_id: int, actor: Person, at: datetime) -> Course:
    course = Course.objects.select_for_update(of=("self",)).filter(pk=course_id).first()
    # Unknown and not-yours get the same answer, so ids cannot be probed.
    _may_offer(course.division_id if course else 0, actor, at)
    assert course is not None
    return course


def _refuse_impossible(new: NewCourse) -> None:
    if not Field.objects.filter(pk=new.field_id).exists():
        raise Unknown("field_unknown", _("There is no such field."))
    if new.topic_id is not None and not Series.objects.filter(pk=new.topic_id).exists():
        raise Unknown("series_unknown", _("There is no such series."))
    if not new.title.strip() or not new.outline.strip():
        raise Refusal("course_words", _("Write a title and what the course is about."))
    if not (1 <= new.sessions <= 30 and 30 <= new.minutes <= 180):
        raise Refusal(
            "course_length", _("A course has 1 to 30 sessions of 30 to 180 minutes each.")
        )
    known = {term.code for term in pack.load(settings.CITY_PACK).qualifications}
    if set(new.qualifications) - known:
        raise Refusal("qualification_unknown", _("There is no such qualification."))


def _record(verb: str, course: Course, actor: Person, at: datetime) -> None:
    journal.record(
        verb, course, actor=actor, at=at, where=course.division_id, on=clock.local_date(at)
    )
