"""What everybody reads of the night school, and one's own place in a class."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest
from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers
from xinfeng.people.tokens import Scope, TokenRequest, needs, welcomes
from xinfeng.school import commands
from xinfeng.school.models import Enrolment, NightClass
from xinfeng.school.queries import catalogue, lecturers, popular
from xinfeng.school.queries.classes import ClassPage, class_page
from xinfeng.school.queries.lines import ClassLine
from xinfeng.school.queries.mine import my_classes
from xinfeng.school.queries.week import evenings_between

from .routing import LARGEST, Words, class_id, person_of, router

DIVISIONS = 10**12
# A program asks for a term at most.
LONGEST = timedelta(weeks=26)


class CourseBrief(Schema):
    code: str
    title: str
    field: str
    outline: str
    sessions: int
    minutes: int
    needs: str
    audience: str
    min_age: int | None
    open_classes: int


class CourseList(Schema):
    items: list[CourseBrief]


class ClassBrief(Schema):
    """A class with what is left of it; `next_at` is its next session."""

    code: str
    course: str
    title: str
    place: str
    division: int
    room: str
    lecturer: str
    first_on: date
    sessions: int
    quota: int
    free: int
    waiting: int
    state: str
    next_at: Moment | None


class ClassList(Schema):
    items: list[ClassBrief]
    next: str | None


class SessionBrief(Schema):
    number: int
    starts_at: Moment
    ends_at: Moment
    state: str


class MeansOf(Schema):
    """Means of 1 to 5 with how many rated; null where nobody has."""

    heads: int
    content: float | None
    teaching: float | None
    arrangement: float | None


class MyEnrolment(Schema):
    """A place in a class, or a turn on its waiting list."""

    id: int
    night_class: str
    state: str
    position: int | None


class ClassWhole(Schema):
    night_class: ClassBrief
    outline: str
    session_list: list[SessionBrief]
    marks: MeansOf
    mine: MyEnrolment | None


class MyClassList(Schema):
    items: list[MyEnrolment]


class EveningOfWeek(Schema):
    """One session in the timetable of an area or a place."""

    night_class: str
    title: str
    number: int
    place: str
    room: str
    lecturer: str
    starts_at: Moment
    ends_at: Moment
    state: str


class EveningList(Schema):
    items: list[EveningOfWeek]


class LecturerShown(Schema):
    """The name as the lecturer agreed to have it shown."""

    code: str
    name: str
    fields: list[str]
    bio: str
    honour: str
    honour_source: str
    is_paid: bool
    rated_by: int
    teaching: float | None
    classes: list[ClassBrief]


class PopularCourse(Schema):
    course: str
    title: str
    enrolments: int
    attendances: int
    good_ratings: int
    score: int


class PopularBoard(Schema):
    """The formula with the numbers: score = a·enrolments + b·attendances + c·good ratings."""

    first_on: date
    last_on: date
    weight_of_enrolment: int
    weight_of_attendance: int
    weight_of_good_rating: int
    items: list[PopularCourse]


class ClassesNarrowed(Schema):
    within: int | None = Field(None, ge=10**11, lt=DIVISIONS)
    field: str = Field("", max_length=40)
    series: str = Field("", max_length=40)
    words: str = Field("", max_length=60)
    after: int | None = Field(None, ge=1, le=LARGEST)


class EveningsNarrowed(Schema):
    """`until` is the day after the last one."""

    within: int | None = Field(None, ge=10**11, lt=DIVISIONS)
    first: date
    until: date


class ForWhom(Schema):
    """Null: for oneself; else somebody the caller answers for."""

    person: int | None = Field(None, ge=1, le=LARGEST)


class MarksGiven(Schema):
    content: int = Field(ge=1, le=5)
    teaching: int = Field(ge=1, le=5)
    arrangement: int = Field(ge=1, le=5)
    comment: Words = ""


class Thanks(Schema):
    content: int
    teaching: int
    arrangement: int


@router.get("/courses", response=answers(CourseList), auth=None, summary="The course menu")
def courses(request: HttpRequest, narrowed: Query[ClassesNarrowed]) -> CourseList:
    found = catalogue.menu(_choice(narrowed))
    return CourseList(
        items=[
            CourseBrief(
                code=line.course.code, title=line.course.title, field=field.code,
                outline=line.course.outline, sessions=line.course.sessions,
                minutes=line.course.minutes, needs=line.course.needs,
                audience=line.course.audience, min_age=line.course.min_age,
                open_classes=line.classes,
            )
            for field, lines in found.fields
            for line in lines
        ]
    )  # fmt: skip


@router.get(
    "/classes", response=answers(ClassList), auth=None, summary="Classes that take people"
)
def open_classes(request: HttpRequest, narrowed: Query[ClassesNarrowed]) -> ClassList:
    found = catalogue.open_classes(_choice(narrowed), at=clock.now(), after=narrowed.after)
    return ClassList(
        items=[brief(line) for line in found.lines],
        next=str(found.after) if found.after else None,
    )


@router.get(
    "/classes/{code}",
    response=answers(ClassWhole),
    auth=welcomes(Scope.RECORD),
    summary="A class with its sessions, and my place in it",
)
def night_class(request: TokenRequest, code: str) -> ClassWhole:
    page = class_page(
        code, visitor=person_of(request), standing=request.standing, at=clock.now()
    )
    if page is None:
        raise Http404
    return _whole(page)


@router.post(
    "/classes/{code}/enrolments",
    response=answers(MyEnrolment),
    auth=needs(Scope.PART),
    summary="Enrol, or join the waiting list",
)
def enrol(request: TokenRequest, code: str, whom: ForWhom) -> MyEnrolment:
    made = commands.enrol(
        class_id=class_id(code), person_id=whom.person, actor=request.user, at=clock.now()
    )
    return _enrolment(made, code, None)


@router.post(
    "/me/enrolments/{enrolment_id}/cancellation",
    response=answers(MyEnrolment),
    auth=needs(Scope.PART),
    summary="Give a place in a class back",
)
def cancel_enrolment(request: TokenRequest, enrolment_id: int) -> MyEnrolment:
    done = commands.cancel_enrolment(
        enrolment_id=min(enrolment_id, LARGEST), actor=request.user, at=clock.now()
    )
    return _enrolment(done, done.night_class.code, None)


@router.post(
    "/classes/{code}/ratings",
    response=answers(Thanks),
    auth=needs(Scope.PART),
    summary="Rate a class that one attended",
)
def rate(request: TokenRequest, code: str, marks: MarksGiven) -> Thanks:
    said = commands.rate_class(
        class_id=class_id(code), **marks.dict(), actor=request.user, at=clock.now()
    )
    return Thanks(content=said.content, teaching=said.teaching, arrangement=said.arrangement)


@router.get(
    "/me/classes",
    response=answers(MyClassList),
    auth=needs(Scope.RECORD),
    summary="My places in classes",
)
def mine(request: TokenRequest) -> MyClassList:
    found = my_classes(request.user, at=clock.now())
    return MyClassList(
        items=[
            _enrolment(one.enrolment, one.line.night_class.code, one.position)
            for one in [*found.places, *found.past]
        ]
    )


@router.get(
    "/class-sessions",
    response=answers(EveningList),
    auth=None,
    summary="The timetable of an area",
)
def evenings(request: HttpRequest, narrowed: Query[EveningsNarrowed]) -> EveningList:
    until = min(narrowed.until, _later(narrowed.first))
    slots = evenings_between(narrowed.first, until, within=narrowed.within)
    return EveningList(
        items=[
            EveningOfWeek(
                night_class=slot.night_class.code, title=slot.night_class.course.title,
                number=slot.session.number, place=slot.night_class.place.code,
                room=slot.session.room, lecturer=slot.lecturer,
                starts_at=slot.session.starts_at, ends_at=slot.session.ends_at,
                state=slot.session.state,
            )
            for slot in slots
        ]
    )  # fmt: skip


@router.get(
    "/lecturers/{code}",
    response=answers(LecturerShown),
    auth=None,
    summary="A lecturer's public page",
)
def lecturer(request: HttpRequest, code: str) -> LecturerShown:
    page = lecturers.lecturer_page(
        code,
        standing=request.standing,  # type: ignore[attr-defined]
        at=clock.now(),
    )
    if page is None:
        raise Http404
    one = page.line.lecturer
    return LecturerShown(
        code=one.code, name=page.line.name, fields=[f.code for f in one.fields.all()],
        bio=one.bio, honour=one.honour, honour_source=one.honour_source,
        is_paid=one.is_paid, rated_by=page.line.said.heads, teaching=page.line.said.mean,
        classes=[brief(line) for line in page.coming],
    )  # fmt: skip


@router.get(
    "/popular-courses",
    response=answers(PopularBoard),
    auth=None,
    summary="What counted in seven days",
)
def popular_courses(request: HttpRequest) -> PopularBoard:
    board = popular.board(clock.today())
    return PopularBoard(
        first_on=board.first, last_on=board.last,
        weight_of_enrolment=board.weights.enrolment,
        weight_of_attendance=board.weights.attendance,
        weight_of_good_rating=board.weights.good_rating,
        items=[
            PopularCourse(
                course=row.course.code, title=row.course.title, enrolments=row.enrolments,
                attendances=row.attendances, good_ratings=row.good_ratings, score=row.score,
            )
            for row in board.rows
        ],
    )  # fmt: skip


def brief(line: ClassLine) -> ClassBrief:
    one: NightClass = line.night_class
    return ClassBrief(
        code=one.code, course=one.course.code, title=one.course.title, place=one.place.code,
        division=one.division_id, room=one.room, lecturer=line.lecturer,
        first_on=one.first_on, sessions=one.sessions_count, quota=one.quota,
        free=line.free, waiting=line.waiting, state=one.state, next_at=line.next_at,
    )  # fmt: skip


def _choice(narrowed: ClassesNarrowed) -> catalogue.Choice:
    return catalogue.Choice(narrowed.within, narrowed.field, narrowed.series, narrowed.words)


def _later(first: date) -> date:
    return date.max if first > date.max - LONGEST else first + LONGEST


def _whole(page: ClassPage) -> ClassWhole:
    marks, code = page.marks, page.night_class.code
    return ClassWhole(
        night_class=brief(page.line),
        outline=page.night_class.course.outline,
        session_list=[
            SessionBrief(
                number=one.number, starts_at=one.starts_at, ends_at=one.ends_at,
                state=one.state,
            )
            for one in page.sessions
        ],
        marks=MeansOf(
            heads=marks.heads, content=marks.content, teaching=marks.teaching,
            arrangement=marks.arrangement,
        ),
        mine=_enrolment(page.mine, code, page.position) if page.mine else None,
    )  # fmt: skip


def _enrolment(one: Enrolment, code: str, position: int | None) -> MyEnrolment:
    return MyEnrolment(id=one.pk, night_class=code, state=one.state, position=position)
