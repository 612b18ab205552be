"""Surveys over the interface: how many to ask, the plan, and how far one is."""

import secrets
from datetime import date
from typing import Annotated, Any

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers, number_key
from xinfeng.people.http import VisitorRequest
from xinfeng.people.tokens import Scope, TokenRequest, needs, welcomes
from xinfeng.surveys import commands, reach, sizing
from xinfeng.surveys.commands import NewQuota, NewSample, NewSurvey
from xinfeng.surveys.models import (
    AdultRule,
    Allocation,
    HouseholdWay,
    LonelyRule,
    Mode,
    Survey,
)
from xinfeng.surveys.queries import samples as queries
from xinfeng.surveys.queries.samples import Drawn

from .frames import frame_held, office_of
from .routing import PAGE, QuestionCode, SurveyCode, Way, among, router

Shared = Annotated[str, among(*Allocation.values)]
Picked = Annotated[str, among(*HouseholdWay.values)]
Chosen = Annotated[str, among(*AdultRule.values)]
Alone = Annotated[str, among(*LonelyRule.values)]
StratumKey = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}-(urban|rural)$")]


class SurveysAfter(Schema):
    after: str = Field("", max_length=20)


class SurveyBrief(Schema):
    """One survey; whoever does not run it hears of it when it is published."""

    code: str
    name: str
    state: str
    division: int
    year: int
    series: str
    since: date
    until: date
    published_at: Moment | None


class SurveyPage(Schema):
    items: list[SurveyBrief]
    next: str | None


class DesignStratum(Schema):
    """What a stratum holds, and how many of its communities are drawn."""

    key: str
    county: int
    is_urban: bool
    communities: int
    households: int
    wanted: int


class SurveySample(Schema):
    """One way of asking: its design, and how far its households are."""

    mode: Way
    is_headline: bool
    is_drawn: bool
    communities: int | None
    per_community: int | None
    allocation: Shared
    least: int
    way: Picked
    adult: Chosen
    lonely: Alone
    open_code: str
    strata: list[DesignStratum]
    communities_drawn: int
    households: int
    done: int
    complete: int


class SurveyAsker(Schema):
    """A named surveyor by number and family name, with the households given."""

    number: int
    name: str
    households: int


class SurveyWhole(SurveyBrief):
    """A survey as whoever runs it sees it. The secret is told to nobody before its end."""

    questionnaire: str
    version: int
    frame: str
    frame_digest: str
    commitment: str
    dice: str
    planned_at: Moment
    drawn_at: Moment | None
    opened_at: Moment | None
    closed_at: Moment | None
    samples: list[SurveySample]
    surveyors: list[SurveyAsker]


class QuotaWanted(Schema):
    """How many of a kind: {"sex": "f", "age": "a18_39"}."""

    cell: dict[QuestionCode, QuestionCode] = Field(min_length=1, max_length=5)
    wanted: int = Field(ge=1, le=10_000)


class SampleWanted(Schema):
    """Drawn ways need `communities` and `per_community`, asking in the street `quotas`.

    `expected` is for Neyman's allocation: the share from 0 to 1 by stratum.
    """

    mode: Way
    communities: int | None = Field(None, ge=1, le=5_000)
    per_community: int | None = Field(None, ge=1, le=500)
    allocation: Shared = Allocation.PROPORTIONAL.value
    least: int = Field(2, ge=1, le=50)
    way: Picked = HouseholdWay.SYSTEMATIC.value
    adult: Chosen = AdultRule.BIRTHDAY.value
    lonely: Alone = LonelyRule.ADJUST.value
    is_headline: bool = False
    expected: dict[StratumKey, float] = Field(default_factory=dict, max_length=200)
    quotas: list[QuotaWanted] = Field(default_factory=list, max_length=200)


class SurveyPlanned(Schema):
    """What is planned. The secret half of the seed is made by the program, and bound."""

    code: SurveyCode
    name: str = Field(min_length=1, max_length=80)
    name_en: str = Field("", max_length=120)
    series: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,30}$")] = ""
    year: int = Field(ge=1990, le=2100)
    since: date
    until: date
    questionnaire: str = Field(min_length=1, max_length=30)
    version: int = Field(ge=1, le=32_000)
    frame: str = Field("", max_length=20)
    samples: list[SampleWanted] = Field(min_length=1, max_length=5)


class SizeWanted(Schema):
    """All shares in per cent. `likeness`: how alike neighbours answer, from 0 to 1."""

    share: float = Field(ge=0.1, le=99.9)
    margin: float = Field(ge=0.1, le=99.9)
    last: float | None = Field(None, ge=0.1, le=99.9)
    per_community: int = Field(20, ge=1, le=500)
    likeness: float = Field(0.05, ge=0, le=1)
    population: int | None = Field(None, ge=1, le=2 * 10**9)
    response: float = Field(70, ge=0.1, le=99.9)


