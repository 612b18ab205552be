"""What the commands of this room begin and end with."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from xinfeng.base import clock
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.standing import Standing
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.teams.models import Team, TeamState


def locked(
    team_id: int, may: Callable[[Standing, Team], bool], actor: Person, at: datetime
) -> Team:
    """The team, held until commit; the same answer for a foreign and an unknown one."""
    team = Team.objects.select_for_update(of=("self",)).filter(pk=team_id).first()
    if team is None or not may(standing_of(actor, clock.local_date(at)), team):
        raise Forbidden("not_your_team", _("You cannot do this for this team."))
    return team


def refuse_dissolved(team: Team) -> None:
    if team.dissolved_on is not None:
        raise Refusal("team_dissolved", _("This team has been dissolved."))
    if team.state != TeamState.ACTIVE:
        raise Refusal("team_not_approved", _("This team is not approved yet."))


def href_of(team: Team) -> str:
    return reverse("teams:team", args=[team.code])


def tell_journal(
    verb: str,
    team: Team,
    actor: Person,
    at: datetime,
    *,
    on: date | None = None,
    **details: Any,
) -> None:
    journal.record(
        verb, team, actor=actor, at=at, where=team.division_id,
        on=on or clock.local_date(at), **details,
    )  # fmt: skip
