from django.conf import settings
from django.db import models
from django.db.models import Q

from .samples import SampleUnit

_ME = settings.AUTH_USER_MODEL


class Calling(models.Model):
    """A household that somebody at the telephone desk has before them: nobody else gets it.

    It ends when the call is written down, or by itself when its minutes are over.
    """

    unit = models.OneToOneField(SampleUnit, models.CASCADE, related_name="calling")
    by = models.ForeignKey(_ME, models.CASCADE, related_name="+")
    division_id = models.BigIntegerField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"call to {self.unit_id}"


class AddressTally(models.Model):
    """How many open sheets came from one address on one day; of which sheets, nothing says.

    The digest is keyed and holds the day, so that no address is followed to the next; rows of
    past days are thrown away, and each is counted in a transaction of its own.
    """

    digest = models.BinaryField(max_length=32, unique=True)
    on = models.DateField(db_index=True)
    sheets = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="address_tally_counts_something", condition=Q(sheets__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheets} sheets from one address (tally {self.pk})"
