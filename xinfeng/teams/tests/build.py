"""Builders: a team and its members in one line."""

from itertools import count

from xinfeng.base import scope
from xinfeng.people.models import Person
from xinfeng.places.models import Division
from xinfeng.places.tests.build import LONG_AGO, a_city
from xinfeng.teams.models import Membership, Team, TeamKind

_codes = count(1)


def a_team(
    *,
    division: Division | None = None,
    members: tuple[Person, ...] = (),
    leader: Person | None = None,
    **more: object,
) -> Team:
    """A standing team of 茶山村 since 2019; its leader is a member too."""
    at = division or a_city().village
    number = next(_codes)
    fields = {
        "code": f"T{number:05d}",
        "name": f"茶山村志愿服务队{number}",
        "founded_on": LONG_AGO,
    }
    team = Team.objects.create(
        kind=TeamKind.STANDING, division=at, leader=leader, **fields | more
    )
    for person in {*members, *([leader] if leader else [])}:
        a_membership(team, person)
    return team


def a_membership(team: Team, person: Person, **more: object) -> Membership:
    with scope.whole_city():
        return Membership.objects.create(
            team=team, person=person, division_id=team.division_id, starts_on=LONG_AGO, **more
        )
