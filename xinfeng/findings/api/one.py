"""One finding whole: what happened to it, its pictures, and what the asker may do with it."""

from typing import Any

from django.http import Http404, HttpResponseBase
from ninja import Schema

from xinfeng.base import clock, scope
from xinfeng.base.contract import Moment, answers
from xinfeng.files import serving
from xinfeng.findings import commands, permissions
from xinfeng.findings.models import (
    Appeal,
    Extension,
    FindingFile,
    Handover,
    HotlineTicket,
    Recheck,
    Repair,
    SnapReport,
)
from xinfeng.findings.queries import sheet as queries
from xinfeng.findings.queries.handovers import handovers_of, takers_of
from xinfeng.findings.queries.sheet import Sheet, Told
from xinfeng.findings.reach import seen
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .lists import FindingLine, line_of
from .routing import router

PICTURE = {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}


class FindingStepTold(Schema):
    """What happened, in the code of the journal and in words; who did it, by family name."""

    at: Moment
    verb: str
    said: str
    state: str
    reason: str
    who: str
    is_late: bool


class FindingPicture(Schema):
    """Fetched by its number; `stage` says what it shows, `attempt` the result of which one."""

    id: int
    stage: str
    attempt: int
    is_public: bool
    at: Moment


class RepairTold(Schema):
    attempt: int
    words: str
    at: Moment
    is_late: bool


class RecheckTold(Schema):
    attempt: int
    verdict: str
    reason: str
    words: str
    at: Moment


class ExtensionTold(Schema):
    state: str
    until: Moment
    cause: str
    asked_at: Moment


class AppealTold(Schema):
    code: str
    state: str
    ground: str
    instance: int
    unit: str
    words: str
    judgement: str
    due_at: Moment


class HandoverTold(Schema):
    """With a server of others: under which number, and what they say of it."""

    endpoint: str
    state: str
    number: str
    their_state: str
    their_words: str
    wanted_at: Moment
    handed_at: Moment | None
    heard_at: Moment | None


class FindingSheet(FindingLine):
    """Everything that the page of a finding shows to the same person.

    `named`: whether the reporter left a name; null where nobody reported it. `alike` are open
    findings that look like this one.
    """

    reason: str
    merged_into: str
    extended: int
    named: bool | None
    stars: int | None
    duplicates: int
    alike: list[str]
    reported_through: str
    hotline_number: str
    asked_besides: dict[str, str]
    timeline: list[FindingStepTold]
    pictures: list[FindingPicture]
    repairs: list[RepairTold]
    rechecks: list[RecheckTold]
    extensions: list[ExtensionTold]
    appeals: list[AppealTold]
    handovers: list[HandoverTold]
    handover_possible: list[str]
    may_confirm: bool
    may_order: bool
    may_repair: bool
    may_recheck: bool
    may_close: bool
    may_reopen: bool
    may_decide: bool
    may_judge: bool
    may_open_reporter: bool


class Reporter(Schema):
    """Empty is what was not told."""

    name: str
    phone: str
    note: str


@router.get(
    "/findings/{code}",
    response=answers(FindingSheet),
    auth=needs(Scope.OFFICE),
    summary="One finding with its timeline, pictures and what is said of it",
)
def finding(request: TokenRequest, code: str) -> FindingSheet:
    return sheet_of(request, code)


@router.get(
    "/findings/{code}/pictures/{file_id}",
    auth=needs(Scope.OFFICE),
    openapi_extra={"responses": {200: {"description": "OK", **PICTURE}}},
    summary="The copy of one picture that shows no more than the picture",
)
def picture(request: TokenRequest, code: str, file_id: int) -> HttpResponseBase:
    found, _caller = seen(request, code)
    own = FindingFile.objects.filter(finding=found, pk=_number(file_id))
    one = own.select_related("file").first()
    if one is None:
        raise Http404
    return serving.respond(one.file, public=True)


@router.post(
    "/findings/{code}/reporter",
    response=answers(Reporter),
    auth=needs(Scope.OFFICE),
    summary="Who reported an open finding and how to reach them; opening it is written down",
)
def open_reporter(request: TokenRequest, code: str) -> Reporter:
    opened = commands.open_reporter(**hand(request, code))
    return Reporter(name=opened.name, phone=opened.phone, note=opened.note)


