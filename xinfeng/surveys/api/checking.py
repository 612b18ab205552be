"""Whether sheets are what was said: reports, sheets left out, households called back."""

import secrets
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404
from ninja import Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers
from xinfeng.people.tokens import Scope, TokenRequest, needs
from xinfeng.surveys import commands, reach
from xinfeng.surveys.commands import Told
from xinfeng.surveys.models import (
    CallBackOutcome,
    Exclusion,
    ExclusionReason,
    IntegrityReport,
    IntegrityRun,
    Sample,
    Survey,
)
from xinfeng.surveys.queries import integrity as asked
from xinfeng.surveys.queries.integrity import CallsRow, Checked, ToCall

from .routing import QuestionCode, SurveyCode, Way, among, router

Why = Annotated[str, among(*ExclusionReason.values)]
CameTo = Annotated[str, among(*CallBackOutcome.values)]
# A report keeps its seed, so that it can be made again.
_SEEDS = 2**31 - 1


class IntegrityWanted(Schema):
    mode: Way


class IntegrityRunBrief(Schema):
    """A report that was asked for: `progress` in percent, `failure` why it is none."""

    id: int
    mode: Way
    state: str
    progress: int
    failure: str


class IntegrityFound(Schema):
    """The newest report. Signs stand beside what chance would bring; none is a proof.

    `found`: signs with the sheets that show them, communities that answer alike, and how far
    answers depend on who asked.
    """

    seed: int
    sheets: int
    inputs_digest: str
    at: Moment
    found: dict[str, Any]


class CallBacksTold(Schema):
    """Households of the tenth: how many were to be called, were called, and agreed to it."""

    wanted: int
    called: int
    paired: int
    is_settled: bool
    outcomes: dict[str, int]
    surveyors: dict[str, dict[str, int]]
    questions: list[dict[str, Any]]


class SampleChecked(Schema):
    """A sample with its newest report and run, call-backs, and sheets left out by reason."""

    mode: Way
    report: IntegrityFound | None
    run: IntegrityRunBrief | None
    call_backs: CallBacksTold | None
    left_out: dict[str, int]


class SurveyChecked(Schema):
    samples: list[SampleChecked]


class ExclusionWanted(Schema):
    sheet: UUID
    reason: Why
    note: str = Field(min_length=1, max_length=Exclusion.LONGEST_NOTE)


class ExclusionBrief(Schema):
    sheet: UUID
    reason: Why
    note: str
    at: Moment


class HouseholdToCall(Schema):
    """A household that is asked a second time; how to reach it is opened by an act of its own.

    `outcome` is empty until somebody called.
    """

    household: str
    division: int
    surveyor: int | None
    outcome: str
    is_open: bool


class HouseholdsToCall(Schema):
    items: list[HouseholdToCall]


class CallBackSaid(Schema):
    """`answers` of the few questions asked again, where the household agreed to it."""

    outcome: CameTo
    minutes: int | None = Field(None, ge=0, le=600)
    answers: dict[QuestionCode, QuestionCode] = Field(default_factory=dict, max_length=50)


@router.post(
    "/surveys/{code}/integrity",
    response=answers(IntegrityRunBrief),
    auth=needs(Scope.OFFICE),
    summary="Have a sample's sheets looked through; asked twice it is one report",
)
def ask_for_integrity(
    request: TokenRequest, code: SurveyCode, said: IntegrityWanted
) -> IntegrityRunBrief:
    sample = _sample(reach.held(request, code), said.mode)
    run = commands.ask_for_report(
        sample_id=sample.pk, seed=secrets.randbelow(_SEEDS), actor=request.user, at=clock.now()
    )
    return _run(run, sample)


@router.get(
    "/surveys/{code}/integrity",
    response=answers(SurveyChecked),
    auth=needs(Scope.OFFICE),
    summary="The newest report of each sample, call-backs, and what was left out",
)
def survey_integrity(request: TokenRequest, code: SurveyCode) -> SurveyChecked:
    found = reach.held(request, code)
    return SurveyChecked(samples=[_checked(each) for each in asked.checks_of(found)])


