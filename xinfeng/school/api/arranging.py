"""Stations order classes, lecturers answer, offices plan: the same commands as the pages."""

from datetime import date
from typing import Any

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers
from xinfeng.people.tokens import Scope, TokenRequest, needs
from xinfeng.places.models import Place
from xinfeng.school import commands
from xinfeng.school.commands import NewRequest
from xinfeng.school.doorways import door_told
from xinfeng.school.models import ClassRequest, Course, NightClass, Session, Timetable
from xinfeng.school.queries import desk, lecturers, stations

from .routing import (
    LARGEST,
    Evenings,
    Reason,
    Words,
    class_id,
    lecturer_id,
    request_id,
    router,
)


class RequestShown(Schema):
    """A station's wish and how it stands; `why` says why it has no place, with numbers."""

    code: str
    course: str
    wished_from: date
    evenings: int
    begins_minute: int
    heads: int
    room: str
    state: str
    why: str
    why_numbers: dict[str, int]
    reason: str
    night_class: str | None


class RequestList(Schema):
    items: list[RequestShown]
    next: str | None


class RequestAsked(Schema):
    """`code` is yours to choose: sent twice, it is asked once. Evenings: Monday is bit 0."""

    code: str = Field(pattern=r"^[A-Za-z0-9_-]{4,20}$")
    course: str = Field(max_length=40)
    wished_from: date
    evenings: Evenings
    begins_minute: int = Field(ge=0, le=1439)
    heads: int = Field(ge=1, le=500)
    room: str = Field(min_length=1, max_length=40)
    group: str = Field("", max_length=40)
    note: Words = ""


class RequestsAfter(Schema):
    after: int | None = Field(None, ge=1, le=LARGEST)


class ClassState(Schema):
    """A class after what was just done to it."""

    code: str
    state: str
    first_on: date
    sessions: int
    quota: int


class ToAnswer(Schema):
    """A class that waits for the lecturer's own answer."""

    code: str
    title: str
    place: str
    first_on: date
    begins_minute: int
    ends_minute: int
    sessions: int
    heads: int
    is_paid: bool
    asked_at: Moment | None


class MovedEvening(Schema):
    """An evening at a new time, which waits for another yes."""

    session: int
    night_class: str
    number: int
    starts_at: Moment
    ends_at: Moment


class LecturingShown(Schema):
    code: str
    state: str
    minutes: int
    asked: list[ToAnswer]
    moved: list[MovedEvening]


class Declining(Schema):
    """BUSY, TOO_FAR, NOT_MY_SUBJECT, HEALTH or OTHER, and words if one likes."""

    reason: str = Field(max_length=16)
    text: Words = ""


class TimetableAsked(Schema):
    """`code` is yours to choose: sent twice, it is worked out once."""

    code: str = Field(pattern=r"^[A-Za-z0-9_-]{4,20}$")
    division: int = Field(ge=10**11, lt=10**12)
    first_week: date
    weeks: int = Field(ge=1, le=26)


class TimetableShown(Schema):
    code: str
    division: int
    first_week: date
    weeks: int
    state: str
    progress: int
    placed: int | None
    kept: int | None
    unplaced: int | None
    travel_m: int | None
    cost_m: int | None
    bound_m: int | None


class Placing(Schema):
    code: str = Field(pattern=r"^[A-Za-z0-9_-]{4,20}$")
    lecturer: str = Field(max_length=20)
    first_on: date


class HeadsCounted(Schema):
    heads: int = Field(ge=0, le=500)


class LetIn(Schema):
    """A whole telephone number, or the code of a card; of somebody who has learnt here before,
    the last four digits, unless they fit several."""

    who: str = Field(min_length=1, max_length=120)


class HeadsStand(Schema):
    session: int
    heads: int


class WhoCame(Schema):
    signup: int
    state: str


class Decision(Schema):
    """`verb`: approval, refusal, pause, resumption or end; `reason` where one is asked for."""

    verb: str = Field(pattern=r"^(approval|refusal|pause|resumption|end)$")
    is_paid: bool = False
    reason: str = Field("", max_length=200)


class LecturerState(Schema):
    code: str
    state: str


@router.get(
    "/places/{code}/class-requests",
    response=answers(RequestList),
    auth=needs(Scope.LEAD, Scope.OFFICE),
    summary="What a place asked for, and how that stands",
)
def requests_of(request: TokenRequest, code: str, page: Query[RequestsAfter]) -> RequestList:
    found = stations.station_page(
        _place(code), standing=request.standing, at=clock.now(), today=clock.today(),
        after=page.after,
    )  # fmt: skip
    if found is None:
        raise Http404
    return RequestList(
        items=[
            _request(one.request, one.line.night_class.code if one.line else None)
            for one in found.requests
        ],
        next=str(found.after) if found.after else None,
    )


