from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.hours.models import Credit

from .merchants import Merchant
from .redemptions import Redemption


class AccountKind(models.TextChoices):
    """Whose points an account holds. What the city issues it owes: its balance is negative."""

    ISSUE = "ISSUE", _("issued by the city")
    EXPIRY = "EXPIRY", _("expired")
    PERSON = "PERSON", _("a person's")
    MERCHANT = "MERCHANT", _("a merchant's")


class Account(models.Model):
    """Where points are. The balance is kept by the database from the postings alone."""

    kind = models.CharField(max_length=8, choices=AccountKind.choices)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    merchant = models.OneToOneField(Merchant, models.PROTECT, null=True, related_name="account")
    division_id = models.BigIntegerField()
    balance = models.BigIntegerField(default=0)
    # Minutes counted that do not yet make a whole point.
    spare_minutes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_has_its_holder",
                condition=Q(kind="PERSON", person__isnull=False, merchant=None)
                | Q(kind="MERCHANT", person=None, merchant__isnull=False)
                | Q(kind__in=["ISSUE", "EXPIRY"], person=None, merchant=None),
            ),
            models.CheckConstraint(
                name="nobody_has_less_than_no_points",
                condition=Q(kind="ISSUE") | Q(balance__gte=0),
            ),
            models.UniqueConstraint(
                name="one_account_of_the_city_of_each_kind",
                fields=["kind"],
                condition=Q(kind__in=["ISSUE", "EXPIRY"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} account {self.pk}"


class PostingKind(models.TextChoices):
    EARNED = "EARNED", _("earned")
    TAKEN_BACK = "TAKEN_BACK", _("taken back with the hours")
    OWED = "OWED", _("kept for points owed")
    REDEEMED = "REDEEMED", _("redeemed")
    REFUNDED = "REFUNDED", _("given back")
    EXPIRED = "EXPIRED", _("expired")


class Posting(models.Model):
    """Points moved from one account to another: two sides of one row, which cannot differ.

    Never edited. Each is about one person, and each but an expiry names what it stands on.
    """

    MOVES_BETWEEN: ClassVar = {
        PostingKind.EARNED: (AccountKind.ISSUE, AccountKind.PERSON),
        PostingKind.TAKEN_BACK: (AccountKind.PERSON, AccountKind.ISSUE),
        PostingKind.OWED: (AccountKind.PERSON, AccountKind.ISSUE),
        PostingKind.REDEEMED: (AccountKind.PERSON, AccountKind.MERCHANT),
        PostingKind.REFUNDED: (AccountKind.MERCHANT, AccountKind.PERSON),
        PostingKind.EXPIRED: (AccountKind.PERSON, AccountKind.EXPIRY),
    }

    kind = models.CharField(max_length=12, choices=PostingKind.choices)
    giver = models.ForeignKey(Account, models.PROTECT, related_name="+")
    taker = models.ForeignKey(Account, models.PROTECT, related_name="+")
    points = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    posted_at = models.DateTimeField()
    posted_on = models.DateField()
    credit = models.ForeignKey(Credit, models.PROTECT, null=True, related_name="+")
    redemption = models.ForeignKey(
        Redemption, models.PROTECT, null=True, related_name="postings"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="posting_moves_points", condition=Q(points__gt=0)),
            models.CheckConstraint(
                name="posting_has_two_sides", condition=~Q(giver=F("taker"))
            ),
            models.CheckConstraint(
                name="posting_stands_on_something",
                condition=Q(kind__in=["EARNED", "TAKEN_BACK", "OWED"],
                            credit__isnull=False, redemption=None)
                | Q(kind__in=["REDEEMED", "REFUNDED"],
                    credit=None, redemption__isnull=False)
                | Q(kind="EXPIRED", credit=None, redemption=None),
            ),
            models.UniqueConstraint(
                name="a_fact_moves_points_once_in_a_way",
                fields=["credit", "kind"],
                condition=Q(kind__in=["EARNED", "TAKEN_BACK"]),
            ),
            models.UniqueConstraint(
                name="a_redemption_moves_points_once_each_way", fields=["redemption", "kind"]
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["person", "id"], name="posting_by_person")]

    def __str__(self) -> str:
        return f"{self.points} points {self.kind} (posting {self.pk})"


class Earning(models.Model):
    """What one credit counted for points: once per credit, a reversal with negative minutes.

    For each person: points × minutes a point + spare minutes = all minutes counted.
    """

    credit = models.OneToOneField(Credit, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    earned_on = models.DateField()
    # Less than the credit's where the cap of the month was reached.
    minutes = models.IntegerField()
    points = models.IntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "earned_on"], name="earning_by_month")]

    def __str__(self) -> str:
        return f"{self.minutes} min of credit {self.credit_id} (earning {self.pk})"


class Debt(models.Model):
    """Points of a reversed credit that were no longer there; later earnings pay it first."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    # The reversal.
    credit = models.OneToOneField(Credit, models.PROTECT, related_name="+")
    points = models.PositiveIntegerField()
    paid = models.PositiveIntegerField(default=0)
    owed_since = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="debt_is_paid_at_most_whole",
                condition=Q(points__gt=0, paid__gte=0, paid__lte=F("points")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "id"],
                name="debt_still_open",
                condition=Q(paid__lt=F("points")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.points} points owed (debt {self.pk})"


class Reading(models.Model):
    """How far credits and years have been followed; one row for the city."""

    singleton = models.BooleanField(primary_key=True, default=True)
    # All credits up to this one were looked at; 0: none yet.
    through_id = models.BigIntegerField(default=0, db_default=0)
    # Service from this day on counts: the month in which the city began with points.
    counts_since = models.DateField(null=True)
    # The last year whose points have expired; null: none yet.
    expired_year = models.PositiveSmallIntegerField(null=True)
    # The last year before whose end people were told.
    told_year = models.PositiveSmallIntegerField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="one_reading_of_points", condition=Q(singleton=True))
        ]

    def __str__(self) -> str:
        return "how far points have been read"
