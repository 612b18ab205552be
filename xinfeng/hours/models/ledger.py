from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.base.units import Minutes


class Reason(models.TextChoices):
    """Why time was taken back. A word of a list, because free text would hold names."""

    NOT_SERVED = "NOT_SERVED", _("the person did not serve")
    WRONG_PERSON = "WRONG_PERSON", _("credited to the wrong person")
    WRONG_TIME = "WRONG_TIME", _("wrong times were entered")
    NOT_VOLUNTARY = "NOT_VOLUNTARY", _("this was no voluntary service")
    MERGED = "MERGED", _("moved to the person's other account")


class Source(models.IntegerChoices):
    """The kind of fact behind a credit; with the fact's id it is used once."""

    ATTENDANCE = 1, _("attendance")
    REVERSAL = 2, _("reversal")
    MANUAL = 3, _("entered afterwards")
    GROUP = 4, _("entered for a group")
    OWN = 5, _("applied for by oneself")
    HISTORICAL = 6, _("from before the platform")
    TRANSFER = 7, _("moved from a merged account")
    CORRECTION = 8, _("corrected after verification")


class Counter(models.IntegerChoices):
    """Training is counted apart from service (order 67, article 7)."""

    SERVICE = 1, _("service")
    TRAINING = 2, _("training")


class Grade(models.TextChoices):
    """How well the time is witnessed; see `docs/users`."""

    A = "A", _("code of the moment, place or device, and the leader")
    B = "B", _("two of the three")
    C = "C", _("by hand, by two persons")


class CreditQuerySet(models.QuerySet["Credit"]):
    def of(self, person: models.Model) -> "CreditQuerySet":
        return self.filter(person_id=person.pk)

    def minutes(self) -> Minutes:
        """What was given in all, reversals taken off."""
        total: int | None = self.aggregate(total=models.Sum("minutes"))["total"]
        return Minutes(total or 0)

    def reversals(self, credit_ids: Iterable[int]) -> "CreditQuerySet":
        """The lines that take these credits back."""
        about = self.filter(source_kind=Source.REVERSAL, source_id__in=list(credit_ids))
        return about.order_by("pk")

    def standing(self) -> "CreditQuerySet":
        """Credits that count: given, and not taken back."""
        taken_back = self.model.objects.filter(
            source_kind=Source.REVERSAL, source_id=OuterRef("pk")
        )
        return self.filter(~Exists(taken_back), minutes__gt=0)

    def overlapping(
        self, person_id: int, starts_at: datetime, ends_at: datetime
    ) -> "CreditQuerySet":
        """Standing credits of a person that share time with a span."""
        shared = self.standing().filter(
            person_id=person_id, starts_at__lt=ends_at, ends_at__gt=starts_at
        )
        return shared.order_by("starts_at", "pk")

    def newest_first(self) -> "CreditQuerySet":
        return self.order_by("-earned_on", "-pk")

    def before(self, day: date, pk: int) -> "CreditQuerySet":
        """What follows a row in the order of `newest_first`."""
        return self.filter(Q(earned_on__lt=day) | Q(earned_on=day, pk__lt=pk))


class Credit(models.Model):
    """Time given by one person. Never edited; a mistake is undone by a negative credit."""

    # Its index goes on to the day: what a day may still count is asked of five hundred at once.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    # Where the time was given.
    division_id = models.BigIntegerField()
    minutes = models.IntegerField()
    earned_on = models.DateField()
    source_kind = models.SmallIntegerField(choices=Source.choices)
    source_id = models.BigIntegerField()
    counter = models.SmallIntegerField(
        choices=Counter.choices, default=Counter.SERVICE, db_default=Counter.SERVICE
    )
    # When the time was given; null in rows from before this was kept.
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    grade = models.CharField(max_length=1, blank=True, db_default="")
    # Ids of persons: who entered it, who confirmed it; no foreign keys for ten million rows.
    recorded_by_id = models.BigIntegerField(null=True)
    confirmed_by_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(null=True)

    objects = CreditQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="credit_is_not_empty", condition=~Q(minutes=0)),
            models.CheckConstraint(
                name="only_a_reversal_takes_away",
                condition=Q(minutes__gt=0) | Q(source_kind=Source.REVERSAL),
            ),
            models.CheckConstraint(
                name="credit_span_is_whole",
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="two_persons_stand_for_a_credit",
                condition=Q(confirmed_by_id=None)
                | Q(recorded_by_id=None)
                | Q(confirmed_by_id__isnull=False, recorded_by_id__isnull=False)
                & ~Q(confirmed_by_id=F("recorded_by_id")),
            ),
            models.CheckConstraint(
                name="nobody_confirms_their_own_hours",
                condition=Q(confirmed_by_id=None)
                | Q(confirmed_by_id__isnull=False) & ~Q(confirmed_by_id=F("person_id")),
            ),
            models.CheckConstraint(
                name="credit_grade_is_known", condition=Q(grade__in=["", "A", "B", "C"])
            ),
            models.UniqueConstraint(
                name="a_fact_is_credited_once", fields=["source_id", "source_kind"]
            ),
        ]
        indexes = [
            models.Index(fields=["division_id", "earned_on", "id"], name="credit_by_division"),
            models.Index(fields=["person", "earned_on"], name="credit_by_person_day"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min on {self.earned_on} (credit {self.pk})"