@router.post(
    "/places/{code}/class-requests",
    response=answers(RequestShown),
    auth=needs(Scope.LEAD, Scope.OFFICE),
    summary="Order a class for a place",
)
def ask(request: TokenRequest, code: str, asked: RequestAsked) -> RequestShown:
    given = asked.dict()
    course = Course.objects.filter(code=given.pop("course")).values_list("pk", flat=True)
    new = NewRequest(place_id=_place(code).pk, course_id=course.first() or 0, **given)
    made = commands.request_class(new=new, actor=request.user, at=clock.now())
    return _request(made, None)


@router.post(
    "/class-requests/{code}/withdrawal",
    response=answers(RequestShown),
    auth=needs(Scope.LEAD, Scope.OFFICE),
    summary="Withdraw a class request",
)
def withdraw(request: TokenRequest, code: str, why: Reason) -> RequestShown:
    done = commands.withdraw_request(
        request_id=request_id(code), reason=why.reason, actor=request.user, at=clock.now()
    )
    return _request(done, None)


@router.post(
    "/class-requests/{code}/refusal",
    response=answers(RequestShown),
    auth=needs(Scope.OFFICE),
    summary="Refuse a class request with a reason",
)
def refuse(request: TokenRequest, code: str, why: Reason) -> RequestShown:
    done = commands.refuse_request(
        request_id=request_id(code), reason=why.reason, actor=request.user, at=clock.now()
    )
    return _request(done, None)


@router.post(
    "/class-requests/{code}/placing",
    response=answers(ClassState),
    auth=needs(Scope.OFFICE),
    summary="Place a class by hand",
)
def place_by_hand(request: TokenRequest, code: str, placing: Placing) -> ClassState:
    made = commands.place_class(
        request_id=request_id(code), lecturer_id=lecturer_id(placing.lecturer),
        first_on=placing.first_on, code=placing.code, actor=request.user, at=clock.now(),
    )  # fmt: skip
    return _class(made)


@router.get(
    "/me/lecturing",
    response=answers(LecturingShown),
    auth=needs(Scope.RECORD),
    summary="What waits for my answer as a lecturer",
)
def lecturing(request: TokenRequest) -> LecturingShown:
    page = lecturers.own_page(request.user, at=clock.now())
    if page is None:
        raise Http404
    return LecturingShown(
        code=page.lecturer.code,
        state=page.lecturer.state,
        minutes=page.minutes,
        asked=[_to_answer(one) for one in page.asked],
        moved=[_moved(one) for one in page.moved],
    )


@router.post(
    "/classes/{code}/acceptance",
    response=answers(ClassState),
    auth=needs(Scope.PART),
    summary="Accept to give a class",
)
def accept(request: TokenRequest, code: str) -> ClassState:
    done = commands.accept_class(class_id=class_id(code), actor=request.user, at=clock.now())
    return _class(done)


@router.post(
    "/classes/{code}/refusal",
    response=answers(ClassState),
    auth=needs(Scope.PART),
    summary="Decline to give a class, with a reason",
)
def decline(request: TokenRequest, code: str, said: Declining) -> ClassState:
    done = commands.decline_class(
        class_id=class_id(code), **said.dict(), actor=request.user, at=clock.now()
    )
    return _class(done)


@router.post(
    "/classes/{code}/proposal",
    response=answers(ClassState),
    auth=needs(Scope.OFFICE),
    summary="Ask the lecturer of a class that was placed",
)
def propose(request: TokenRequest, code: str) -> ClassState:
    done = commands.propose_class(class_id=class_id(code), actor=request.user, at=clock.now())
    return _class(done)


@router.post(
    "/classes/{code}/publication",
    response=answers(ClassState),
    auth=needs(Scope.LEAD, Scope.OFFICE),
    summary="Open an accepted class for enrolment",
)
def publish(request: TokenRequest, code: str) -> ClassState:
    done = commands.publish_class(class_id=class_id(code), actor=request.user, at=clock.now())
    return _class(done)


@router.post(
    "/classes/{code}/calling-off",
    response=answers(ClassState),
    auth=needs(Scope.LEAD, Scope.OFFICE),
    summary="Call a class off with a reason",
)
def call_off(request: TokenRequest, code: str, why: Reason) -> ClassState:
    done = commands.call_off_class(
        class_id=class_id(code), reason=why.reason, actor=request.user, at=clock.now()
    )
    return _class(done)


