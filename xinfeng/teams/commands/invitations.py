"""A team asks one person; the person says yes or no, and what was entered is erased."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, crypto, pack, phone, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import NewPerson, register_oneself, tell
from xinfeng.people.commands.invitees import Entered, accounts_by_phone, allot, forget, keep
from xinfeng.people.commands.making import phone_digest
from xinfeng.people.models import Channel as ConsentChannel
from xinfeng.people.models import Identity, Person
from xinfeng.people.permissions import is_volunteer
from xinfeng.teams import permissions
from xinfeng.teams.models import (
    Channel,
    Invitation,
    InvitationState,
    Membership,
    Team,
    TeamState,
)

from .locking import locked, refuse_dissolved
from .memberships import admit, lock

journal.declare(
    {
        "invitation.made": gettext_lazy("invited somebody into a team"),
        "invitation.withdrawn": gettext_lazy("withdrew an invitation"),
        "invitation.accepted": gettext_lazy("accepted an invitation"),
        "invitation.declined": gettext_lazy("declined an invitation"),
        "invitation.expired": gettext_lazy("erased invitations that had run out"),
    }
)
notices.declare(
    {"team.invitation": gettext_lazy("The team “%(team)s” invites you. You decide.")}
)
ERASED_AT_ONCE = 5_000
LONGEST_NAME = 60


@scope.command
def invite(
    *, team_id: int, to: str, name: str, code: str, actor: Person, at: datetime
) -> Invitation:
    """Ask the person with this account name or telephone number.

    Whether there is such an account shows neither here nor later.
    """
    team = locked(team_id, permissions.may_lead, actor, at)
    refuse_dissolved(team)
    typed = to.strip()
    number = _number(typed)
    # A name that nobody has is remembered too: asking twice must not tell it from others.
    digest = phone_digest(number) if number else crypto.digest("invited account", typed.lower())
    person = None if number else Person.objects.filter(username=typed.lower()).first()
    _refuse_needless(team, person, digest)
    known = name.strip()[:LONGEST_NAME] or typed[:LONGEST_NAME]
    (invitee_id,) = allot(1)
    ends = at + lasting()
    keep(
        [Entered(invitee_id, known, number)], division_id=team.division_id, at=at, erase_at=ends
    )
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                code=code, team=team, division_id=team.division_id, invitee_id=invitee_id,
                person=person, phone_digest=digest, invited_by=actor, invited_at=at,
                expires_at=ends, told_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Refusal("invited_already", _("This person is invited already.")) from None
    journal.record("invitation.made", invitation, actor=actor, at=at, where=team.division_id)
    whom = [person.pk] if person else list(accounts_by_phone([digest]).values())
    tell("team.invitation", whom, at=at, href=reverse("teams:invited"), team=team.name)
    return invitation


@scope.command
def withdraw_invitation(*, invitation_id: int, actor: Person, at: datetime) -> Invitation:
    """The team no longer asks; what was entered is erased."""
    found = _locked(pk=invitation_id)
    if found is None:
        raise Unknown("invitation_unknown", _("There is no such invitation."))
    locked(found.team_id, permissions.may_lead, actor, at)
    if found.state != InvitationState.OPEN:
        return found
    close(found, InvitationState.WITHDRAWN, at)
    _journal("invitation.withdrawn", found, actor, at)
    return found


@scope.command
def accept(*, code: str, actor: Person, at: datetime) -> Membership:
    """One tap of somebody with an account: consent is given now, by this person."""
    found = _open(code, at)
    return _accept(found, actor, at)


@scope.command
def register_and_accept(
    *, code: str, new: NewPerson, division_id: int, at: datetime
) -> tuple[Person, Membership | None]:
    """A stranger with the code makes an account and joins in one go.

    A child under 14 registers, and joins when a guardian has confirmed: until then the
    invitation stays open.
    """
    found = _open(code, at)
    person = register_oneself(
        new=new, division_id=division_id, at=at, channel=ConsentChannel.INVITATION
    )
    if not is_volunteer(person):
        return person, None
    return person, _accept(found, person, at)


@scope.command
def decline(*, code: str, actor: Person | None, at: datetime) -> Invitation:
    """ "I do not want this" or "this is not me": erased at once, without an account."""
    found = _locked(code=code)
    if found is None or not _is_made(found):
        raise Unknown("invitation_unknown", _("There is no such invitation."))
    if found.state == InvitationState.OPEN:
        found.person = None
        close(found, InvitationState.DECLINED, at)
        _journal("invitation.declined", found, actor, at)
    return found


@scope.command
def expire_invitations(*, at: datetime) -> int:
    """What nobody answered in time is erased; returns how many, to be called until 0."""
    due = Invitation.objects.filter(state=InvitationState.OPEN, expires_at__lte=at)
    due = due.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    found = dict(due.values_list("pk", "invitee_id")[:ERASED_AT_ONCE])
    if not found:
        return 0
    Invitation.objects.filter(pk__in=found).update(
        state=InvitationState.EXPIRED, answered_at=at, phone_digest=None, invitee=None
    )
    forget(pk for pk in found.values() if pk is not None)
    first = Invitation.objects.get(pk=min(found))
    journal.record("invitation.expired", first, actor=None, at=at, number=len(found))
    return len(found)


def lasting() -> timedelta:
    return timedelta(days=pack.load(settings.CITY_PACK).rules.invitation_days)


def _accept(found: Invitation, person: Person, at: datetime) -> Membership:
    team = lock(found.team_id)
    membership = admit(team, person, channel=Channel.INVITATION, actor=person, at=at)
    found.person, found.membership = person, membership
    close(found, InvitationState.ACCEPTED, at)
    _journal("invitation.accepted", found, person, at)
    return membership


def close(found: Invitation, state: InvitationState, at: datetime) -> None:
    invitee_id = found.invitee_id
    found.state, found.answered_at = state, at
    found.phone_digest, found.invitee = None, None
    found.save(
        update_fields=[
            "state", "answered_at", "phone_digest", "invitee", "person", "membership",
        ]
    )  # fmt: skip
    if invitee_id is not None:
        forget([invitee_id])


def _open(code: str, at: datetime) -> Invitation:
    """An invitation that can be accepted now, held until commit."""
    found = _locked(code=code)
    if found is None or not _is_made(found):
        raise Unknown("invitation_unknown", _("There is no such invitation."))
    if found.state != InvitationState.OPEN:
        raise Refusal("invitation_over", _("This invitation was answered or withdrawn."))
    if found.expires_at <= at:
        raise Refusal("invitation_expired", _("This invitation has run out."))
    return found


def _locked(**which: str | int) -> Invitation | None:
    found = Invitation.objects.select_for_update(of=("self",)).select_related("batch")
    return found.filter(**which).order_by("pk").first()


def _is_made(found: Invitation) -> bool:
    return found.batch is None or found.batch.state == "DONE"


def _number(typed: str) -> str:
    """The telephone number, or empty when this is an account name."""
    digits = phone.normal(typed)
    if not (digits.isascii() and digits.isdigit()):
        return ""
    try:
        return phone.parse(digits)
    except phone.BadPhone as bad:
        raise Refusal("phone_wrong", str(bad)) from None


def _refuse_needless(team: Team, person: Person | None, digest: bytes) -> None:
    assert team.state == TeamState.ACTIVE
    members = team.memberships.current()
    if person is not None and members.filter(person=person).exists():
        raise Refusal("member_already", _("This person is a member already."))
    owner = Identity.objects.filter(phone_digest=digest).values("person_id")
    if members.filter(person_id__in=owner).exists():
        raise Refusal("member_already", _("This person is a member already."))
    asked = team.invitations.filter(state=InvitationState.OPEN)
    same = Q(phone_digest=digest) | Q(person=person) if person else Q(phone_digest=digest)
    if asked.filter(same).exists():
        raise Refusal("invited_already", _("This person is invited already."))


def _journal(verb: str, found: Invitation, actor: Person | None, at: datetime) -> None:
    journal.record(
        verb, found, actor=actor, at=at, where=found.division_id, on=clock.local_date(at)
    )
