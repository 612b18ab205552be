from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.base import crypto
from xinfeng.base.refusal import Refusal


class DisputeKind(models.TextChoices):
    NOT_ME = "NOT_ME", _("an account was made without me")
    WRONG = "WRONG", _("something in my record is wrong")
    DUPLICATE = "DUPLICATE", _("two accounts are one person")


class DisputeState(models.TextChoices):
    OPEN = "OPEN", _("open")
    ERASED = "ERASED", _("account erased")
    HANDED_OVER = "HANDED_OVER", _("account handed over")
    MERGED = "MERGED", _("accounts merged")
    CORRECTED = "CORRECTED", _("corrected")
    REFUSED = "REFUSED", _("turned down")


class IdentityDispute(models.Model):
    """Somebody says that an account or a record is not as it should be; an office decides."""

    # What the claimant is told, to ask after it.
    code = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=9, choices=DisputeKind.choices)
    # Whose account it is about; null: no account was found, which the claimant is not told.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # The second account of a duplicate.
    other = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    division_id = models.BigIntegerField()
    # Of somebody without an account: how to reach them, until it is decided.
    contact_sealed = models.CharField(max_length=400, blank=True, default="")
    statement_sealed = models.CharField(max_length=3000, blank=True, default="")
    state = models.CharField(
        max_length=11, choices=DisputeState.choices, default=DisputeState.OPEN
    )
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answer = models.CharField(max_length=300, blank=True, default="")

    MOVES: ClassVar = {
        DisputeKind.NOT_ME: {
            DisputeState.ERASED, DisputeState.HANDED_OVER, DisputeState.REFUSED,
        },
        DisputeKind.WRONG: {DisputeState.CORRECTED, DisputeState.REFUSED},
        DisputeKind.DUPLICATE: {DisputeState.MERGED, DisputeState.REFUSED},
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="dispute_decided_by_somebody",
                condition=Q(state="OPEN", decided_at=None, decided_by=None)
                | ~Q(state="OPEN") & Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="dispute_decided_by_another",
                condition=Q(decided_by=None)
                | Q(person=None)
                | Q(decided_by__isnull=False, person__isnull=False)
                & ~Q(decided_by=F("person")),
            ),
            models.CheckConstraint(
                name="dispute_state_is_known",
                condition=Q(state__in=list(DisputeState.values)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["division_id", "asked_at"],
                name="dispute_open",
                condition=Q(state="OPEN"),
            ),
        ]

    def __str__(self) -> str:
        return f"dispute {self.code} ({self.kind})"

    def move_to(self, state: DisputeState) -> None:
        if self.state != DisputeState.OPEN:
            raise Refusal("dispute_decided", _("This was decided already."))
        if state not in self.MOVES[DisputeKind(self.kind)]:
            raise Refusal("wrong_decision", _("This decision does not fit the request."))
        self.state = state

    def contact(self) -> str:
        return self._unsealed("contact", self.contact_sealed)

    def statement(self) -> str:
        return self._unsealed("statement", self.statement_sealed)

    def about(self, field: str) -> str:
        """What this dispute's sealed texts are bound to."""
        return f"dispute.{field}:{self.code}"

    def _unsealed(self, field: str, sealed: str) -> str:
        return crypto.unseal(sealed, about=self.about(field)) if sealed else ""
