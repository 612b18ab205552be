"""Whom the desk asks for an order, over the interface."""

from django.http import Http404
from ninja import Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers
from xinfeng.dispatch import commands
from xinfeng.dispatch.desk_reach import offer_of, order_of
from xinfeng.dispatch.queries import Candidate, best_for
from xinfeng.dispatch.queries.desk_order import teams_near
from xinfeng.people.tokens import Scope, TokenRequest, needs
from xinfeng.teams.models import Team

from .acting import act, hand
from .desk import DeskSheet, sheet_of
from .routing import router

NUMBER = 2**63


class CandidateBrief(Schema):
    """Somebody who could serve it, by family name, when, and in words why just they."""

    person: int
    name: str
    starts_at: Moment
    ends_at: Moment
    metres: int | None
    reasons: list[str]


class TeamNear(Schema):
    code: str
    name: str
    division: int


class CandidatesFound(Schema):
    """The ten best, the first first; with none, `why` says in a sentence why nobody."""

    items: list[CandidateBrief]
    why: str
    teams: list[TeamNear]


class ProposalsChosen(Schema):
    """Offers by their `id`; none: all that are proposed."""

    offers: list[int] = Field([], max_length=50)


class PeopleChosen(Schema):
    """Without a time of one's own each is asked for the time they are found for."""

    people: list[int] = Field(min_length=1, max_length=50)
    starts_at: Moment | None = None


class TeamChosen(Schema):
    team: str = Field(min_length=1, max_length=20)
    starts_at: Moment | None = None


@router.get(
    "/desk/orders/{code}/candidates",
    response=answers(CandidatesFound),
    auth=needs(Scope.OFFICE),
    summary="The ten best for an order with reasons, or why there is nobody; and teams",
)
def candidates(request: TokenRequest, code: str) -> CandidatesFound:
    order = order_of(request, code)
    found = best_for(order.pk, at=clock.now())
    return CandidatesFound(
        items=[_candidate(one) for one in found.best],
        why=found.sentence,
        teams=[_team(team) for team in teams_near(order, clock.today())],
    )


@act("/offers", "Confirm what a plan proposed: ask all who are proposed, or those named")
def ask_proposed(request: TokenRequest, code: str, said: ProposalsChosen) -> DeskSheet:
    wanted = [number for number in said.offers if 0 < number < NUMBER]
    if said.offers and not wanted:
        raise Http404
    commands.offer_proposed(offer_ids=wanted, **hand(request, code))
    return sheet_of(request, code)


@act("/offers/people", "Ask others than proposed, by name")
def ask_people(request: TokenRequest, code: str, said: PeopleChosen) -> DeskSheet:
    commands.offer_to(
        person_ids=[number for number in said.people if 0 < number < NUMBER],
        starts_at=said.starts_at,
        **hand(request, code),
    )
    return sheet_of(request, code)


@act("/offers/team", "Ask a team; its leader answers for it, and each member for themselves")
def ask_team(request: TokenRequest, code: str, said: TeamChosen) -> DeskSheet:
    # Teams are public, so an unknown code hides nothing.
    team = Team.objects.filter(code=said.team).first()
    if team is None:
        raise Http404
    commands.offer_to_team(team_id=team.pk, starts_at=said.starts_at, **hand(request, code))
    return sheet_of(request, code)


@act("/opening", "Open an order to whoever of those who fit takes it first")
def open_to_all(request: TokenRequest, code: str) -> DeskSheet:
    commands.open_to_all(**hand(request, code))
    return sheet_of(request, code)


@act(
    "/offers/{int:offer_id}/withdrawal",
    "Take back a proposal, or what somebody was asked and has not answered",
)
def withdraw(request: TokenRequest, code: str, offer_id: int) -> DeskSheet:
    offer = offer_of(request, code, offer_id)
    commands.withdraw(offer_id=offer.pk, actor=request.user, at=clock.now())
    return sheet_of(request, code)


def _candidate(one: Candidate) -> CandidateBrief:
    return CandidateBrief(
        person=one.person_id,
        name=one.name,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        metres=one.metres,
        reasons=one.reasons,
    )


def _team(team: Team) -> TeamNear:
    return TeamNear(code=team.code, name=team.name, division=team.division_id)
