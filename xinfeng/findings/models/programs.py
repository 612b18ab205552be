from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

_ME = settings.AUTH_USER_MODEL


class ReportingProgram(models.Model):
    """A program of others that reports over Open311, known by a key of its own.

    It acts for nobody: what it sends is a report like any other, only counted apart.
    """

    # Reports an hour, when the city office says nothing else.
    USUAL: ClassVar = 600
    MOST: ClassVar = 100_000

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    # A keyed digest of the key, which is shown once and kept nowhere.
    key_digest = models.BinaryField(max_length=32, unique=True)
    an_hour = models.PositiveIntegerField(default=USUAL)
    added_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="program_may_report", condition=Q(an_hour__gte=1) & ~Q(name="")
            ),
        ]

    def __str__(self) -> str:
        return f"reporting program {self.code}"
