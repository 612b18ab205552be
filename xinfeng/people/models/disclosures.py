from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal


class DisclosureState(models.TextChoices):
    ASKED = "ASKED", _("waiting for a second person")
    APPROVED = "APPROVED", _("approved, not opened yet")
    REFUSED = "REFUSED", _("turned down")
    OPENED = "OPENED", _("opened")
    EXPIRED = "EXPIRED", _("expired without being opened")


class Disclosure(models.Model):
    """Somebody of an office sees an ID number or telephone unmasked, once, for a reason."""

    # An approval that is not used by then is void.
    LASTS = timedelta(hours=24)
    MOVES: ClassVar = {
        DisclosureState.ASKED: {
            DisclosureState.APPROVED, DisclosureState.REFUSED, DisclosureState.EXPIRED,
        },
        DisclosureState.APPROVED: {DisclosureState.OPENED, DisclosureState.EXPIRED},
        DisclosureState.REFUSED: set(),
        DisclosureState.EXPIRED: set(),
        DisclosureState.OPENED: set(),
    }  # fmt: skip

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    state = models.CharField(
        max_length=8, choices=DisclosureState.choices, default=DisclosureState.ASKED
    )
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    # Needed for minors; null for the grown-up, whose data one responsible person may open.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="disclosure_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="disclosure_decided_by_a_second_person",
                condition=Q(decided_by=None)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="disclosure_opened_has_its_time",
                condition=Q(state="OPENED", opened_at__isnull=False)
                | Q(state__in=["ASKED", "APPROVED", "REFUSED", "EXPIRED"], opened_at=None),
            ),
            models.CheckConstraint(
                name="disclosure_decided_has_its_time",
                condition=Q(state="ASKED", decided_at=None)
                | Q(state__in=["APPROVED", "REFUSED"])
                & Q(decided_at__isnull=False, decided_by__isnull=False)
                | Q(state__in=["OPENED", "EXPIRED"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["division_id", "asked_at"],
                name="disclosure_open",
                condition=Q(state="ASKED"),
            ),
        ]

    def __str__(self) -> str:
        return f"disclosure {self.pk} about person {self.person_id}"

    def move_to(self, state: DisclosureState) -> None:
        if state not in self.MOVES[DisclosureState(self.state)]:
            raise Refusal("disclosure_decided", _("This was decided already."))
        self.state = state