def hand(request: TokenRequest, code: str) -> dict[str, Any]:
    """Which finding, who acts, and when: what every command wants."""
    found, _caller = seen(request, code)
    return {"finding_id": found.pk, "actor": request.user, "at": clock.now()}


def sheet_of(request: TokenRequest, code: str) -> FindingSheet:
    """The finding as it stands now; what an act answers with."""
    found, caller = seen(request, code)
    with scope.whole_city():
        reports = SnapReport.objects.select_related("program", "category")
        report = reports.filter(finding=found).first()
        ticket = HotlineTicket.objects.filter(finding=found).first()
    told = queries.sheet(found, report, ticket)
    office = caller.is_office_of(found.division_id)
    return FindingSheet(
        **line_of(found).model_dump(),
        **_lists(told),
        reason=found.reason,
        merged_into=found.merged_into.code if found.merged_into else "",
        extended=found.extended,
        named=told.is_named if office else None,
        stars=told.stars if office else None,
        duplicates=told.duplicates,
        alike=[other.code for other in told.alike] if office else [],
        reported_through=told.program,
        hotline_number=ticket.number if ticket and office else "",
        asked_besides=dict(told.answers),
        handovers=[_handed(one.handover) for one in handovers_of(found)],
        handover_possible=[one.name for one in takers_of(found)] if office else [],
        may_confirm=permissions.may_confirm(caller, found),
        may_order=permissions.may_order(caller, found),
        may_repair=permissions.may_repair(caller, found),
        may_recheck=permissions.may_recheck(caller, found),
        may_close=permissions.may_close(caller, found),
        may_reopen=permissions.may_reopen(caller, found),
        may_decide=told.asked is not None and permissions.may_decide(caller, found),
        may_judge=told.appeal is not None and permissions.may_judge(caller, found),
        may_open_reporter=bool(told.is_named) and permissions.may_open_contact(caller, found),
    )


def _number(given: int) -> int:
    """What no row can bear is no row's number."""
    return given if 0 < given < 2**63 else 0


def _lists(told: Sheet) -> dict[str, Any]:
    return {
        "timeline": [_step(one) for one in told.told],
        "pictures": [_picture(one) for one in told.files],
        "repairs": [_repair(one) for one in told.repairs],
        "rechecks": [_recheck(one) for one in told.rechecks],
        "extensions": [_extension(one) for one in told.extensions],
        "appeals": [_appeal(one) for one in told.appeals],
    }


def _handed(one: Handover) -> HandoverTold:
    return HandoverTold(
        endpoint=one.endpoint,
        state=one.state,
        number=one.number,
        their_state=one.their_state,
        their_words=one.their_words,
        wanted_at=one.wanted_at,
        handed_at=one.handed_at,
        heard_at=one.heard_at,
    )


def _step(one: Told) -> FindingStepTold:
    step = one.step
    return FindingStepTold(
        at=step.at,
        verb=step.verb,
        said=str(one.sentence),
        state=step.to_state,
        reason=step.reason,
        who=one.who,
        is_late=step.is_late,
    )


def _picture(one: FindingFile) -> FindingPicture:
    return FindingPicture(
        id=one.pk, stage=one.stage, attempt=one.attempt, is_public=one.is_public, at=one.at
    )


def _repair(one: Repair) -> RepairTold:
    return RepairTold(attempt=one.attempt, words=one.words, at=one.at, is_late=one.is_late)


def _recheck(one: Recheck) -> RecheckTold:
    return RecheckTold(
        attempt=one.attempt, verdict=one.verdict, reason=one.reason, words=one.words, at=one.at
    )


def _extension(one: Extension) -> ExtensionTold:
    return ExtensionTold(
        state=one.state, until=one.until, cause=one.cause, asked_at=one.asked_at
    )


def _appeal(one: Appeal) -> AppealTold:
    return AppealTold(
        code=one.code,
        state=one.state,
        ground=one.ground,
        instance=one.instance,
        unit=one.unit.code,
        words=one.words,
        judgement=one.judgement,
        due_at=one.due_at,
    )
