"""Teams come into being, are approved, are led, and end."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.standing import Standing
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person
from xinfeng.people.permissions import is_volunteer
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Division, Place, PlaceState
from xinfeng.teams import permissions
from xinfeng.teams.models import Channel, Ending, Membership, Team, TeamKind, TeamState

from .locking import href_of, locked, refuse_dissolved, tell_journal

journal.declare(
    {
        "team.founded": gettext_lazy("founded a team"),
        "team.proposed": gettext_lazy("proposed a team"),
        "team.approved": gettext_lazy("approved a team"),
        "team.refused": gettext_lazy("did not approve a team"),
        "team.dissolved": gettext_lazy("dissolved a team"),
        "team.leader_appointed": gettext_lazy("named the leader of a team"),
        "team.deputy_named": gettext_lazy("named a deputy of a team"),
        "team.deputy_relieved": gettext_lazy("relieved a deputy of a team"),
        "team.heads_counted": gettext_lazy("stated the head-count of a team"),
        "team.described": gettext_lazy("said what a team does"),
    }
)
notices.declare(
    {
        "team.approved": gettext_lazy("Your team “%(team)s” is approved."),
        "team.refused": gettext_lazy("Your team “%(team)s” is not approved. Ask the office."),
    }
)
MOST_DEPUTIES = 10
MOST_HEADS = 100_000


@dataclass(frozen=True)
class NewTeam:
    """What a founder says of a team. The code comes with the form: sent twice, founded once."""

    code: str
    name: str
    kind: TeamKind
    division_id: int
    place_id: int | None = None
    parent_id: int | None = None
    purpose: str = ""


@scope.command
def found(*, new: NewTeam, actor: Person, at: datetime) -> Team:
    """A team comes into being, without a leader and without members.

    An office approves it by founding it; what a keeper founds waits for the office.
    """
    today, standing = clock.local_date(at), standing_of(actor, clock.local_date(at))
    place = _place(new)
    # A team of a place lies where the place lies, whatever the form said.
    division_id = place.division_id if place else new.division_id
    if (new.place_id is not None and place is None) or not permissions.may_found(
        standing, division_id, new.place_id
    ):
        raise Forbidden("not_your_area", _("You can found teams in your own area only."))
    _refuse_impossible(new, place, division_id)
    office = permissions.office_above(standing, division_id)
    waits_for = None if office else actor
    team, made = _create(new, division_id, at, approved_by=office, proposed_by=waits_for)
    if made:
        tell_journal("team.founded" if office else "team.proposed", team, actor, at, on=today)
    return team


@scope.command
def propose(*, new: NewTeam, actor: Person, at: datetime) -> Team:
    """A resident would like a team; a volunteer will lead it once the office agrees."""
    if not actor.is_active:
        raise Forbidden("account_not_active", _("This account cannot do this."))
    place = _place(new)
    division_id = place.division_id if place else new.division_id
    _refuse_impossible(new, place, division_id)
    team, made = _create(new, division_id, at, proposed_by=actor)
    if team.proposed_by_id != actor.pk:
        raise Refusal("code_taken", _("This form was used already; open a new one."))
    if made and is_volunteer(actor):
        Membership.objects.create(
            team=team, person=actor, division_id=division_id,
            starts_on=clock.local_date(at), consented_at=at, channel=Channel.FOUNDER,
        )  # fmt: skip
        team.leader = actor
        team.save(update_fields=["leader"])
    if made:
        tell_journal("team.proposed", team, actor, at)
    return team


@scope.command
def approve(*, team_id: int, actor: Person, at: datetime) -> Team:
    """The office above says yes: from today the team exists and takes members."""
    team, standing = _to_decide(team_id, actor, at)
    if team.state == TeamState.ACTIVE:
        return team
    _refuse_decided(team)
    today = clock.local_date(at)
    team.state, team.founded_on, team.approved_on = TeamState.ACTIVE, today, today
    team.approving_division_id = permissions.office_above(standing, team.division_id)
    team.save(update_fields=["state", "founded_on", "approved_on", "approving_division"])
    tell_journal("team.approved", team, actor, at)
    _tell_proposer("team.approved", team, at)
    return team


@scope.command
def refuse(*, team_id: int, actor: Person, at: datetime) -> Team:
    """The office above says no; the team never was."""
    team, _standing = _to_decide(team_id, actor, at)
    if team.state == TeamState.REFUSED:
        return team
    _refuse_decided(team)
    team.state, team.leader = TeamState.REFUSED, None
    team.save(update_fields=["state", "leader"])
    _end_all(team, actor, clock.local_date(at))
    tell_journal("team.refused", team, actor, at)
    _tell_proposer("team.refused", team, at)
    return team


@scope.command
def dissolve(*, team_id: int, actor: Person, at: datetime) -> Team:
    """The team ends; so do all memberships. What it did stays on record."""
    team = locked(team_id, permissions.may_run, actor, at)
    today = clock.local_date(at)
    if team.dissolved_on is not None:
        return team
    refuse_dissolved(team)
    if today <= team.founded_on:
        raise Refusal("team_founded_today", _("A team can be dissolved from the next day on."))
    team.state, team.dissolved_on = TeamState.DISSOLVED, today
    team.save(update_fields=["state", "dissolved_on"])
    _end_all(team, actor, today)
    tell_journal("team.dissolved", team, actor, at)
    return team


@scope.command
def appoint_leader(*, team_id: int, person_id: int, actor: Person, at: datetime) -> Team:
    """Name one of the members as leader."""
    team = locked(team_id, permissions.may_run, actor, at)
    if team.leader_id == person_id:
        return team
    refuse_dissolved(team)
    _refuse_strangers(team, person_id)
    team.leader_id = person_id
    team.deputies = [pk for pk in team.deputies if pk != person_id]
    team.save(update_fields=["leader", "deputies"])
    tell_journal("team.leader_appointed", team, actor, at, person_id=person_id)
    return team


@scope.command
def name_deputy(*, team_id: int, person_id: int, actor: Person, at: datetime) -> Team:
    """A member who may do what the leader does, except naming deputies."""
    team = locked(team_id, permissions.may_name_deputies, actor, at)
    if team.is_led_by(person_id):
        return team
    refuse_dissolved(team)
    _refuse_strangers(team, person_id)
    if len(team.deputies) >= MOST_DEPUTIES:
        raise Refusal("too_many_deputies", _("A team has ten deputies at most."))
    team.deputies = sorted({*team.deputies, person_id})
    team.save(update_fields=["deputies"])
    tell_journal("team.deputy_named", team, actor, at, person_id=person_id)
    return team


@scope.command
def relieve_deputy(*, team_id: int, person_id: int, actor: Person, at: datetime) -> Team:
    team = locked(team_id, permissions.may_name_deputies, actor, at)
    if person_id not in team.deputies:
        return team
    team.deputies = [pk for pk in team.deputies if pk != person_id]
    team.save(update_fields=["deputies"])
    tell_journal("team.deputy_relieved", team, actor, at, person_id=person_id)
    return team


@scope.command
def count_heads(
    *, team_id: int, heads: int | None, on: date | None, actor: Person, at: datetime
) -> Team:
    """How many serve in the team without an account, counted on a day; None: not known."""
    team = locked(team_id, permissions.may_lead, actor, at)
    refuse_dissolved(team)
    today = clock.local_date(at)
    if heads is not None and (not 0 <= heads <= MOST_HEADS or on is None or on > today):
        raise Refusal("heads_impossible", _("Give a number, and a day that has been."))
    day = on if heads is not None else None
    if (team.heads, team.heads_on) == (heads, day):
        return team
    team.heads, team.heads_on = heads, day
    team.save(update_fields=["heads", "heads_on"])
    tell_journal("team.heads_counted", team, actor, at, heads=heads)
    return team


@scope.command
def describe(*, team_id: int, purpose: str, actor: Person, at: datetime) -> Team:
    """Say in a few sentences what the team does, for people who look for one."""
    team = locked(team_id, permissions.may_lead, actor, at)
    if team.purpose == purpose:
        return team
    team.purpose = purpose
    team.save(update_fields=["purpose"])
    tell_journal("team.described", team, actor, at)
    return team


def _place(new: NewTeam) -> Place | None:
    return Place.objects.filter(pk=new.place_id).first() if new.place_id else None


def _refuse_impossible(new: NewTeam, place: Place | None, division_id: int) -> None:
    if new.place_id is not None and (place is None or place.state == PlaceState.CLOSED):
        raise Refusal("place_closed", _("This place is closed; choose another one."))
    if not Division.objects.filter(pk=division_id).exists():
        raise Refusal("division_unknown", _("There is no division with this code."))
    if new.parent_id is not None:
        parent = Team.objects.filter(pk=new.parent_id).first()
        if parent is None or parent.state != TeamState.ACTIVE or parent.dissolved_on:
            raise Refusal("parent_impossible", _("This team cannot have teams under it."))


def _create(
    new: NewTeam,
    division_id: int,
    at: datetime,
    *,
    approved_by: int | None = None,
    proposed_by: Person | None = None,
) -> tuple[Team, bool]:
    today = clock.local_date(at)
    fields = {
        "name": new.name,
        "kind": new.kind,
        "purpose": new.purpose,
        "division_id": division_id,
        "place_id": new.place_id,
        "parent_id": new.parent_id,
        "founded_on": today,
        "state": TeamState.ACTIVE if approved_by else TeamState.PROPOSED,
        "approved_on": today if approved_by else None,
        "approving_division_id": approved_by,
        "proposed_by": proposed_by,
    }
    try:
        with transaction.atomic():
            return Team.objects.get_or_create(code=new.code, defaults=fields)
    except IntegrityError:
        raise Refusal("team_impossible", _("This team cannot be founded as entered.")) from None


def _to_decide(team_id: int, actor: Person, at: datetime) -> tuple[Team, Standing]:
    team = locked(team_id, permissions.may_approve, actor, at)
    return team, standing_of(actor, clock.local_date(at))


def _refuse_decided(team: Team) -> None:
    if team.state != TeamState.PROPOSED:
        raise Refusal("team_decided", _("This was decided already."))


def _refuse_strangers(team: Team, person_id: int) -> None:
    if not team.memberships.current().filter(person_id=person_id).exists():
        raise Refusal("leader_is_no_member", _("Only a member of the team can lead it."))


def _end_all(team: Team, actor: Person, today: date) -> None:
    team.memberships.current().update(ends_on=today, ending=Ending.DISSOLVED, ended_by=actor)


def _tell_proposer(kind: str, team: Team, at: datetime) -> None:
    if team.proposed_by_id is not None:
        tell(kind, [team.proposed_by_id], at=at, href=href_of(team), team=team.name)
