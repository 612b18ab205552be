from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from .merchants import Merchant


class PickUpTally(models.Model):
    """Wrong codes that one person typed at one merchant's counter: guessing ends soon."""

    MOST = 5
    LOCKED_FOR = timedelta(minutes=15)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_tally_per_person_and_merchant", fields=["person", "merchant"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tries} wrong codes (tally {self.pk})"

    def is_locked(self, at: datetime) -> bool:
        return self.tries >= self.MOST and at < self.last_at + self.LOCKED_FOR

    def is_stale(self, at: datetime) -> bool:
        return at >= self.last_at + self.LOCKED_FOR
