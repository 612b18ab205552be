"""What whoever runs a survey does with it over the interface: one operation, one command."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from ninja import Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import answers
from xinfeng.people.tokens import Scope, TokenRequest, needs
from xinfeng.surveys import commands, reach
from xinfeng.surveys.queries import samples as queries

from .planning import SurveyWhole, whole_of
from .routing import SurveyCode, router

View = TypeVar("View", bound=Callable[..., Any])


class SurveyDice(Schema):
    """What was thrown in public, just now."""

    dice: str = Field(min_length=1, max_length=80)


class SurveyAskers(Schema):
    people: list[Annotated[int, Field(ge=1, lt=2**63)]] = Field(min_length=1, max_length=500)


class AbleSurveyor(Schema):
    person: int
    name: str


class AbleSurveyors(Schema):
    items: list[AbleSurveyor]


@router.get(
    "/surveys/{code}/able-surveyors",
    response=answers(AbleSurveyors),
    auth=needs(Scope.OFFICE),
    summary="Who may be named to ask",
)
def able_surveyors(request: TokenRequest, code: SurveyCode) -> AbleSurveyors:
    found = queries.able_surveyors(reach.held(request, code), clock.today())
    return AbleSurveyors(items=[AbleSurveyor(person=pk, name=name) for pk, name in found])


def step(path: str, summary: str) -> Callable[[View], View]:
    return router.post(
        f"/surveys/{{code}}/{path}",
        response=answers(SurveyWhole),
        auth=needs(Scope.OFFICE),
        summary=summary,
    )


@step("draw", "Draw the households from the bound secret and what was thrown in public")
def draw_survey(request: TokenRequest, code: SurveyCode, said: SurveyDice) -> SurveyWhole:
    return _done(request, code, commands.draw_survey, dice=said.dice)


@step("surveyors", "Name who asks; the communities are dealt out among them")
def name_surveyors(request: TokenRequest, code: SurveyCode, said: SurveyAskers) -> SurveyWhole:
    return _done(request, code, commands.name_surveyors, people=said.people)


@step("opening", "Open the field: answers come in")
def open_survey(request: TokenRequest, code: SurveyCode) -> SurveyWhole:
    return _done(request, code, commands.open_survey)


@step("closing", "Close the survey: nothing more comes in, and answers lead to no household")
def close_survey(request: TokenRequest, code: SurveyCode) -> SurveyWhole:
    return _done(request, code, commands.close_survey)


@step("calling-off", "Call the survey off; what was drawn is never used again")
def call_off_survey(request: TokenRequest, code: SurveyCode) -> SurveyWhole:
    return _done(request, code, commands.call_off_survey)


def _done(
    request: TokenRequest, code: str, command: Callable[..., Any], **said: Any
) -> SurveyWhole:
    found = reach.held(request, code)
    command(survey_id=found.pk, actor=request.user, at=clock.now(), **said)
    return whole_of(reach.held(request, code))
