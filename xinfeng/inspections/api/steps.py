"""What whoever runs a round does with it over the interface: one operation, one command."""

from collections.abc import Callable
from typing import Any, TypeVar

from ninja import Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import answers
from xinfeng.inspections import commands
from xinfeng.inspections.commands import Going
from xinfeng.inspections.reach import held
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .rounds import RoundWhole, whole_of
from .routing import LARGEST, router

View = TypeVar("View", bound=Callable[..., Any])


class RoundDice(Schema):
    """What was thrown in public, just now."""

    dice: str = Field(min_length=1, max_length=80)


class RoundGoing(Schema):
    """Somebody who inspects, and the office where the way begins, in millionths of a degree."""

    person_id: int = Field(ge=1, le=LARGEST)
    lat_e6: int | None = Field(None, ge=-90_000_000, le=90_000_000)
    lon_e6: int | None = Field(None, ge=-180_000_000, le=180_000_000)


class RoundGoers(Schema):
    people: list[RoundGoing] = Field(min_length=1, max_length=200)


def step(path: str, summary: str) -> Callable[[View], View]:
    return router.post(
        f"/rounds/{{code}}/{path}",
        response=answers(RoundWhole),
        auth=needs(Scope.OFFICE),
        summary=summary,
    )


@step("draw", "Draw the points from the bound secret and what was thrown in public")
def draw(request: TokenRequest, code: str, said: RoundDice) -> RoundWhole:
    return _done(request, code, commands.draw_round, dice=said.dice)


@step("inspectors", "Name who goes out; the ways are worked out a moment later")
def inspectors(request: TokenRequest, code: str, said: RoundGoers) -> RoundWhole:
    going = [Going(each.person_id, each.lat_e6, each.lon_e6) for each in said.people]
    return _done(request, code, commands.name_inspectors, going=going)


@step("forms", "Publish the checklists to phones")
def forms(request: TokenRequest, code: str) -> RoundWhole:
    return _done(request, code, commands.publish_forms)


@step("opening", "Open the field: inspectors see their points")
def opening(request: TokenRequest, code: str) -> RoundWhole:
    return _done(request, code, commands.open_field)


@step("closing", "Close the round: nothing more comes in")
def closing(request: TokenRequest, code: str) -> RoundWhole:
    return _done(request, code, commands.close_round)


@step("score", "Count the newest readings")
def score(request: TokenRequest, code: str) -> RoundWhole:
    return _done(request, code, commands.score_round)


@step("publication", "Make the result public: from now on it never changes")
def publication(request: TokenRequest, code: str) -> RoundWhole:
    return _done(request, code, commands.publish_round)


@step("calling-off", "Call the round off; what was drawn is never used again")
def calling_off(request: TokenRequest, code: str) -> RoundWhole:
    return _done(request, code, commands.call_off_round)


def _done(
    request: TokenRequest, code: str, command: Callable[..., Any], **said: Any
) -> RoundWhole:
    found = held(request, code)
    command(round_id=found.pk, actor=request.user, at=clock.now(), **said)
    return whole_of(held(request, code))
