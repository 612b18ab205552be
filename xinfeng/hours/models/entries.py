from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal
from xinfeng.teams.models import Team

from .ledger import Counter, Source


class EntryKind(models.TextChoices):
    """Who enters hours for whom, when there is no attendance to stand on."""

    OWN = "OWN", _("applied for by oneself")
    GROUP = "GROUP", _("entered for a group")
    MANUAL = "MANUAL", _("entered afterwards")
    HISTORICAL = "HISTORICAL", _("from before the platform")


SOURCE_OF = {
    EntryKind.OWN: Source.OWN,
    EntryKind.GROUP: Source.GROUP,
    EntryKind.MANUAL: Source.MANUAL,
    EntryKind.HISTORICAL: Source.HISTORICAL,
}


class EntryReason(models.TextChoices):
    """Why hours come in by hand. A word of a list; what is special stands in the remark."""

    NO_NETWORK = "NO_NETWORK", _("no network at the place")
    NO_PHONE = "NO_PHONE", _("people without a phone")
    FORGOTTEN = "FORGOTTEN", _("check-in was forgotten")
    FAULT = "FAULT", _("check-in did not work")
    UNPLANNED = "UNPLANNED", _("unplanned help")
    PAPER = "PAPER", _("kept on paper before the platform")


class EntryState(models.TextChoices):
    SUBMITTED = "SUBMITTED", _("Waiting for a second person")
    CONFIRMED = "CONFIRMED", _("Confirmed")
    REFUSED = "REFUSED", _("Refused")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class Refused(models.TextChoices):
    """Why a second person does not stand for an entry."""

    NOT_SERVED = "NOT_SERVED", _("the service did not take place")
    NO_EVIDENCE = "NO_EVIDENCE", _("the evidence does not show it")
    WRONG_TIME = "WRONG_TIME", _("the times are not right")
    NOT_VOLUNTARY = "NOT_VOLUNTARY", _("this was no voluntary service")
    TWICE = "TWICE", _("it is recorded already")


class HourEntry(models.Model):
    """Hours that somebody enters by hand; they count when a second person stands for them."""

    MOVES: ClassVar = {
        EntryState.SUBMITTED: {
            EntryState.CONFIRMED,
            EntryState.REFUSED,
            EntryState.WITHDRAWN,
        },
    }

    # Made by the page or device that sent it: sent twice, kept once.
    client_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    counter = models.SmallIntegerField(choices=Counter.choices, default=Counter.SERVICE)
    title = models.CharField(max_length=60)
    division_id = models.BigIntegerField()
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=10, choices=EntryReason.choices)
    remark = models.CharField(max_length=200, blank=True)
    evidence = models.CharField(max_length=200, blank=True)
    state = models.CharField(
        max_length=9, choices=EntryState.choices, default=EntryState.SUBMITTED
    )
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Also when it was withdrawn, by the one who submitted it.
    decided_at = models.DateTimeField(null=True)
    refused_for = models.CharField(max_length=13, blank=True, choices=Refused.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="entry_decision_agrees_with_state",
                condition=Q(state="SUBMITTED", decided_by=None, decided_at=None, refused_for="")
                | Q(
                    state="WITHDRAWN", decided_by=None, decided_at__isnull=False, refused_for=""
                )
                | Q(
                    state="CONFIRMED",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    refused_for="",
                )
                | Q(
                    state="REFUSED",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    refused_for__in=list(Refused.values),
                ),
            ),
            models.CheckConstraint(
                name="a_second_person_decides_on_an_entry",
                condition=Q(decided_by=None)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="entry_kind_is_known", condition=Q(kind__in=list(EntryKind.values))
            ),
            models.CheckConstraint(
                name="old_hours_have_evidence",
                condition=~Q(kind="HISTORICAL") | ~Q(evidence=""),
            ),
            models.CheckConstraint(
                name="a_group_has_a_team",
                condition=~Q(kind="GROUP") | Q(team__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["division_id", "id"],
                name="entry_to_decide",
                condition=Q(state="SUBMITTED"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} entry {self.pk} ({self.state})"

    def move_to(self, state: EntryState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES.get(EntryState(self.state), set()):
            raise Refusal("entry_state", gettext("This entry is already decided."))
        self.state = state

    @property
    def source(self) -> Source:
        return SOURCE_OF[EntryKind(self.kind)]


class Outcome(models.TextChoices):
    """What became of one line when the entry was confirmed."""

    CREDITED = "CREDITED", _("credited")
    CUT = "CUT", _("credited up to the day's limit")
    DAY_FULL = "DAY_FULL", _("the day's limit was reached")
    OVERLAP = "OVERLAP", _("hours for this time were there already")


class EntryLine(models.Model):
    """One person's time on one day within an entry; the fact that its credit stands on."""

    entry = models.ForeignKey(HourEntry, models.PROTECT, related_name="lines")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    on = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, blank=True, choices=Outcome.choices, default="")
    credited_minutes = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="entry_line_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="entry_line_is_a_day_at_most",
                condition=Q(minutes__gt=0, minutes__lte=1440),
            ),
            models.CheckConstraint(
                name="entry_line_outcome_has_its_minutes",
                condition=Q(outcome__in=["", "DAY_FULL", "OVERLAP"], credited_minutes=None)
                | Q(
                    outcome__in=["CREDITED", "CUT"],
                    credited_minutes__isnull=False,
                    credited_minutes__lte=F("minutes"),
                ),
            ),
            models.UniqueConstraint(
                name="a_person_once_at_a_time_in_an_entry",
                fields=["entry", "person", "starts_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.pk} of entry {self.entry_id}"


class Evidence(models.Model):
    """A small file that shows the service, kept as it came and known by its SHA-256."""

    MOST_BYTES = 2 * 2**20

    entry = models.OneToOneField(
        HourEntry, models.PROTECT, primary_key=True, related_name="file"
    )
    division_id = models.BigIntegerField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="evidence_is_a_picture_or_a_document",
                condition=Q(kind__in=["image/jpeg", "image/png", "application/pdf"]),
            ),
        ]

    def __str__(self) -> str:
        return f"evidence {self.sha256[:12]} of entry {self.entry_id}"
