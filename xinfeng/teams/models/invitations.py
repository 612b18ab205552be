from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.people.models import Invitee

from .memberships import Membership
from .teams import Team


class BatchState(models.TextChoices):
    READING = "READING", _("being read")
    READ = "READ", _("ready to be looked through")
    IMPORTING = "IMPORTING", _("being imported")
    DONE = "DONE", _("import finished")
    CANCELLED = "CANCELLED", _("cancelled")
    UNREADABLE = "UNREADABLE", _("cannot be read")


class Batch(models.Model):
    """A table of people that a team would like to invite, from upload to its invitations.

    The table itself is kept sealed until the import is over, and then forgotten.
    """

    MOVES: ClassVar = {
        BatchState.READING: {BatchState.READ, BatchState.UNREADABLE, BatchState.CANCELLED},
        BatchState.READ: {BatchState.IMPORTING, BatchState.CANCELLED},
        BatchState.IMPORTING: {BatchState.DONE, BatchState.CANCELLED},
    }

    code = models.CharField(max_length=20, unique=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="batches")
    division_id = models.BigIntegerField()
    state = models.CharField(
        max_length=10, choices=BatchState.choices, default=BatchState.READING
    )
    file_name = models.CharField(max_length=120)
    content = models.TextField(blank=True)
    bytes = models.PositiveIntegerField()
    # Rows in the table, those with a problem, those left out because nothing is to be done.
    rows = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    # Rows of the table that the import has behind it, and invitations it has made.
    done = models.PositiveIntegerField(default=0)
    invited = models.PositiveIntegerField(default=0)
    # The first problems: [row, column, code, …]; never what stands in a cell.
    problems = models.JSONField(default=list)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    # When it last went on: a job that died is taken up again.
    progressed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="batch_state_is_known", condition=Q(state__in=list(BatchState.values))
            ),
            models.CheckConstraint(
                name="batch_forgets_its_table_at_the_end",
                condition=Q(state__in=["READING", "READ", "IMPORTING"]) | Q(content=""),
            ),
            models.CheckConstraint(
                name="batch_counts_are_possible",
                condition=Q(done__lte=F("rows"), invited__lte=F("done")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} (batch {self.pk})"


class InvitationState(models.TextChoices):
    OPEN = "OPEN", _("waiting for an answer")
    ACCEPTED = "ACCEPTED", _("accepted")
    DECLINED = "DECLINED", _("declined")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")
    EXPIRED = "EXPIRED", _("expired")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def made(self) -> "InvitationQuerySet":
        """Without those of an import that is still running or was cancelled."""
        return self.filter(Q(batch=None) | Q(batch__state=BatchState.DONE))

    def open_at(self, at: datetime) -> "InvitationQuerySet":
        return self.made().filter(state=InvitationState.OPEN, expires_at__gt=at)


class Invitation(models.Model):
    """A team asks one person to join; nothing is known of the person but what was entered."""

    MOVES: ClassVar = {
        InvitationState.OPEN: {
            InvitationState.ACCEPTED,
            InvitationState.DECLINED,
            InvitationState.WITHDRAWN,
            InvitationState.EXPIRED,
        },
    }

    code = models.CharField(max_length=20, unique=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="invitations")
    division_id = models.BigIntegerField()
    state = models.CharField(
        max_length=10, choices=InvitationState.choices, default=InvitationState.OPEN
    )
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="invitations")
    # The row in the leader's own table, by which the leader knows whom it is for.
    row_number = models.PositiveIntegerField(null=True)
    # What was entered; null: erased, as it is when the invitation is over.
    invitee = models.OneToOneField(Invitee, models.PROTECT, null=True, related_name="+")
    # The account that was named; null where a phone was, or where there is no such account.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # A keyed blind index; forgotten with the rest when the invitation is over.
    phone_digest = models.BinaryField(max_length=32, null=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    # When whoever has an account with this phone was told; set for those without one too.
    told_at = models.DateTimeField(null=True)
    membership = models.ForeignKey(
        Membership, models.PROTECT, null=True, related_name="invitations"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_phone_is_invited_once_at_a_time",
                fields=["team", "phone_digest"],
                condition=Q(state="OPEN", phone_digest__isnull=False),
            ),
            models.UniqueConstraint(
                name="an_account_is_invited_once_at_a_time",
                fields=["team", "person"],
                condition=Q(state="OPEN", person__isnull=False),
            ),
            models.CheckConstraint(
                name="invitation_answer_agrees_with_state",
                condition=Q(state="OPEN", answered_at=None, membership=None)
                | Q(state="ACCEPTED", answered_at__isnull=False, membership__isnull=False)
                | Q(
                    state__in=["DECLINED", "WITHDRAWN", "EXPIRED"],
                    answered_at__isnull=False,
                    membership=None,
                ),
            ),
            models.CheckConstraint(
                name="invitation_that_is_over_knows_no_phone",
                condition=Q(state="OPEN") | Q(phone_digest=None, invitee=None),
            ),
            models.CheckConstraint(
                name="invitation_ends_after_it_starts",
                condition=Q(expires_at__gt=F("invited_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["team", "id"], name="invitation_by_team"),
            models.Index(
                fields=["phone_digest"],
                name="invitation_by_phone",
                condition=Q(phone_digest__isnull=False),
            ),
            models.Index(
                fields=["expires_at"], name="invitation_by_end", condition=Q(state="OPEN")
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} to team {self.team_id}"
