"""What becomes of memberships and invitations when accounts end; within people's commands."""

from datetime import datetime

from django.db.models import Q

from xinfeng.base import clock
from xinfeng.people.models import Identity, Person
from xinfeng.teams.models import Ending, Invitation, InvitationState, Membership, Team

from .invitations import close
from .memberships import end_membership


def move_memberships(keep: Person, gone: Person, actor: Person, at: datetime) -> None:
    """Two accounts of one person: what the one was in a team, the other is."""
    both = Membership.objects.current().filter(
        person=gone, team__memberships__person=keep, team__memberships__ends_on=None
    )
    both.update(ends_on=clock.local_date(at), ending=Ending.BY_MISTAKE, ended_by=actor)
    Membership.objects.filter(person=gone).update(person=keep)
    led = Team.objects.filter(Q(leader=gone) | Q(deputies__contains=[gone.pk]))
    for team in led.select_for_update(of=("self",)).order_by("pk"):
        if team.leader_id == gone.pk:
            team.leader = keep
        others = {keep.pk if pk == gone.pk else pk for pk in team.deputies}
        team.deputies = sorted(others - {team.leader_id})
        team.save(update_fields=["leader", "deputies"])
    for invitation in _asked(gone):
        close(invitation, InvitationState.WITHDRAWN, at)
    Invitation.objects.filter(person=gone).update(person=keep)


def end_memberships(person: Person, actor: Person, at: datetime) -> None:
    """The account ends: no team counts this person any more, and no question stays open."""
    mine = Membership.objects.current().filter(person=person)
    for team_id in list(mine.order_by("team_id").values_list("team_id", flat=True)):
        team = Team.objects.select_for_update(of=("self",)).get(pk=team_id)
        found = team.memberships.current().get(person=person)
        end_membership(team, found, Ending.LEFT, actor, at)
    for invitation in _asked(person):
        close(invitation, InvitationState.DECLINED, at)


def _asked(person: Person) -> list[Invitation]:
    """Open invitations of a person, by account or by their telephone number."""
    which = Q(person=person)
    identity = Identity.objects.filter(pk=person.pk).order_by("pk").first()
    if identity is not None and identity.phone_digest is not None:
        which |= Q(phone_digest=identity.phone_digest)
    found = Invitation.objects.select_for_update(of=("self",)).filter(
        which, state=InvitationState.OPEN
    )
    return list(found.order_by("pk"))
