"""What everybody finds: classes that take people, and the menu of courses."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from xinfeng.base import codes, scope
from xinfeng.base.standing import Standing
from xinfeng.people.permissions import OFFICES
from xinfeng.school import permissions
from xinfeng.school.models import (
    TAUGHT,
    ClassState,
    Course,
    Field,
    Lecturer,
    Material,
    NightClass,
    NightClassQuerySet,
    Series,
)

from .lines import PAGE, ClassLine, lines_of, named


@dataclass(frozen=True)
class Choice:
    """How a list is narrowed; empty narrows nothing."""

    within: int | None = None
    field: str = ""
    series: str = ""
    words: str = ""


@dataclass(frozen=True)
class OpenClasses:
    lines: list[ClassLine]
    fields: list[Field]
    after: int | None


@dataclass(frozen=True)
class CourseLine:
    course: Course
    classes: int


@dataclass(frozen=True)
class Menu:
    """The menu by field, and how many classes of each course take people now."""

    fields: list[tuple[Field, list[CourseLine]]]
    topics: list[Series]
    found: int


@dataclass(frozen=True)
class CoursePage:
    course: Course
    lines: list[ClassLine]
    materials: list[Material]
    may_add: bool
    may_change: bool
    # Who keeps a place, or an office, asks for the course.
    may_request: bool


def open_classes(choice: Choice, *, at: datetime, after: int | None) -> OpenClasses:
    """Those that are published and have an evening ahead, newest first."""
    classes = _narrowed(NightClass.objects.filter(state=ClassState.PUBLISHED), choice)
    if after:
        classes = classes.filter(pk__lt=after)
    with scope.whole_city():
        rows = list(named(classes).order_by("-pk")[: PAGE + 1])
    shown = rows[:PAGE]
    return OpenClasses(
        lines_of(shown, at), fields(), shown[-1].pk if len(rows) > PAGE else None
    )


def fields() -> list[Field]:
    return list(Field.objects.order_by("position", "pk"))


def menu(choice: Choice) -> Menu:
    """The whole menu, or what matches; it is some dozens of courses, so it is one page."""
    courses = Course.objects.filter(is_active=True).select_related("field", "topic")
    if choice.field:
        courses = courses.filter(field__code=choice.field)
    if choice.series:
        courses = courses.filter(topic__code=choice.series)
    if choice.words:
        courses = courses.filter(_says(choice.words, ""))
    running = Count("classes", filter=Q(classes__state=ClassState.PUBLISHED))
    by_field: dict[int, list[CourseLine]] = {}
    for course in courses.annotate(running=running).order_by("title", "pk"):
        line = CourseLine(course, course.running)
        by_field.setdefault(course.field_id, []).append(line)
    shown = [(field, by_field[field.pk]) for field in fields() if field.pk in by_field]
    topics = list(Series.objects.filter(is_topic=True).order_by("starts_on", "pk"))
    return Menu(shown, topics, sum(len(lines) for _field, lines in shown))


def course_page(code: str, *, standing: Standing, at: datetime) -> CoursePage | None:
    course = (
        Course.objects.select_related("field", "topic", "division").filter(code=code).first()
    )
    if course is None:
        return None
    with scope.whole_city():
        running = NightClass.objects.filter(course=course, state=ClassState.PUBLISHED)
        rows = list(named(running).order_by("first_on", "pk")[:PAGE])
        teaches = _teaches(course, standing)
    return CoursePage(
        course=course,
        lines=lines_of(rows, at),
        materials=materials_of(course),
        may_add=standing.person_id is not None
        and permissions.may_add_material(standing, course, teaches),
        may_change=permissions.may_offer_courses(standing, course.division_id),
        may_request=bool(standing.places or standing.spans(OFFICES)),
    )


def materials_of(course: Course) -> list[Material]:
    return list(course.materials.filter(removed_at=None).order_by("title", "pk"))


def _teaches(course: Course, standing: Standing) -> bool:
    if standing.person_id is None:
        return False
    own = Lecturer.objects.filter(person=standing.person_id)
    return NightClass.objects.filter(course=course, state__in=TAUGHT, lecturer__in=own).exists()


def _narrowed(classes: NightClassQuerySet, choice: Choice) -> NightClassQuerySet:
    if choice.within is not None:
        classes = classes.inside(*codes.span(choice.within, codes.level_of(choice.within)))
    if choice.field:
        classes = classes.filter(course__field__code=choice.field)
    if choice.series:
        classes = classes.filter(
            Q(series__code=choice.series) | Q(course__topic__code=choice.series)
        )
    if choice.words:
        classes = classes.filter(
            _says(choice.words, "course__") | Q(place__name__icontains=choice.words)
        )
    return classes


def _says(words: str, path: str) -> Q:
    names = ("title", "title_en", "outline", "audience")
    found = Q()
    for name in names:
        found |= Q(**{f"{path}{name}__icontains": words})
    return found
