"""Who may do what with teams. Pure questions: no queries, no exceptions."""

from xinfeng.base.standing import Standing
from xinfeng.people.permissions import OFFICES, SEES_PEOPLE

from .models import Team


def may_found(standing: Standing, division_id: int, place_id: int | None) -> bool:
    """The offices above the division, and the keeper of the place it is attached to."""
    return standing.covers(division_id, OFFICES) or place_id in standing.places


def may_run(standing: Standing, team: Team) -> bool:
    """Dissolve it or name its leader: whoever could found it."""
    return may_found(standing, team.division_id, team.place_id)


def may_see_roster(standing: Standing, team: Team) -> bool:
    """The leader, the keeper of its place, the offices and the auditor above it."""
    leads = standing.person_id is not None and standing.person_id == team.leader_id
    keeps = team.place_id in standing.places
    return leads or keeps or standing.covers(team.division_id, SEES_PEOPLE)
