"""Every write in this room. One function, one transaction, one journal entry."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.permissions import is_volunteer
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Place, PlaceState

from . import permissions
from .models import Membership, Team, TeamKind

journal.declare(
    {
        "team.founded": gettext_lazy("founded a team"),
        "team.dissolved": gettext_lazy("dissolved a team"),
        "team.leader_appointed": gettext_lazy("named the leader of a team"),
        "membership.started": gettext_lazy("joined a team"),
        "membership.ended": gettext_lazy("left a team"),
    }
)


@dataclass(frozen=True)
class NewTeam:
    """What a founder says of a team. The code comes with the form: sent twice, founded once."""

    code: str
    name: str
    kind: TeamKind
    division_id: int
    place_id: int | None = None


@scope.command
def found(*, new: NewTeam, actor: Person, at: datetime) -> Team:
    """A team comes into being, without a leader and without members."""
    today = clock.local_date(at)
    place = Place.objects.filter(pk=new.place_id).first() if new.place_id else None
    # A team of a place lies where the place lies, whatever the form said.
    division_id = place.division_id if place else new.division_id
    if (new.place_id is not None and place is None) or not permissions.may_found(
        standing_of(actor, today), division_id, new.place_id
    ):
        raise Forbidden("not_your_area", _("You can found teams in your own area only."))
    if place is not None and place.state == PlaceState.CLOSED:
        raise Refusal("place_closed", _("This place is closed; choose another one."))
    team, made = _create(new, division_id, at)
    if made:
        journal.record("team.founded", team, actor=actor, at=at, where=division_id, on=today)
    return team


@scope.command
def dissolve(*, team_id: int, actor: Person, at: datetime) -> Team:
    """The team ends; so do all memberships. What it did stays on record."""
    team = _lock_to_run(team_id, actor, at)
    today = clock.local_date(at)
    if team.dissolved_on is not None:
        return team
    if today <= team.founded_on:
        raise Refusal("team_founded_today", _("A team can be dissolved from the next day on."))
    team.dissolved_on = today
    team.save(update_fields=["dissolved_on"])
    team.memberships.current().update(ends_on=today)
    journal.record("team.dissolved", team, actor=actor, at=at, where=team.division_id, on=today)
    return team


@scope.command
def appoint_leader(*, team_id: int, person_id: int, actor: Person, at: datetime) -> Team:
    """Name one of the members as leader."""
    team = _lock_to_run(team_id, actor, at)
    today = clock.local_date(at)
    if team.leader_id == person_id:
        return team
    _refuse_dissolved(team)
    if not team.memberships.current().filter(person_id=person_id).exists():
        raise Refusal("leader_is_no_member", _("Only a member of the team can lead it."))
    team.leader_id = person_id
    team.save(update_fields=["leader"])
    journal.record(
        "team.leader_appointed", team, actor=actor, at=at, where=team.division_id, on=today,
        person_id=person_id,
    )  # fmt: skip
    return team


@scope.command
def join(*, team_id: int, actor: Person, at: datetime) -> Membership:
    """A volunteer becomes a member, from today."""
    team = Team.objects.select_for_update(of=("self",)).filter(pk=team_id).first()
    today = clock.local_date(at)
    if team is None:
        raise Unknown("team_unknown", _("There is no such team."))
    if not is_volunteer(actor):
        raise Forbidden("not_a_volunteer", _("Register as a volunteer first."))
    if already := team.memberships.current().filter(person=actor).order_by("pk").first():
        return already
    _refuse_dissolved(team)
    membership = Membership.objects.create(
        team=team, person=actor, division_id=team.division_id, starts_on=today
    )
    journal.record(
        "membership.started", membership, actor=actor, at=at, where=team.division_id, on=today
    )
    return membership


@scope.command
def leave(*, team_id: int, actor: Person, at: datetime) -> Membership:
    """A member leaves, in one step and without giving a reason."""
    team = Team.objects.select_for_update(of=("self",)).filter(pk=team_id).first()
    today = clock.local_date(at)
    mine = Membership.objects.filter(team_id=team_id, person=actor).order_by("-pk").first()
    if team is None or mine is None:
        raise Unknown("not_a_member", _("You are not a member of this team."))
    if mine.ends_on is not None:
        return mine
    mine.ends_on = today
    mine.save(update_fields=["ends_on"])
    if team.leader_id == actor.pk:
        team.leader = None
        team.save(update_fields=["leader"])
    journal.record(
        "membership.ended", mine, actor=actor, at=at, where=team.division_id, on=today
    )
    return mine


def _create(new: NewTeam, division_id: int, at: datetime) -> tuple[Team, bool]:
    try:
        with transaction.atomic():
            return Team.objects.get_or_create(
                code=new.code,
                defaults={
                    "name": new.name,
                    "kind": new.kind,
                    "division_id": division_id,
                    "place_id": new.place_id,
                    "founded_on": clock.local_date(at),
                },
            )
    except IntegrityError:
        raise Refusal("team_impossible", _("This team cannot be founded as entered.")) from None


def _lock_to_run(team_id: int, actor: Person, at: datetime) -> Team:
    team = Team.objects.select_for_update(of=("self",)).filter(pk=team_id).first()
    if team is None or not permissions.may_run(standing_of(actor, clock.local_date(at)), team):
        raise Forbidden("not_your_team", _("Only the office above this team can do this."))
    return team


def _refuse_dissolved(team: Team) -> None:
    if team.dissolved_on is not None:
        raise Refusal("team_dissolved", _("This team has been dissolved."))
