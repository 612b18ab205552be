from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal

from .holds import AGAINST, FOR, Finding
from .ledger import Credit


class Doubt(models.TextChoices):
    """What is wrong with a credit, as somebody says. Words of a list keep names out."""

    NOT_ME = "NOT_ME", _("this was not me")
    NOT_SERVED = "NOT_SERVED", _("the service did not take place")
    TOO_MUCH = "TOO_MUCH", _("more time than was given")
    TOO_LITTLE = "TOO_LITTLE", _("less time than was given")
    NOT_VOLUNTARY = "NOT_VOLUNTARY", _("this was no voluntary service")


class ContestState(models.TextChoices):
    OPEN = "OPEN", _("Being verified")
    CORRECTED = "CORRECTED", _("Corrected")
    REFUSED = "REFUSED", _("Refused")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class ContestQuerySet(models.QuerySet["Contest"]):
    def open(self) -> "ContestQuerySet":
        return self.filter(state=ContestState.OPEN)


class Contest(models.Model):
    """Somebody says that a credit is wrong; an office verifies it (order 67, article 13).

    It corrects by further lines or says why not; the credit itself is never changed.
    """

    MOVES: ClassVar = {
        ContestState.OPEN: {
            ContestState.CORRECTED,
            ContestState.REFUSED,
            ContestState.WITHDRAWN,
        },
    }

    credit = models.ForeignKey(Credit, models.PROTECT, related_name="+")
    # Whose credit it is, and where the time was given: what the credit itself says.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    doubt = models.CharField(max_length=13, choices=Doubt.choices)
    text = models.CharField(max_length=200, blank=True)
    # What the volunteer says was right; both or none.
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=9, choices=ContestState.choices, default=ContestState.OPEN
    )
    # Null: an objection of the public led to it.
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=16, blank=True, choices=Finding.choices)
    # The line that took the time back, and the one that stands in its place if there is one.
    reversal = models.ForeignKey(Credit, models.PROTECT, null=True, related_name="+")
    replacement = models.ForeignKey(Credit, models.PROTECT, null=True, related_name="+")

    objects = ContestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_contest_per_credit",
                fields=["credit"],
                condition=Q(state="OPEN"),
            ),
            models.CheckConstraint(
                name="contest_decision_agrees_with_state",
                condition=Q(state="OPEN", decided_by=None, decided_at=None, finding="")
                | Q(state="WITHDRAWN", decided_by=None, decided_at__isnull=False, finding="")
                | Q(
                    state="CORRECTED",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    finding__in=list(AGAINST),
                    reversal__isnull=False,
                )
                | Q(
                    state="REFUSED",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    finding__in=list(FOR),
                ),
            ),
            models.CheckConstraint(
                name="only_a_correction_adds_lines",
                condition=Q(state="CORRECTED") | Q(reversal=None, replacement=None),
            ),
            models.CheckConstraint(
                name="nobody_decides_on_own_contest",
                condition=Q(decided_by=None)
                | Q(decided_by__isnull=False, raised_by=None) & ~Q(decided_by=F("person"))
                | Q(decided_by__isnull=False, raised_by__isnull=False)
                & ~Q(decided_by=F("person"))
                & ~Q(decided_by=F("raised_by")),
            ),
            models.CheckConstraint(
                name="contested_span_is_whole",
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["division_id", "id"],
                name="contest_to_decide",
                condition=Q(state="OPEN"),
            ),
        ]

    def __str__(self) -> str:
        return f"contest {self.pk} of credit {self.credit_id} ({self.state})"

    def move_to(self, state: ContestState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES.get(ContestState(self.state), set()):
            raise Refusal("contest_state", gettext("This matter is already decided."))
        self.state = state


class DoubtState(models.TextChoices):
    OPEN = "OPEN", _("To be looked at")
    TAKEN_UP = "TAKEN_UP", _("Being verified")
    DISMISSED = "DISMISSED", _("Nothing in it")


class Objection(models.Model):
    """Anybody's word against a line of the publicity list; names are not asked for."""

    MOVES: ClassVar = {
        DoubtState.OPEN: {DoubtState.TAKEN_UP, DoubtState.DISMISSED},
    }

    credit = models.ForeignKey(Credit, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    doubt = models.CharField(max_length=13, choices=Doubt.choices)
    text = models.CharField(max_length=200, blank=True)
    # Null: not signed in. The address is kept only as a keyed digest, to slow a flood down.
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    address_digest = models.CharField(max_length=40)
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=DoubtState.choices, default=DoubtState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    contest = models.ForeignKey(Contest, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="doubt_decision_agrees_with_state",
                condition=Q(state="OPEN", decided_by=None, decided_at=None, contest=None)
                | Q(
                    state="DISMISSED",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    contest=None,
                )
                | Q(
                    state="TAKEN_UP",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    contest__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["division_id", "id"],
                name="objection_to_decide",
                condition=Q(state="OPEN"),
            ),
            models.Index(fields=["address_digest", "raised_at"], name="objection_by_address"),
        ]

    def __str__(self) -> str:
        return f"objection {self.pk} to credit {self.credit_id} ({self.state})"

    def move_to(self, state: DoubtState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES.get(DoubtState(self.state), set()):
            raise Refusal("objection_state", gettext("This matter is already decided."))
        self.state = state
