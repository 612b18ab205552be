"""What this room tells of a person, forgets in time, keeps sealed, and ends with an account."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from xinfeng.people import leaving, merging, records, sealing, sweeping
from xinfeng.people.records import Row

from . import commands
from .commands.ending import end_memberships, move_memberships
from .models import Batch, Invitation, Membership

sealing.declare(Batch, "content", lambda row: f"batch:{row.code}")
sweeping.declare("invitations", _("invitations without an answer: 30 days"))(
    commands.expire_invitations
)
merging.declare(move_memberships)
leaving.declare(end_memberships)


@records.section("teams", _("My teams"))
def teams(person_id: int) -> Iterable[Row]:
    mine = Membership.objects.filter(person_id=person_id).select_related("team")
    for membership in mine.order_by("starts_on", "pk"):
        yield {
            "team": membership.team.code,
            "name": membership.team.name,
            "starts_on": membership.starts_on,
            "ends_on": membership.ends_on,
            "consented_at": membership.consented_at,
            "channel": membership.channel,
            "ending": membership.ending,
        }


@records.section("invitations", _("Invitations for me"))
def invitations(person_id: int) -> Iterable[Row]:
    mine = Invitation.objects.made().filter(person_id=person_id).select_related("team")
    for invitation in mine.order_by("pk"):
        yield {
            "team": invitation.team.code,
            "state": invitation.state,
            "invited_at": invitation.invited_at,
            "answered_at": invitation.answered_at,
        }
