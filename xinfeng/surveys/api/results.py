"""What a survey found, over the interface: numbers with all that stands beside them."""

from typing import Any

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers, number_key
from xinfeng.people.http import VisitorRequest
from xinfeng.people.tokens import Scope, TokenRequest, needs, welcomes
from xinfeng.surveys import commands, queries, reach
from xinfeng.surveys.models import Estimation, EstimationRun, Sample, Survey

from .routing import NUMBERS, Divided, QuestionCode, Said, SurveyCode, Way, router


class NumbersNarrowed(Schema):
    mode: Way | None = None
    question: QuestionCode | None = None
    domain: Divided | None = None
    after: str = Field("", max_length=20)


class NumberBrief(Schema):
    """A number of a survey; shares from 0 to 1, means from 0 to 100, null is not known.

    `n` rated, `no_opinion` could not say, `blank` left it out. `held` says why a number is not
    given out. Of people nobody drew by lot there is no `low` and no `high`.
    """

    question: str
    statistic: Said
    option: str
    domain: Divided
    key: str
    n: int
    no_opinion: int
    blank: int
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    df: int
    design_effect: float | None
    effective_n: float | None
    method: str
    held: str


class NumberPage(Schema):
    """`is_representative` is false where nobody was drawn by lot: the numbers say what those
    who answered think, and nothing about all residents.
    """

    mode: Way
    is_representative: bool
    items: list[NumberBrief]
    next: str | None


class SampleResult(Schema):
    """One way of asking, which is never put together with another; `estimation` 0 is none.

    Where nobody was drawn by lot (`is_drawn` false) it is not representative.
    """

    mode: Way
    is_drawn: bool
    is_headline: bool
    estimation: int
    state: str
    sheets: int
    made_at: Moment | None
    inputs_digest: str
    settings: dict[str, Any]
    told: dict[str, Any]


class SurveyResult(Schema):
    code: str
    name: str
    year: int
    series: str
    state: str
    headline: str
    samples: list[SampleResult]


class RunBrief(Schema):
    """An estimation that was asked for: `progress` in percent, `failure` why it is none."""

    id: int
    mode: Way
    state: str
    progress: int
    failure: str
    estimation: int | None


class ModeWanted(Schema):
    mode: Way


@router.get(
    "/surveys/{code}/results",
    response=answers(SurveyResult),
    auth=welcomes(Scope.OFFICE),
    summary="How a survey was asked, weighted and counted, sample by sample",
)
def survey_results(request: VisitorRequest, code: SurveyCode) -> SurveyResult:
    found = reach.told(request, code)
    return _result(request, found)


@router.get(
    "/surveys/{code}/numbers",
    response=answers(NumberPage),
    auth=welcomes(Scope.OFFICE),
    summary="All numbers of a sample of a survey, each with its interval",
)
def survey_numbers(
    request: VisitorRequest, code: SurveyCode, narrowed: Query[NumbersNarrowed]
) -> NumberPage:
    found = reach.told(request, code)
    estimation = _estimation(request, found, narrowed.mode)
    chosen: dict[str, str] = {}
    if narrowed.question:
        chosen["question"] = narrowed.question
    if narrowed.domain:
        chosen["domain"] = narrowed.domain
    start = number_key(narrowed.after)
    page = queries.numbers_of(estimation, start=start, stop=start + NUMBERS + 1, **chosen)
    return NumberPage(
        mode=estimation.sample.mode,
        is_representative=estimation.sample.is_drawn,
        items=[NumberBrief(**each._asdict()) for each in page[:NUMBERS]],
        next=str(start + NUMBERS) if len(page) > NUMBERS else None,
    )


@router.post(
    "/surveys/{code}/estimations",
    response=answers(RunBrief),
    auth=needs(Scope.OFFICE),
    summary="Have the numbers of a sample worked out; asked twice it is one run",
)
def ask_for_numbers(request: TokenRequest, code: SurveyCode, said: ModeWanted) -> RunBrief:
    found = reach.held(request, code)
    sample = _sample(found, said.mode)
    run = commands.ask_for_estimation(sample_id=sample.pk, actor=request.user, at=clock.now())
    return _run(run, sample)


@router.get(
    "/surveys/{code}/estimations/{mode}",
    response=answers(RunBrief),
    auth=needs(Scope.OFFICE),
    summary="How far the newest run of a sample's numbers is",
)
def newest_run(request: TokenRequest, code: SurveyCode, mode: Way) -> RunBrief:
    sample = _sample(reach.held(request, code), mode)
    run = sample.runs.order_by("-pk").first()
    if run is None:
        raise Http404
    return _run(run, sample)


@router.post(
    "/surveys/{code}/publication",
    response=answers(SurveyResult),
    auth=needs(Scope.OFFICE),
    summary="Give out the newest numbers of each sample",
)
def publish_results(request: TokenRequest, code: SurveyCode) -> SurveyResult:
    found = reach.held(request, code)
    commands.publish_survey(survey_id=found.pk, actor=request.user, at=clock.now())
    return _result(request, reach.held(request, code))


def _result(request: VisitorRequest, found: Survey) -> SurveyResult:
    samples = queries.samples_of(found, drafts=reach.may_run(request, found))
    return SurveyResult(
        code=found.code, name=found.name, year=found.year, series=found.series,
        state=found.state, headline=found.questionnaire.document.get("headline", ""),
        samples=[_told(each.sample, each.estimation) for each in samples],
    )  # fmt: skip


def _told(sample: Sample, made: Estimation | None) -> SampleResult:
    return SampleResult(
        mode=sample.mode, is_drawn=sample.is_drawn, is_headline=sample.is_headline,
        estimation=made.number if made else 0, state=made.state if made else "",
        sheets=made.responses if made else 0, made_at=made.at if made else None,
        inputs_digest=made.inputs_digest if made else "",
        settings=made.settings if made else {}, told=made.told if made else {},
    )  # fmt: skip


def _estimation(request: VisitorRequest, found: Survey, mode: str | None) -> Estimation:
    """Of the mode named, or of the headline."""
    samples = queries.samples_of(found, drafts=reach.may_run(request, found))
    for each in samples:
        if each.estimation is not None and mode in (None, each.sample.mode):
            return each.estimation
    raise Http404


def _sample(found: Survey, mode: str) -> Sample:
    sample = found.samples.filter(mode=mode).first()
    if sample is None:
        raise Http404
    return sample


def _run(run: EstimationRun, sample: Sample) -> RunBrief:
    number = run.estimation.number if run.estimation else None
    return RunBrief(
        id=run.pk, mode=sample.mode, state=run.state, progress=run.progress,
        failure=run.failure, estimation=number,
    )  # fmt: skip