@router.post(
    "/class-sessions/{session_id}/heads",
    response=answers(HeadsStand),
    auth=needs(Scope.LEAD, Scope.OFFICE),
    summary="Count heads without a name at a session",
)
def count_heads(request: TokenRequest, session_id: int, counted: HeadsCounted) -> HeadsStand:
    done = commands.count_heads(
        session_id=min(session_id, LARGEST), heads=counted.heads, actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return HeadsStand(session=done.session_id, heads=done.heads)


@router.post(
    "/class-sessions/{session_id}/walk-ins",
    response=answers(WhoCame),
    auth=needs(Scope.LEAD, Scope.OFFICE),
    summary="Let somebody in who had not enrolled",
)
def let_in(request: TokenRequest, session_id: int, who: LetIn) -> WhoCame:
    now = clock.now()
    with door_told(request.user, now):
        done = commands.let_in(
            session_id=min(session_id, LARGEST), who=who.who, actor=request.user, at=now
        )
    return WhoCame(signup=done.pk, state=done.state)


@router.post(
    "/timetables",
    response=answers(TimetableShown),
    auth=needs(Scope.OFFICE),
    summary="Have a timetable worked out",
)
def ask_timetable(request: TokenRequest, asked: TimetableAsked) -> TimetableShown:
    plan = commands.ask_timetable(
        code=asked.code, division_id=asked.division, first_week=asked.first_week,
        weeks=asked.weeks, actor=request.user, at=clock.now(),
    )  # fmt: skip
    return _timetable(plan)


@router.get(
    "/timetables/{code}",
    response=answers(TimetableShown),
    auth=needs(Scope.OFFICE),
    summary="How far a timetable is, and what came out",
)
def timetable(request: TokenRequest, code: str) -> TimetableShown:
    return _timetable(_plan(request, code))


@router.post(
    "/timetables/{code}/publication",
    response=answers(TimetableShown),
    auth=needs(Scope.OFFICE),
    summary="Send a timetable to the lecturers",
)
def publish_timetable(request: TokenRequest, code: str) -> TimetableShown:
    done = commands.publish_timetable(
        timetable_id=_plan(request, code).pk, actor=request.user, at=clock.now()
    )
    return _timetable(done)


@router.post(
    "/lecturers/{code}/decision",
    response=answers(LecturerState),
    auth=needs(Scope.OFFICE),
    summary="Take up, refuse, pause or end a lecturer",
)
def decide(request: TokenRequest, code: str, said: Decision) -> LecturerState:
    who: dict[str, Any] = {
        "lecturer_id": lecturer_id(code), "actor": request.user, "at": clock.now(),
    }  # fmt: skip
    if said.verb == "approval":
        done = commands.approve_lecturer(is_paid=said.is_paid, **who)
    elif said.verb == "resumption":
        done = commands.resume_lecturer(**who)
    else:
        verbs = {
            "refusal": commands.refuse_lecturer,
            "pause": commands.pause_lecturer,
            "end": commands.end_lecturer,
        }
        done = verbs[said.verb](reason=said.reason, **who)
    return LecturerState(code=done.code, state=done.state)


def _place(code: str) -> Place:
    # Places are public, so an unknown code hides nothing.
    place = Place.objects.filter(code=code).first()
    if place is None:
        raise Http404
    return place


def _plan(request: TokenRequest, code: str) -> Timetable:
    plan = desk.timetable_for(code, request.standing)
    if plan is None:
        raise Http404
    return plan


def _request(wanted: ClassRequest, night_class: str | None) -> RequestShown:
    return RequestShown(
        code=wanted.code, course=wanted.course.code, wished_from=wanted.wished_from,
        evenings=wanted.evenings, begins_minute=wanted.begins_minute, heads=wanted.heads,
        room=wanted.room, state=wanted.state, why=wanted.why,
        why_numbers=wanted.why_numbers, reason=wanted.reason, night_class=night_class,
    )  # fmt: skip


def _class(one: NightClass) -> ClassState:
    return ClassState(
        code=one.code, state=one.state, first_on=one.first_on,
        sessions=one.sessions_count, quota=one.quota,
    )  # fmt: skip


def _to_answer(one: NightClass) -> ToAnswer:
    return ToAnswer(
        code=one.code, title=one.course.title, place=one.place.code, first_on=one.first_on,
        begins_minute=one.begins_minute, ends_minute=one.ends_minute,
        sessions=one.sessions_count, heads=one.quota, is_paid=one.is_paid,
        asked_at=one.asked_at,
    )  # fmt: skip


def _moved(one: Session) -> MovedEvening:
    return MovedEvening(
        session=one.pk, night_class=one.night_class.code, number=one.number,
        starts_at=one.starts_at, ends_at=one.ends_at,
    )  # fmt: skip


def _timetable(plan: Timetable) -> TimetableShown:
    return TimetableShown(
        code=plan.code, division=plan.division_id, first_week=plan.first_week,
        weeks=plan.weeks, state=plan.state, progress=plan.progress, placed=plan.placed,
        kept=plan.kept, unplaced=plan.unplaced, travel_m=plan.travel_m, cost_m=plan.cost_m,
        bound_m=plan.bound_m,
    )  # fmt: skip
