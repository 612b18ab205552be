from django.conf import settings
from django.db import models
from django.db.models import F, Q


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
