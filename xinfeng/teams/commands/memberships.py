"""People join by their own word, leave with one click, and are removed with a reason only."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Guardianship, Person
from xinfeng.people.permissions import is_volunteer
from xinfeng.teams import permissions
from xinfeng.teams.models import REMOVALS, Channel, Ending, Membership, Team

from .locking import href_of, locked, refuse_dissolved

journal.declare(
    {
        "membership.started": gettext_lazy("joined a team"),
        "membership.ended": gettext_lazy("left a team"),
        "membership.removed": gettext_lazy("took somebody off the list of a team"),
        "membership.contested": gettext_lazy("said that a membership was not theirs"),
    }
)
notices.declare(
    {
        "membership.removed": gettext_lazy(
            "You are no longer on the list of “%(team)s”. If that is wrong, ask its leader."
        ),
        "membership.contested": gettext_lazy(
            "Somebody on the list of “%(team)s” says that they never joined; the entry has"
            " ended. Check how the person was entered."
        ),
    }
)


@scope.command
def join(*, team_id: int, actor: Person, at: datetime) -> Membership:
    """A volunteer becomes a member, from today, by their own word."""
    return admit(lock(team_id), actor, channel=Channel.PAGE, actor=actor, at=at)


@scope.command
def join_for(*, team_id: int, ward_id: int, actor: Person, at: datetime) -> Membership:
    """Who answers for a family member without a telephone joins for them."""
    team, ward = lock(team_id), _ward(ward_id, actor)
    return admit(team, ward, channel=Channel.CARER, actor=actor, at=at)


@scope.command
def leave(*, team_id: int, actor: Person, at: datetime) -> Membership:
    """A member leaves, in one step and without giving a reason."""
    return _leave(team_id, actor, actor, at)


@scope.command
def leave_for(*, team_id: int, ward_id: int, actor: Person, at: datetime) -> Membership:
    return _leave(team_id, _ward(ward_id, actor), actor, at)


@scope.command
def remove(
    *, team_id: int, person_id: int, reason: Ending, actor: Person, at: datetime
) -> Membership:
    """The leader takes somebody off the list; the person is told, the reason stays."""
    team = locked(team_id, permissions.may_lead, actor, at)
    found = team.memberships.filter(person_id=person_id).order_by("-pk").first()
    if found is None or person_id == actor.pk:
        raise Unknown("not_a_member", _("This person is not a member of the team."))
    if reason not in REMOVALS:
        raise Refusal("reason_missing", _("Choose a reason."))
    if found.ends_on is not None:
        return found
    if person_id == team.leader_id:
        raise Forbidden("leader_stays", _("The office names another leader first."))
    end_membership(team, found, reason, actor, at)
    _journal("membership.removed", found, actor, at, reason=reason)
    tell("membership.removed", [person_id], at=at, href=href_of(team), team=team.name)
    return found


@scope.command
def contest(*, team_id: int, actor: Person, at: datetime) -> Membership:
    """ "This is not me": the membership ends as if it had never been, and the team is told."""
    team = lock(team_id)
    mine = team.memberships.filter(person=actor).order_by("-pk").first()
    if mine is None:
        raise Unknown("not_a_member", _("You are not a member of this team."))
    if mine.ends_on is not None:
        return mine
    end_membership(team, mine, Ending.NOT_ME, actor, at)
    _journal("membership.contested", mine, actor, at)
    if team.leader_id is not None:
        tell(
            "membership.contested", [team.leader_id], at=at, href=href_of(team), team=team.name
        )
    return mine


def admit(
    team: Team, person: Person, *, channel: Channel, actor: Person, at: datetime
) -> Membership:
    """The membership itself, for commands of this room to whom the person has agreed."""
    if not is_volunteer(person):
        raise Forbidden("not_a_volunteer", _("Register as a volunteer first."))
    if already := team.memberships.current().filter(person=person).order_by("pk").first():
        return already
    refuse_dissolved(team)
    membership = Membership.objects.create(
        team=team, person=person, division_id=team.division_id,
        starts_on=clock.local_date(at), consented_at=at, channel=channel,
    )  # fmt: skip
    _journal("membership.started", membership, actor, at, channel=channel)
    return membership


def lock(team_id: int) -> Team:
    team = Team.objects.select_for_update(of=("self",)).filter(pk=team_id).first()
    if team is None:
        raise Unknown("team_unknown", _("There is no such team."))
    return team


def _leave(team_id: int, person: Person, actor: Person, at: datetime) -> Membership:
    team = Team.objects.select_for_update(of=("self",)).filter(pk=team_id).first()
    mine = Membership.objects.filter(team_id=team_id, person=person).order_by("-pk").first()
    if team is None or mine is None:
        raise Unknown("not_a_member", _("You are not a member of this team."))
    if mine.ends_on is not None:
        return mine
    end_membership(team, mine, Ending.LEFT, actor, at)
    _journal("membership.ended", mine, actor, at)
    return mine


def end_membership(
    team: Team, found: Membership, ending: Ending, actor: Person, at: datetime
) -> None:
    found.ends_on, found.ending = clock.local_date(at), ending
    found.ended_by = actor
    found.save(update_fields=["ends_on", "ending", "ended_by"])
    if team.is_led_by(found.person_id):
        if team.leader_id == found.person_id:
            team.leader = None
        team.deputies = [pk for pk in team.deputies if pk != found.person_id]
        team.save(update_fields=["leader", "deputies"])


def _ward(ward_id: int, actor: Person) -> Person:
    care = Guardianship.objects.standing().filter(ward_id=ward_id, guardian=actor)
    found = care.select_related("ward").order_by("pk").first()
    if found is None:
        raise Unknown("not_your_family", _("You do not answer for this person."))
    return found.ward


def _journal(verb: str, found: Membership, actor: Person, at: datetime, **details: Any) -> None:
    journal.record(
        verb, found, actor=actor, at=at, where=found.division_id,
        on=clock.local_date(at), **details,
    )  # fmt: skip
