"""Teams, and being a member of one, over the interface."""

from datetime import date

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xinfeng.base import clock, codes
from xinfeng.base.contract import Moment, answers, number_key
from xinfeng.people.tokens import Scope, TokenRequest, needs, visitor_of, welcomes

from . import commands, queries
from .models import Invitation, Membership, Team, TeamKind
from .queries import invitations as asking

router = Router(tags=["teams"])
DIVISIONS = 10**12


class TeamBrief(Schema):
    code: str
    name: str
    kind: str
    division: int
    place: str | None
    members: int


class TeamPage(Schema):
    items: list[TeamBrief]
    next: str | None


class Belonging(Schema):
    """My membership: since when, and until when if it has ended."""

    team: str
    starts_on: date
    ends_on: date | None


class Member(Schema):
    """Lists show the family name only."""

    person: int
    name: str
    starts_on: date


class TeamDetail(Schema):
    """`roster` is null for those who may not see it."""

    team: TeamBrief
    founded_on: date
    dissolved_on: date | None
    mine: Belonging | None
    may_join: bool
    roster: list[Member] | None


class TeamsNarrowed(Schema):
    within: int | None = Field(None, ge=1, lt=DIVISIONS)
    kind: TeamKind | None = None
    after: str = Field("", max_length=20)


class Leader(Schema):
    person: int = Field(ge=1, lt=2**63)


class InvitationBrief(Schema):
    """A team asks me; the code is what I answer with."""

    code: str
    team: str
    team_name: str
    state: str
    expires_at: Moment


@router.get("/teams", response=answers(TeamPage), auth=None, summary="Teams that serve now")
def teams(request: HttpRequest, narrowed: Query[TeamsNarrowed]) -> TeamPage:
    found = Team.objects.serving_on(clock.today())
    if narrowed.within is not None:
        found = found.inside(*codes.span(narrowed.within, codes.level_of(narrowed.within)))
    if narrowed.kind:
        found = found.filter(kind=narrowed.kind)
    page = queries.page(found, after=number_key(narrowed.after))
    return TeamPage(
        items=[_brief(line.team, line.members) for line in page.lines],
        next=str(page.after) if page.after else None,
    )


@router.get(
    "/teams/{code}",
    response=answers(TeamDetail),
    auth=welcomes(Scope.RECORD),
    summary="One team",
)
def team(request: HttpRequest, code: str) -> TeamDetail:
    return _detail(request, code)


@router.post(
    "/teams/{code}/membership",
    response=answers(Belonging),
    auth=needs(Scope.PART),
    summary="Join a team",
)
def join(request: TokenRequest, code: str) -> Belonging:
    found = _known(code)
    made = commands.join(team_id=found.pk, actor=request.user, at=clock.now())
    return _belonging(found, made)


@router.post(
    "/teams/{code}/departure",
    response=answers(Belonging),
    auth=needs(Scope.PART),
    summary="Leave a team, without a reason",
)
def leave(request: TokenRequest, code: str) -> Belonging:
    found = _known(code)
    ended = commands.leave(team_id=found.pk, actor=request.user, at=clock.now())
    return _belonging(found, ended)


@router.post(
    "/teams/{code}/leader",
    response=answers(TeamDetail),
    auth=needs(Scope.OFFICE),
    summary="Name the leader",
)
def appoint_leader(request: TokenRequest, code: str, leader: Leader) -> TeamDetail:
    commands.appoint_leader(
        team_id=_known(code).pk, person_id=leader.person, actor=request.user, at=clock.now()
    )
    return _detail(request, code)


@router.post(
    "/teams/{code}/dissolution",
    response=answers(TeamDetail),
    auth=needs(Scope.OFFICE),
    summary="Dissolve a team",
)
def dissolve(request: TokenRequest, code: str) -> TeamDetail:
    commands.dissolve(team_id=_known(code).pk, actor=request.user, at=clock.now())
    return _detail(request, code)


@router.get(
    "/me/invitations",
    response=answers(list[InvitationBrief]),
    auth=needs(Scope.RECORD),
    summary="Teams that ask me to join",
)
def invitations(request: TokenRequest) -> list[InvitationBrief]:
    return [_invitation(found) for found in asking.asked(request.user, at=clock.now())]


@router.post(
    "/invitations/{code}/acceptance",
    response=answers(Belonging),
    auth=needs(Scope.PART),
    summary="Join the team that asks",
)
def accept(request: TokenRequest, code: str) -> Belonging:
    made = commands.accept(code=code.strip().upper(), actor=request.user, at=clock.now())
    return _belonging(made.team, made)


@router.post(
    "/invitations/{code}/refusal",
    response=answers(InvitationBrief),
    auth=needs(Scope.PART),
    summary="Not this team, or not me: what was entered is erased at once",
)
def decline(request: TokenRequest, code: str) -> InvitationBrief:
    return _invitation(
        commands.decline(code=code.strip().upper(), actor=request.user, at=clock.now())
    )


def _detail(request: HttpRequest, code: str) -> TeamDetail:
    found = Team.objects.select_related("division", "place", "leader").filter(code=code).first()
    if found is None:
        raise Http404
    page = queries.team_page(
        found,
        visitor=visitor_of(request),
        standing=request.standing,  # type: ignore[attr-defined]
        on=clock.today(),
    )
    return TeamDetail(
        team=_brief(found, page.members),
        founded_on=found.founded_on,
        dissolved_on=found.dissolved_on,
        mine=_belonging(found, page.mine) if page.mine else None,
        may_join=page.may_join,
        roster=None if page.roster is None else [_member(member) for member in page.roster],
    )


def _known(code: str) -> Team:
    # The page of a team is public, so an unknown code hides nothing.
    found = Team.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _brief(team: Team, members: int) -> TeamBrief:
    return TeamBrief(
        code=team.code,
        name=team.name,
        kind=team.kind,
        division=team.division_id,
        place=team.place.code if team.place else None,
        members=members,
    )


def _belonging(team: Team, membership: Membership) -> Belonging:
    return Belonging(team=team.code, starts_on=membership.starts_on, ends_on=membership.ends_on)


def _invitation(found: Invitation) -> InvitationBrief:
    return InvitationBrief(
        code=found.code,
        team=found.team.code,
        team_name=found.team.name,
        state=found.state,
        expires_at=found.expires_at,
    )


def _member(member: queries.Member) -> Member:
    held = member.membership
    return Member(person=held.person_id, name=member.name, starts_on=held.starts_on)
