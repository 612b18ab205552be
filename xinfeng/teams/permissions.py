"""Who may do what with teams. Pure questions: no queries, no exceptions."""

from xinfeng.base.standing import Standing
from xinfeng.people.permissions import OFFICES, SEES_PEOPLE

from .models import Team


def may_found(standing: Standing, division_id: int, place_id: int | None) -> bool:
    """The offices above the division, and the keeper of the place it is attached to."""
    return standing.covers(division_id, OFFICES) or place_id in standing.places


def office_above(standing: Standing, division_id: int) -> int | None:
    """The nearest office over a division that this person speaks for, by its code."""
    spans = [(lo, hi) for lo, hi in standing.spans(OFFICES) if lo <= division_id < hi]
    return min(spans, key=lambda span: span[1] - span[0])[0] if spans else None


def may_approve(standing: Standing, team: Team) -> bool:
    """The offices above it; nobody approves what they proposed."""
    return (
        standing.covers(team.division_id, OFFICES) and standing.person_id != team.proposed_by_id
    )


def may_run(standing: Standing, team: Team) -> bool:
    """Dissolve it or name its leader: whoever could found it."""
    return may_found(standing, team.division_id, team.place_id)


def may_lead(standing: Standing, team: Team) -> bool:
    """Invite, remove, count heads, describe: leader and deputies, and whoever may run it."""
    return team.is_led_by(standing.person_id) or may_run(standing, team)


def may_name_deputies(standing: Standing, team: Team) -> bool:
    leads = standing.person_id is not None and standing.person_id == team.leader_id
    return leads or may_run(standing, team)


def may_see_roster(standing: Standing, team: Team) -> bool:
    """Those who lead it, the keeper of its place, the offices and the auditor above it."""
    return may_lead(standing, team) or standing.covers(team.division_id, SEES_PEOPLE)
