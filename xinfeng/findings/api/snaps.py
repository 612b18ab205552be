"""Snap reports over the interface: the classes, what is known nearby, reporting, following."""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Form, Schema
from pydantic import Field

from xinfeng.base import addresses, clock, short_code
from xinfeng.base.contract import Misread, Moment, answers
from xinfeng.base.snap_classes import Question, read_questions
from xinfeng.files import serving
from xinfeng.findings import commands
from xinfeng.findings.models import Category, Finding, SnapReport
from xinfeng.findings.queries import snaps as queries
from xinfeng.findings.queries.snaps import Tracked
from xinfeng.findings.queries.where import nearest_village
from xinfeng.findings.wishes import Answers, NewReport
from xinfeng.people.tokens import Scope, visitor_of, welcomes

from .acting import NONE, Pictures, uploads
from .one import PICTURE
from .routing import router

LAT, LON = 90_000_000, 180_000_000
MOST_SAID = 5_000


class AnswerOffered(Schema):
    key: str
    name: str
    name_en: str


class Asked(Schema):
    """What a class asks besides; `kind` as Open311 names it."""

    code: str
    text: str
    text_en: str
    kind: str
    required: bool
    choices: list[AnswerOffered]


class SnapClassTold(Schema):
    code: str
    name: str
    name_en: str
    hint: str
    hint_en: str
    asks: list[Asked]


class SnapClasses(Schema):
    items: list[SnapClassTold]


class Spot(Schema):
    """A position in micro-degrees of WGS84, and the class that it is about."""

    lat_e6: int = Field(ge=-LAT, le=LAT)
    lon_e6: int = Field(ge=-LON, le=LON)
    category: str = Field(min_length=1, max_length=40)


class KnownFinding(Schema):
    """Confirmed and still open; name it as `same_as` when it is the same thing."""

    code: str
    text: str
    state: str
    found_at: Moment


class KnownFindings(Schema):
    items: list[KnownFinding]


class Snap(Schema):
    """A report; the class is left out for praise. Where: a division, or a position alone.

    `client_id` and `secret` are made by the program: sent twice, it is reported once, and the
    secret opens the report again. `answers` is a JSON object by the codes of the questions.
    """

    client_id: UUID
    secret: str = Field(min_length=16, max_length=40, pattern="^[A-Za-z0-9_-]+$")
    category: str = Field("", max_length=40)
    text: str = Field(min_length=1, max_length=SnapReport.LONGEST)
    division: int | None = Field(None, ge=10**11, lt=10**12)
    lat_e6: int | None = Field(None, ge=-LAT, le=LAT)
    lon_e6: int | None = Field(None, ge=-LON, le=LON)
    name: str = Field("", max_length=40)
    phone: str = Field("", max_length=20)
    answers: str = Field("", max_length=MOST_SAID)
    same_as: str = Field("", max_length=20)


class Snapped(Schema):
    """`key` is the address under which the report is followed and rated."""

    code: str
    key: str


class SnapStep(Schema):
    at: Moment
    state: str
    reason: str


class SnapTracked(Schema):
    """How a report stands; a joined one tells of the finding that goes on."""

    code: str
    category: str
    division: int
    text: str
    state: str
    now: str
    reason: str
    unit: str
    is_joined: bool
    timeline: list[SnapStep]
    pictures_before: list[int]
    pictures_after: list[int]
    stars: int | None
    may_rate: bool


class Stars(Schema):
    stars: int = Field(ge=1, le=5)
    comment: str = Field("", max_length=SnapReport.LONGEST)


@router.get(
    "/snap-classes",
    response=answers(SnapClasses),
    auth=None,
    summary="The classes in which residents report, and what each asks besides",
)
def snap_classes(request: HttpRequest) -> SnapClasses:
    return SnapClasses(items=[_class(one) for one in Category.objects.offered()])


@router.post(
    "/snap-reports/near",
    response=answers(KnownFindings),
    auth=None,
    summary="What others have reported just here; the position stands in no log",
)
def near(request: HttpRequest, spot: Spot) -> KnownFindings:
    category = get_object_or_404(Category.objects.offered(), code=spot.category)
    known = queries.known_near(spot.lat_e6, spot.lon_e6, category.pk, clock.now())
    return KnownFindings(
        items=[
            KnownFinding(code=one.code, text=one.text, state=one.state, found_at=one.found_at)
            for one in known
        ]
    )


