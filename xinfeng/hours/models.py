from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Source(models.IntegerChoices):
    """The kind of fact behind a credit; with the fact's id it is used once."""

    ATTENDANCE = 1, _("attendance")
    REVERSAL = 2, _("reversal")


class Credit(models.Model):
    """Time given by one person. Never edited; a mistake is undone by a negative credit."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Where the time was given.
    division_id = models.BigIntegerField()
    minutes = models.IntegerField()
    earned_on = models.DateField()
    source_kind = models.SmallIntegerField(choices=Source.choices)
    source_id = models.BigIntegerField()

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
