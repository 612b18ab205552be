from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .merchants import Merchant, Reward


class RedemptionState(models.TextChoices):
    RESERVED = "RESERVED", _("to be picked up")
    PICKED_UP = "PICKED_UP", _("picked up")
    REFUNDED = "REFUNDED", _("points given back")


class RefundReason(models.TextChoices):
    """Why points were given back. Words of a list, because free text would hold names."""

    CHANGED_MIND = "CHANGED_MIND", _("changed their mind")
    NOT_AVAILABLE = "NOT_AVAILABLE", _("the merchant could not give it")
    FAULTY = "FAULTY", _("it was faulty")
    MERCHANT_ENDED = "MERCHANT_ENDED", _("the merchant no longer takes part")


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    def holding(self) -> "RedemptionQuerySet":
        """Those that keep a piece of the stock."""
        return self.filter(state__in=[RedemptionState.RESERVED, RedemptionState.PICKED_UP])


class Redemption(models.Model):
    """Points given for one reward: reserved under a code, picked up once, or given back."""

    MOVES: ClassVar = {
        RedemptionState.RESERVED: {RedemptionState.PICKED_UP, RedemptionState.REFUNDED},
        RedemptionState.PICKED_UP: {RedemptionState.REFUNDED},
    }

    # Made by the form: sent twice, redeemed once.
    client_id = models.UUIDField(unique=True)
    # Said at the counter.
    code = models.CharField(max_length=20, unique=True)
    reward = models.ForeignKey(Reward, models.PROTECT, related_name="redemptions")
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="redemptions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Of the merchant.
    division_id = models.BigIntegerField()
    price_points = models.PositiveIntegerField()
    state = models.CharField(
        max_length=10, choices=RedemptionState.choices, default=RedemptionState.RESERVED
    )
    redeemed_at = models.DateTimeField()
    redeemed_on = models.DateField()
    picked_up_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    refunded_at = models.DateTimeField(null=True)
    refunded_on = models.DateField(null=True)
    refunded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    refund_reason = models.CharField(max_length=16, choices=RefundReason.choices, blank=True)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="redemption_has_a_price", condition=Q(price_points__gt=0)
            ),
            models.CheckConstraint(
                name="redemption_pick_up_is_whole",
                condition=Q(picked_up_at=None, confirmed_by=None)
                | Q(picked_up_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="redemption_refund_agrees_with_state",
                condition=Q(state="RESERVED", picked_up_at=None, refunded_at=None,
                            refunded_on=None, refunded_by=None, refund_reason="")
                | Q(state="PICKED_UP", picked_up_at__isnull=False, refunded_at=None,
                    refunded_on=None, refunded_by=None, refund_reason="")
                | Q(state="REFUNDED", refunded_at__isnull=False, refunded_on__isnull=False,
                    refunded_by__isnull=False) & ~Q(refund_reason=""),
            ),
            models.CheckConstraint(
                name="nobody_confirms_their_own_pick_up",
                condition=Q(confirmed_by=None)
                | Q(confirmed_by__isnull=False) & ~Q(confirmed_by=models.F("person")),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["person", "id"], name="redemption_by_person"),
            models.Index(fields=["merchant", "id"], name="redemption_by_merchant"),
        ]

    def __str__(self) -> str:
        return f"redemption {self.pk} of reward {self.reward_id}"
