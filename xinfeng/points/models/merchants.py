from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from xinfeng.places.models import Division, Place


class MerchantState(models.TextChoices):
    PROPOSED = "PROPOSED", _("waiting for approval")
    APPROVED = "APPROVED", _("approved")
    REFUSED = "REFUSED", _("not approved")
    ENDED = "ENDED", _("no longer takes part")


class MerchantQuerySet(models.QuerySet["Merchant"]):
    def open(self) -> "MerchantQuerySet":
        return self.filter(state=MerchantState.APPROVED)

    def inside(self, lo: int, hi: int) -> "MerchantQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)

    def run_by(self, person_id: int) -> "MerchantQuerySet":
        return self.filter(Q(keeper_id=person_id) | Q(clerks__contains=[person_id]))


class Merchant(models.Model):
    """A shop or a place that gives things for points, once an office has approved it."""

    MOVES: ClassVar = {
        MerchantState.PROPOSED: {MerchantState.APPROVED, MerchantState.REFUSED},
        MerchantState.APPROVED: {MerchantState.ENDED},
        MerchantState.ENDED: {MerchantState.APPROVED},
    }

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    address = models.CharField(max_length=200)
    hours_note = models.CharField(max_length=120, blank=True)
    state = models.CharField(
        max_length=10, choices=MerchantState.choices, default=MerchantState.PROPOSED
    )
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Ids of persons who hand things out beside the keeper.
    clerks = ArrayField(
        models.BigIntegerField(), default=list, db_default=RawSQL("'{}'::bigint[]", [])
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = MerchantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="merchant_decision_agrees_with_state",
                condition=Q(state="PROPOSED", decided_by=None, decided_at=None)
                | Q(
                    state__in=["APPROVED", "REFUSED", "ENDED"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="nobody_approves_their_own_merchant",
                condition=Q(decided_by=None)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("keeper")),
            ),
        ]
        indexes = [models.Index(fields=["division", "id"], name="merchant_by_division")]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def is_run_by(self, person_id: int | None) -> bool:
        return person_id is not None and (
            person_id == self.keeper_id or person_id in self.clerks
        )


class RewardState(models.TextChoices):
    OFFERED = "OFFERED", _("offered")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class RewardQuerySet(models.QuerySet["Reward"]):
    def offered(self) -> "RewardQuerySet":
        return self.filter(state=RewardState.OFFERED, merchant__state=MerchantState.APPROVED)


class Reward(models.Model):
    """One thing that a merchant gives for points: price, and how many there are."""

    code = models.CharField(max_length=20, unique=True)
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="rewards")
    title = models.CharField(max_length=80)
    description = models.CharField(max_length=500, blank=True)
    price_points = models.PositiveIntegerField()
    # Supplied in all, and still there: the difference is what redemptions hold.
    supplied = models.PositiveIntegerField()
    stock = models.PositiveIntegerField()
    state = models.CharField(
        max_length=10, choices=RewardState.choices, default=RewardState.OFFERED
    )
    offered_at = models.DateTimeField()

    objects = RewardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="reward_has_a_price", condition=Q(price_points__gt=0)),
            models.CheckConstraint(
                name="reward_stock_is_possible",
                condition=Q(stock__gte=0, stock__lte=F("supplied")),
            ),
        ]
        indexes = [models.Index(fields=["merchant", "id"], name="reward_by_merchant")]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"
