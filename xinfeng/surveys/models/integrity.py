from typing import Any

from django.conf import settings
from django.db import models

from .samples import Sample


class IntegrityReport(models.Model):
    """The signs found in a sample's sheets on a day, each beside what chance would bring."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="reports")
    seed = models.PositiveIntegerField()
    sheets = models.PositiveIntegerField()
    inputs_digest = models.CharField(max_length=64)
    # `surveys.integrity.Report` as plain values; sheets by the ids of their responses.
    found: "models.JSONField[dict[str, Any]]" = models.JSONField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"integrity report {self.pk} of sample {self.sample_id}"
