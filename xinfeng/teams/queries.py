"""What the pages of teams show; counts for everybody, people only for those who may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.people.models import Person
from xinfeng.people.permissions import SEES_PEOPLE, is_volunteer
from xinfeng.people.queries import masked_names

from . import permissions
from .models import Membership, Team, TeamQuerySet

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
class TeamPage:
    """A team as this visitor may see it; `roster` is None for those who may not."""

    team: Team
    members: int
    mine: Membership | None
    roster: list[Member] | None
    may_run: bool
    may_join: bool


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


def team_page(team: Team, *, visitor: Person | None, standing: Standing, on: date) -> TeamPage:
    sees = permissions.may_see_roster(standing, team)
    mine, members = _rows(team, visitor, standing, sees=sees)
    dissolved = team.is_dissolved(on)
    return TeamPage(
        team=team,
        members=member_counts([team.pk]).get(team.pk, 0),
        mine=mine,
        roster=_named(members) if sees else None,
        may_run=permissions.may_run(standing, team) and not dissolved,
        may_join=not (dissolved or mine) and visitor is not None and is_volunteer(visitor),
    )


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