@router.post(
    "/surveys/{code}/exclusions",
    response=answers(ExclusionBrief),
    auth=needs(Scope.OFFICE),
    summary="Leave a sheet out of all numbers, for a reason and for good",
)
def exclude_sheet(
    request: TokenRequest, code: SurveyCode, said: ExclusionWanted
) -> ExclusionBrief:
    if asked.sheet_of(reach.held(request, code), said.sheet) is None:
        raise Http404
    made = commands.exclude_response(
        response_id=said.sheet, reason=ExclusionReason(said.reason), note=said.note,
        actor=request.user, at=clock.now(),
    )  # fmt: skip
    return ExclusionBrief(
        sheet=said.sheet, reason=ExclusionReason(made.reason).value, note=made.note, at=made.at
    )


@router.get(
    "/surveys/{code}/call-backs",
    response=answers(HouseholdsToCall),
    auth=needs(Scope.OFFICE),
    summary="Households to be asked a second time, those not called yet first",
)
def to_call_back(request: TokenRequest, code: SurveyCode) -> HouseholdsToCall:
    rows = asked.to_call(reach.held(request, code))
    return HouseholdsToCall(items=[_household(each) for each in rows])


@router.post(
    "/surveys/{code}/call-backs/{household}",
    response=answers(HouseholdToCall),
    auth=needs(Scope.OFFICE),
    summary="Record what a household said of its interview",
)
def record_call_back(
    request: TokenRequest, code: SurveyCode, household: SurveyCode, said: CallBackSaid
) -> HouseholdToCall:
    found = reach.held(request, code)
    row = _row(found, household)
    told = Told(CallBackOutcome(said.outcome), said.minutes, said.answers)
    commands.record_call_back(
        unit_id=row.unit.pk, told=told, actor=request.user, at=clock.now()
    )
    return _household(_row(found, household))


def _row(found: Survey, household: str) -> ToCall:
    row = asked.household(found, household)
    if row is None:
        raise Http404
    return row


def _sample(found: Survey, mode: str) -> Sample:
    sample = found.samples.filter(mode=mode).first()
    if sample is None:
        raise Http404
    return sample


def _household(row: ToCall) -> HouseholdToCall:
    unit = row.unit
    return HouseholdToCall(
        household=unit.code, division=unit.community.division_id,
        surveyor=unit.surveyor.number if unit.surveyor else None,
        outcome=row.call.outcome if row.call else "", is_open=row.is_open,
    )  # fmt: skip


def _run(run: IntegrityRun, sample: Sample) -> IntegrityRunBrief:
    return IntegrityRunBrief(
        id=run.pk, mode=sample.mode, state=run.state, progress=run.progress,
        failure=run.failure,
    )  # fmt: skip


def _checked(each: Checked) -> SampleChecked:
    return SampleChecked(
        mode=each.sample.mode,
        report=_report(each.report) if each.report else None,
        run=_run(each.run, each.sample) if each.run else None,
        call_backs=_calls(each.calls) if each.calls else None,
        left_out=dict(each.left_out),
    )


def _report(report: IntegrityReport) -> IntegrityFound:
    return IntegrityFound(
        seed=report.seed, sheets=report.sheets, inputs_digest=report.inputs_digest,
        at=report.at, found=report.found,
    )  # fmt: skip


def _calls(told: CallsRow) -> CallBacksTold:
    return CallBacksTold(
        wanted=told.wanted, called=told.called, paired=told.paired,
        is_settled=told.is_settled, outcomes=dict(told.outcomes),
        surveyors={number: dict(each) for number, each in told.surveyors.items()},
        questions=[dict(each) for _question, each in told.questions],
    )  # fmt: skip
