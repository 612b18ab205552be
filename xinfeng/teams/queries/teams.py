"""What the pages of teams show; counts for everybody, people only for those who may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.people.models import CareKind, Guardianship, Identity, Person
from xinfeng.people.permissions import OFFICES, SEES_PEOPLE, is_volunteer
from xinfeng.people.queries import masked_names
from xinfeng.teams import permissions
from xinfeng.teams.models import Membership, Team, TeamQuerySet, TeamState

PAGE = 50
ROSTER = 500


@dataclass(frozen=True)
class Line:
    team: Team
    members: int


@dataclass(frozen=True)
class Page:
    """One page of a list by key, and the key of the next one."""

    lines: list[Line]
    after: int | None


@dataclass(frozen=True)
class Member:
    membership: Membership
    name: str


@dataclass(frozen=True)
class Relative:
    """Somebody the visitor answers for, and whether they are in the team."""

    person_id: int
    name: str
    is_member: bool


@dataclass(frozen=True)
class TeamPage:
    """A team as this visitor may see it; `roster` is None for those who may not."""

    team: Team
    members: int
    mine: Membership | None
    roster: list[Member] | None
    family: list[Relative]
    may_run: bool
    may_lead: bool
    may_approve: bool
    may_open: bool
    may_join: bool


@dataclass(frozen=True)
class Desk:
    """What those who lead a team work with: its members, a page at a time."""

    team: Team
    members: int
    roster: list[Member]
    after: int | None
    may_run: bool
    may_name_deputies: bool


def page(teams: TeamQuerySet, *, after: int | None) -> Page:
    """Teams in the order of their pk, `after` excluded."""
    later = teams.filter(pk__gt=after) if after else teams
    found = list(later.select_related("division", "place").order_by("pk")[: PAGE + 1])
    shown = found[:PAGE]
    counts = member_counts(team.pk for team in shown)
    return Page(
        lines=[Line(team, counts.get(team.pk, 0)) for team in shown],
        after=shown[-1].pk if len(found) > PAGE else None,
    )


def member_counts(team_ids: Iterable[int]) -> dict[int, int]:
    """How many are in each team now: numbers without persons."""
    with scope.whole_city():
        current = Membership.objects.current().filter(team_id__in=list(team_ids))
        counted = current.order_by("team_id").values("team_id").annotate(members=Count("pk"))
        return {row["team_id"]: row["members"] for row in counted}


def waiting(standing: Standing) -> list[Team]:
    """Proposed teams that wait for this office, the oldest first."""
    reach = scope.reached(standing.spans(OFFICES))
    found = Team.objects.proposed().filter(reach).exclude(proposed_by_id=standing.person_id)
    return list(found.select_related("division").order_by("founded_on", "pk")[:PAGE])


def teams_of(person: Person) -> list[Team]:
    """The teams that a person is in now."""
    with scope.reading(person_id=person.pk, spans=[]):
        own = Membership.objects.current().filter(person=person)
        ids = list(own.order_by("pk").values_list("team_id", flat=True))
    return list(Team.objects.filter(pk__in=ids).order_by("name", "pk"))


def team_page(team: Team, *, visitor: Person | None, standing: Standing, on: date) -> TeamPage:
    sees = permissions.may_see_roster(standing, team)
    mine, members = _rows(team, visitor, standing, sees=sees)
    open_ = team.state == TeamState.ACTIVE and not team.is_dissolved(on)
    proposer = visitor is not None and visitor.pk == team.proposed_by_id
    return TeamPage(
        team=team,
        members=member_counts([team.pk]).get(team.pk, 0),
        mine=mine,
        roster=_named(members) if sees else None,
        family=_family(team, visitor) if open_ and visitor else [],
        may_run=permissions.may_run(standing, team) and open_,
        may_lead=permissions.may_lead(standing, team) and open_,
        may_approve=permissions.may_approve(standing, team)
        and team.state == TeamState.PROPOSED,
        may_open=sees or proposer,
        may_join=open_ and not mine and visitor is not None and is_volunteer(visitor),
    )


def desk(team: Team, *, standing: Standing, after: int | None) -> Desk:
    # Leading a team reaches the rows of its own division; the permission was asked before.
    spans = [(team.division_id, team.division_id + 1), *standing.spans(SEES_PEOPLE)]
    with scope.reading(person_id=standing.person_id, spans=spans):
        rows = team.memberships.current().select_related("person").order_by("pk")
        rows = rows.filter(pk__gt=after) if after else rows
        found = list(rows[: PAGE + 1])
    return Desk(
        team=team,
        members=member_counts([team.pk]).get(team.pk, 0),
        roster=_named(found[:PAGE]),
        after=found[PAGE - 1].pk if len(found) > PAGE else None,
        may_run=permissions.may_run(standing, team),
        may_name_deputies=permissions.may_name_deputies(standing, team),
    )


def _family(team: Team, visitor: Person) -> list[Relative]:
    """Those whom the visitor answers for, who could be or are in the team."""
    with scope.whole_city():
        wards = Guardianship.objects.standing().filter(guardian=visitor)
        ids = sorted(set(wards.values_list("ward_id", flat=True)))
        inside = set(
            team.memberships.current()
            .filter(person_id__in=ids)
            .values_list("person", flat=True)
        )
        people = Person.objects.filter(pk__in=ids, state="ACTIVE").order_by("pk")
        able = [person.pk for person in people if is_volunteer(person)]
    names = own_names(able)
    return [Relative(pk, names.get(pk, "*"), pk in inside) for pk in able]


@dataclass(frozen=True)
class Cared:
    """Somebody I look after, and the teams they are in."""

    name: str
    username: str
    teams: list[Team]


def relatives_of(person: Person) -> list[Cared]:
    with scope.whole_city():
        wards = Guardianship.objects.standing().filter(guardian=person, kind=CareKind.CARER)
        people = {care.ward_id: care.ward for care in wards.select_related("ward")}
        inside = Membership.objects.current().filter(person_id__in=people)
        rows = list(inside.select_related("team").order_by("pk"))
    names = own_names(people)
    return [
        Cared(
            names.get(pk, "*"), ward.username, [row.team for row in rows if row.person_id == pk]
        )
        for pk, ward in sorted(people.items())
    ]


def own_names(person_ids: Iterable[int]) -> dict[int, str]:
    """Full names, for whoever answers for these persons."""
    with scope.whole_city():
        found = Identity.objects.filter(pk__in=list(person_ids)).order_by("pk")
        return {identity.pk: identity.name for identity in found}


def _rows(
    team: Team, visitor: Person | None, standing: Standing, *, sees: bool
) -> tuple[Membership | None, list[Membership]]:
    """The visitor's own membership, and the members that the visitor may see."""
    if visitor is None:
        return None, []
    # Leading a team, or keeping its place, reaches the rows of the team's own division.
    own = (team.division_id, team.division_id + 1)
    spans = [own, *standing.spans(SEES_PEOPLE)] if sees else []
    with scope.reading(person_id=visitor.pk, spans=spans):
        mine = team.memberships.current().filter(person=visitor).order_by("pk").first()
        return mine, list(team.memberships.roster()[:ROSTER]) if sees else []


def _named(members: list[Membership]) -> list[Member]:
    names = masked_names(member.person_id for member in members)
    return [Member(member, names.get(member.person_id, "*")) for member in members]