class SizeTold(Schema):
    """How many answers, and how many are asked for them; null: the area is too small.

    `power` is the chance to see the change against last year, `visible` the smallest change in
    percentage points that is mostly seen.
    """

    effect: float
    answers: int
    asked: int | None
    communities: int | None
    change: float | None
    power: float | None
    answers_for_change: int | None
    asked_for_change: int | None
    visible: float


@router.get(
    "/survey-size",
    response=answers(SizeTold),
    auth=needs(Scope.OFFICE),
    summary="How many to ask, and what change could be seen with so many",
)
def survey_size(request: TokenRequest, said: Query[SizeWanted]) -> SizeTold:
    reach.own_spans(request)
    told = sizing.told(**said.dict())
    change = told.for_change
    return SizeTold(
        effect=told.effect, answers=told.needed.answers, asked=told.needed.asked,
        communities=told.communities, change=told.change, power=told.power,
        answers_for_change=change.answers if change else None,
        asked_for_change=change.asked if change else None, visible=told.visible,
    )  # fmt: skip


@router.get(
    "/surveys",
    response=answers(SurveyPage),
    auth=welcomes(Scope.OFFICE),
    summary="Published surveys; for whoever holds surveys, all of them",
)
def surveys(request: VisitorRequest, page: Query[SurveysAfter]) -> SurveyPage:
    spans = reach.own_spans(request) if reach.runs(request) else []
    rows = queries.surveys_page(spans, number_key(page.after), PAGE + 1)
    after = str(rows[PAGE - 1].pk) if len(rows) > PAGE else None
    return SurveyPage(items=[SurveyBrief(**_brief(each)) for each in rows[:PAGE]], next=after)


@router.get(
    "/surveys/{code}",
    response=answers(SurveyWhole),
    auth=needs(Scope.OFFICE),
    summary="One survey, for whoever runs it",
)
def survey(request: TokenRequest, code: SurveyCode) -> SurveyWhole:
    return whole_of(reach.held(request, code))


@router.post(
    "/surveys",
    response=answers(SurveyWhole),
    auth=needs(Scope.OFFICE),
    summary="Plan a survey under a code of your choice; frame and secret are bound",
)
def plan_survey(request: TokenRequest, said: SurveyPlanned) -> SurveyWhole:
    made = commands.plan_survey(
        new=_new(request, said), secret=secrets.token_hex(16), actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return whole_of(reach.held(request, made.code))


def whole_of(found: Survey) -> SurveyWhole:
    frame = found.frame
    return SurveyWhole(
        **_brief(found),
        questionnaire=found.questionnaire.questionnaire.code,
        version=found.questionnaire.number,
        frame=frame.code if frame else "", frame_digest=frame.digest if frame else "",
        commitment=found.commitment, dice=found.dice,
        planned_at=found.planned_at, drawn_at=found.drawn_at, opened_at=found.opened_at,
        closed_at=found.closed_at,
        samples=[_sample(each) for each in queries.samples_told(found)],
        surveyors=[
            SurveyAsker(number=number, name=name, households=given)
            for number, name, given in queries.surveyors_named(found)
        ],
    )  # fmt: skip


def _new(request: TokenRequest, said: SurveyPlanned) -> NewSurvey:
    spans = reach.own_spans(request)
    version = queries.version_in(spans, said.questionnaire, said.version)
    if version is None:
        raise Http404
    frame = frame_held(request, said.frame) if said.frame else None
    return NewSurvey(
        code=said.code, name=said.name, name_en=said.name_en, series=said.series,
        questionnaire_version_id=version.pk, year=said.year,
        division_id=frame.division_id if frame else office_of(request),
        since=said.since, until=said.until, frame_id=frame.pk if frame else None,
        samples=tuple(_wanted(each) for each in said.samples),
    )  # fmt: skip


def _wanted(said: SampleWanted) -> NewSample:
    return NewSample(
        Mode(said.mode), said.communities, said.per_community, Allocation(said.allocation),
        said.least, HouseholdWay(said.way), AdultRule(said.adult), LonelyRule(said.lonely),
        said.is_headline, said.expected,
        tuple(NewQuota(each.cell, each.wanted) for each in said.quotas),
    )  # fmt: skip


def _sample(told: Drawn) -> SurveySample:
    sample = told.sample
    return SurveySample(
        mode=sample.mode, is_headline=sample.is_headline, is_drawn=sample.is_drawn,
        communities=sample.communities, per_community=sample.per_community,
        allocation=sample.allocation, least=sample.least, way=sample.way,
        adult=sample.adult, lonely=sample.lonely, open_code=sample.open_code,
        strata=[
            DesignStratum(
                key=each.key, county=each.county, is_urban=each.is_urban,
                communities=each.communities, households=each.households,
                wanted=each.wanted,
            )
            for each in told.strata
        ],
        communities_drawn=told.communities, households=told.households, done=told.done,
        complete=told.complete,
    )  # fmt: skip


def _brief(found: Survey) -> dict[str, Any]:
    return {
        "code": found.code, "name": found.name, "state": found.state,
        "division": found.division_id, "year": found.year, "series": found.series,
        "since": found.since, "until": found.until, "published_at": found.published_at,
    }  # fmt: skip
