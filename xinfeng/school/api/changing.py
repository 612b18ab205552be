"""What is changed after it was said: courses, honours, places, single evenings."""

from datetime import date
from typing import Annotated

from django.http import Http404
from ninja import Schema
from pydantic import Field, StringConstraints

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers
from xinfeng.people.tokens import Scope, TokenRequest, needs
from xinfeng.school import commands
from xinfeng.school import models as nouns
from xinfeng.school.commands import NewCourse

from .routing import LARGEST, Reason, class_id, lecturer_id, router

Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class CourseSaid(Schema):
    """All that a course says from now on; what runs already stays as it was asked for."""

    title: str = Field(min_length=1, max_length=120)
    title_en: str = Field("", max_length=120)
    field: str = Field(max_length=40)
    outline: str = Field(min_length=1, max_length=2000)
    sessions: int = Field(ge=1, le=30)
    minutes: int = Field(ge=30, le=180)
    needs: str = Field("", max_length=200)
    audience: str = Field("", max_length=120)
    qualifications: list[Code] = Field([], max_length=10)
    min_age: int | None = Field(None, ge=1, le=99)
    topic: str | None = Field(None, max_length=40)


class CourseStands(Schema):
    code: str
    title: str
    sessions: int
    minutes: int
    is_active: bool


class LecturerHonour(Schema):
    """The honour and where it is written down; both empty takes it away."""

    honour: str = Field("", max_length=80)
    source: str = Field("", max_length=200)


class HonourShown(Schema):
    code: str
    honour: str
    source: str


class ClassQuota(Schema):
    quota: int = Field(ge=1, le=500)


class QuotaStands(Schema):
    code: str
    quota: int


class EveningMove(Schema):
    """A day, and minutes after midnight on the city's clock."""

    on: date
    begins_minute: int = Field(ge=0, le=1439)


class EveningAnswer(Schema):
    """The beginning that the lecturer answers to: moved once more, it is another question."""

    starts_at: Moment


class EveningState(Schema):
    """One evening; `asked_at` says that its lecturer has not accepted its new time yet."""

    session: int
    night_class: str
    number: int
    starts_at: Moment
    ends_at: Moment
    state: str
    asked_at: Moment | None
    declined_at: Moment | None


@router.post(
    "/courses/{code}/changes",
    response=answers(CourseStands),
    auth=needs(Scope.OFFICE),
    summary="Change what a course says",
)
def renew_course(request: TokenRequest, code: str, said: CourseSaid) -> CourseStands:
    given = said.dict()
    course = nouns.Course.objects.filter(code=code).first()
    field = nouns.Field.objects.filter(code=given.pop("field")).first()
    topic = given.pop("topic")
    series = nouns.Series.objects.filter(code=topic).first() if topic else None
    if course is None or field is None or (topic and series is None):
        raise Http404
    new = NewCourse(
        code=code, division_id=course.division_id, field_id=field.pk,
        topic_id=series.pk if series else None,
        qualifications=tuple(given.pop("qualifications")), **given,
    )  # fmt: skip
    done = commands.renew_course(
        course_id=course.pk, new=new, actor=request.user, at=clock.now()
    )
    return CourseStands(
        code=done.code, title=done.title, sessions=done.sessions, minutes=done.minutes,
        is_active=done.is_active,
    )  # fmt: skip


@router.post(
    "/lecturers/{code}/honours",
    response=answers(HonourShown),
    auth=needs(Scope.OFFICE),
    summary="Show a lecturer as honoured, or no longer",
)
def honour_lecturer(request: TokenRequest, code: str, said: LecturerHonour) -> HonourShown:
    done = commands.honour_lecturer(
        lecturer_id=lecturer_id(code), honour=said.honour, source=said.source,
        actor=request.user, at=clock.now(),
    )  # fmt: skip
    return HonourShown(code=done.code, honour=done.honour, source=done.honour_source)


@router.post(
    "/classes/{code}/quota",
    response=answers(QuotaStands),
    auth=needs(Scope.LEAD, Scope.OFFICE),
    summary="Change the number of places of a class",
)
def resize_class(request: TokenRequest, code: str, said: ClassQuota) -> QuotaStands:
    done = commands.resize_class(
        class_id=class_id(code), quota=said.quota, actor=request.user, at=clock.now()
    )
    return QuotaStands(code=done.code, quota=done.quota)


@router.post(
    "/class-sessions/{session_id}/moving",
    response=answers(EveningState),
    auth=needs(Scope.LEAD, Scope.OFFICE),
    summary="Move an evening of a class; its lecturer is asked again",
)
def move_evening(request: TokenRequest, session_id: int, to: EveningMove) -> EveningState:
    done = commands.move_session(
        session_id=min(session_id, LARGEST), on=to.on, begins_minute=to.begins_minute,
        actor=request.user, at=clock.now(),
    )  # fmt: skip
    return _session(done)


@router.post(
    "/class-sessions/{session_id}/calling-off",
    response=answers(EveningState),
    auth=needs(Scope.LEAD, Scope.OFFICE),
    summary="Call an evening of a class off with a reason",
)
def call_evening_off(request: TokenRequest, session_id: int, why: Reason) -> EveningState:
    done = commands.call_off_session(
        session_id=min(session_id, LARGEST), reason=why.reason, actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return _session(done)


@router.post(
    "/class-sessions/{session_id}/acceptance",
    response=answers(EveningState),
    auth=needs(Scope.PART),
    summary="Accept the new time of an evening",
)
def accept_evening(
    request: TokenRequest, session_id: int, shown: EveningAnswer
) -> EveningState:
    done = commands.accept_session(
        session_id=min(session_id, LARGEST), starts_at=shown.starts_at, actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return _session(done)


@router.post(
    "/class-sessions/{session_id}/refusal",
    response=answers(EveningState),
    auth=needs(Scope.PART),
    summary="Say that one cannot come at the new time of an evening",
)
def decline_evening(
    request: TokenRequest, session_id: int, shown: EveningAnswer
) -> EveningState:
    done = commands.decline_session(
        session_id=min(session_id, LARGEST), starts_at=shown.starts_at, actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return _session(done)


def _session(one: nouns.Session) -> EveningState:
    return EveningState(
        session=one.pk, night_class=one.night_class.code, number=one.number,
        starts_at=one.starts_at, ends_at=one.ends_at, state=one.state,
        asked_at=one.asked_at, declined_at=one.declined_at,
    )  # fmt: skip
