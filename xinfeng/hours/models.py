from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.base.units import Minutes


class Reason(models.TextChoices):
    """Why time was taken back. A word of a list, because free text would hold names."""

    NOT_SERVED = "NOT_SERVED", _("the person did not serve")
    WRONG_PERSON = "WRONG_PERSON", _("credited to the wrong person")
    WRONG_TIME = "WRONG_TIME", _("wrong times were entered")
    NOT_VOLUNTARY = "NOT_VOLUNTARY", _("this was no voluntary service")


class Source(models.IntegerChoices):
    """The kind of fact behind a credit; with the fact's id it is used once."""

    ATTENDANCE = 1, _("attendance")
    REVERSAL = 2, _("reversal")


class CreditQuerySet(models.QuerySet["Credit"]):
    def of(self, person: models.Model) -> "CreditQuerySet":
        return self.filter(person_id=person.pk)

    def minutes(self) -> Minutes:
        """What was given in all, reversals taken off."""
        total: int | None = self.aggregate(total=models.Sum("minutes"))["total"]
        return Minutes(total or 0)

    def newest_first(self) -> "CreditQuerySet":
        return self.order_by("-earned_on", "-pk")

    def before(self, day: date, pk: int) -> "CreditQuerySet":
        """What follows a row in the order of `newest_first`."""
        return self.filter(Q(earned_on__lt=day) | Q(earned_on=day, pk__lt=pk))


class Credit(models.Model):
    """Time given by one person. Never edited; a mistake is undone by a negative credit."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Where the time was given.
    division_id = models.BigIntegerField()
    minutes = models.IntegerField()
    earned_on = models.DateField()
    source_kind = models.SmallIntegerField(choices=Source.choices)
    source_id = models.BigIntegerField()

    objects = CreditQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="credit_is_not_empty", condition=~Q(minutes=0)),
            models.CheckConstraint(
                name="only_a_reversal_takes_away",
                condition=Q(minutes__gt=0) | Q(source_kind=Source.REVERSAL),
            ),
            models.UniqueConstraint(
                name="a_fact_is_credited_once", fields=["source_id", "source_kind"]
            ),
        ]
        indexes = [
            models.Index(fields=["division_id", "earned_on", "id"], name="credit_by_division"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min on {self.earned_on} (credit {self.pk})"


class Star(models.Model):
    """A star rating of a volunteer, from one to five, with a number that never changes."""

    number = models.CharField(max_length=24, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    level = models.PositiveSmallIntegerField()
    awarded_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="star_level_is_one_to_five", condition=Q(level__gte=1, level__lte=5)
            ),
            models.CheckConstraint(
                name="star_ends_after_it_is_awarded",
                condition=Q(ended_on=None)
                | Q(ended_on__isnull=False, ended_on__gt=F("awarded_on")),
            ),
            models.UniqueConstraint(
                name="one_current_star_per_person",
                fields=["person"],
                condition=Q(ended_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} stars, number {self.number}"