@router.post(
    "/snap-reports",
    response=answers(Snapped),
    auth=welcomes(Scope.PART),
    summary="Report something, or praise it, with pictures; no account is needed",
)
def snap(
    request: HttpRequest,
    said: Form[Snap],
    pictures: Pictures = NONE,
) -> Snapped:
    """Only so many an hour are taken from one account, or from one address without one."""
    category = None
    if said.category:
        category = get_object_or_404(Category.objects.offered(), code=said.category)
    made = commands.report(
        new=NewReport(
            client_id=said.client_id,
            code=short_code.new(8),
            secret=said.secret,
            division_id=_division(said),
            text=said.text,
            category_id=category.pk if category else None,
            lat_e6=said.lat_e6,
            lon_e6=said.lon_e6,
            name=said.name,
            phone=said.phone,
            is_praise=category is None,
            address=addresses.of(request),
            pictures=uploads(pictures),
            answers=_answers(said.answers),
        ),
        actor=visitor_of(request),
        at=clock.now(),
        same_as_id=_same(said.same_as),
    )
    return Snapped(code=made.code, key=f"{made.code}.{said.secret}")


@router.get(
    "/snap-reports/{key}",
    response=answers(SnapTracked),
    auth=None,
    summary="How a report stands, by its key",
)
def snap_report(request: HttpRequest, key: str) -> SnapTracked:
    return _told(_tracked(key))


@router.get(
    "/snap-reports/{key}/pictures/{file_id}",
    auth=None,
    openapi_extra={"responses": {200: {"description": "OK", **PICTURE}}},
    summary="A picture of one's own report, or of its repair",
)
def snap_picture(request: HttpRequest, key: str, file_id: int) -> HttpResponseBase:
    found = _tracked(key)
    shown = next((o for o in (*found.before, *found.after) if o.pk == file_id), None)
    if shown is None:
        raise Http404
    return serving.respond(shown.file, public=True)


@router.post(
    "/snap-reports/{key}/rating",
    response=answers(SnapTracked),
    auth=welcomes(Scope.PART),
    summary="Say how it was dealt with; one or two stars have it looked at again",
)
def rate_snap(request: HttpRequest, key: str, said: Stars) -> SnapTracked:
    commands.rate(
        report_id=_tracked(key).report.pk,
        secret=queries.split(key)[1],
        stars=said.stars,
        comment=said.comment,
        actor=visitor_of(request),
        at=clock.now(),
    )
    return _told(_tracked(key))


def _class(category: Category) -> SnapClassTold:
    return SnapClassTold(
        code=category.code,
        name=category.name,
        name_en=category.name_en,
        hint=category.hint,
        hint_en=category.hint_en,
        asks=[_asked(one) for one in read_questions(category.asks)],
    )


def _asked(question: Question) -> Asked:
    return Asked(
        code=question.code,
        text=question.text,
        text_en=question.text_en,
        kind=question.kind,
        required=question.required,
        choices=[AnswerOffered(**vars(one)) for one in question.choices],
    )


def _division(said: Snap) -> int:
    if said.division is not None:
        return said.division
    if said.lat_e6 is None or said.lon_e6 is None:
        raise Misread("where_missing", _("Say where it is: the village, community or street."))
    village = nearest_village(said.lat_e6, said.lon_e6)
    if village is None:
        raise Misread("where_foreign", _("This position does not lie in the city."))
    return village


def _answers(text: str) -> Answers:
    if not text.strip():
        return {}
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    whole = isinstance(said, dict) and all(
        isinstance(one, str) or (isinstance(one, list) and all(isinstance(o, str) for o in one))
        for one in said.values()
    )
    if not whole:
        raise Misread("answers_wrong", _("Answers are a JSON object of texts, by question."))
    return {code: one for code, one in said.items() if isinstance(code, str)}


def _same(code: str) -> int | None:
    """The finding that the reporter has recognised; only what is told to everybody."""
    if not code:
        return None
    return get_object_or_404(Finding.objects.open().told(), code=code).pk


def _tracked(key: str) -> Tracked:
    found = queries.tracked(key)
    if found is None:
        raise Http404
    return found


def _told(found: Tracked) -> SnapTracked:
    report, finding = found.report, found.finding
    return SnapTracked(
        code=report.code,
        category=report.category.code if report.category else "",
        division=report.division_id,
        text=report.finding.text,
        state=finding.state,
        now=str(finding.get_state_display()),
        reason=finding.reason,
        unit=finding.unit.name if finding.unit else "",
        is_joined=found.is_joined,
        timeline=[SnapStep(at=s.at, state=s.to_state, reason=s.reason) for s in found.steps],
        pictures_before=[one.pk for one in found.before],
        pictures_after=[one.pk for one in found.after],
        stars=report.stars,
        may_rate=found.may_rate,
    )
