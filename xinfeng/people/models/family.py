from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal


class CareKind(models.TextChoices):
    GUARDIAN = "GUARDIAN", _("guardian of a child")
    # Somebody without a telephone, whose sign-ups and record another account looks after.
    CARER = "CARER", _("looks after a family member")


class CareState(models.TextChoices):
    ASKED = "ASKED", _("asked")
    CONFIRMED = "CONFIRMED", _("confirmed")
    REFUSED = "REFUSED", _("not agreed to")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class GuardianshipQuerySet(models.QuerySet["Guardianship"]):
    def standing(self) -> "GuardianshipQuerySet":
        return self.filter(state=CareState.CONFIRMED)

    def open(self) -> "GuardianshipQuerySet":
        return self.filter(state__in=[CareState.ASKED, CareState.CONFIRMED])


class Guardianship(models.Model):
    """One account answers for another: a child's guardian, or a family member's carer."""

    ward = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Null: asked by telephone number, and nobody with that number has answered yet.
    guardian = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # The blind index of the number that was asked; forgotten with the answer.
    phone_digest = models.BinaryField(null=True)
    # Where the ward lives.
    division_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=CareKind.choices)
    state = models.CharField(max_length=9, choices=CareState.choices, default=CareState.ASKED)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = GuardianshipQuerySet.as_manager()

    MOVES: ClassVar = {
        CareState.ASKED: {CareState.CONFIRMED, CareState.REFUSED, CareState.WITHDRAWN},
        CareState.CONFIRMED: {CareState.WITHDRAWN},
        CareState.REFUSED: set(),
        CareState.WITHDRAWN: set(),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "guardian", "kind"],
                name="one_guardianship_of_two_people",
                condition=Q(state__in=["ASKED", "CONFIRMED"], guardian__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_is_their_own_guardian",
                condition=Q(guardian=None) | Q(guardian__isnull=False) & ~Q(guardian=F("ward")),
            ),
            models.CheckConstraint(
                name="guardianship_state_is_known",
                condition=Q(state__in=list(CareState.values)),
            ),
            models.CheckConstraint(
                name="guardianship_confirmed_by_somebody",
                condition=~Q(state=CareState.CONFIRMED)
                | Q(
                    state=CareState.CONFIRMED,
                    guardian__isnull=False,
                    confirmed_at__isnull=False,
                    ended_at=None,
                ),
            ),
            models.CheckConstraint(
                name="guardianship_ended_has_its_time",
                condition=Q(state__in=["ASKED", "CONFIRMED"], ended_at=None)
                | Q(state__in=["REFUSED", "WITHDRAWN"], ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "state"], name="guardianship_by_ward"),
            models.Index(fields=["guardian", "state"], name="guardianship_by_guardian"),
            models.Index(
                fields=["phone_digest"],
                name="guardianship_by_phone",
                condition=Q(phone_digest__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of person {self.ward_id} (guardianship {self.pk})"

    def move_to(self, state: CareState) -> None:
        if state not in self.MOVES[CareState(self.state)]:
            raise Refusal("guardianship_ended", _("This was answered already."))
        self.state = state
