import base64
import builtins
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from xinfeng.base import crypto

from .frames import Frame
from .samples import Sample

_ME = settings.AUTH_USER_MODEL


class SheetKind(models.TextChoices):
    FRAME = "FRAME", pgettext_lazy("survey table", "communities with their households")
    TOTALS = "TOTALS", pgettext_lazy("survey table", "known numbers of people")
    ADDRESSES = "ADDRESSES", pgettext_lazy("survey table", "addresses and telephones")


class SurveySheet(models.Model):
    """A table as it was uploaded, sealed: looked through, imported once, and let go."""

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=9, choices=SheetKind.choices)
    name = models.CharField(max_length=120)
    # What was said beside the table: name, day and source of a frame.
    said: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    # Of TOTALS: of which frame; of ADDRESSES: of which sample.
    frame = models.ForeignKey(Frame, models.CASCADE, null=True, related_name="+")
    sample = models.ForeignKey(Sample, models.CASCADE, null=True, related_name="+")
    # The bytes in base 64: households stand in it with their addresses.
    content_sealed = models.TextField(blank=True)
    bytes = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    added_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)
    # How many rows the import took in.
    added = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="survey_sheet_kind_is_known", condition=Q(kind__in=list(SheetKind.values))
            ),
            models.CheckConstraint(
                name="survey_sheet_forgets_its_table_with_the_import",
                condition=Q(imported_at=None) & ~Q(content_sealed="")
                | Q(imported_at__isnull=False, content_sealed=""),
            ),
            models.CheckConstraint(
                name="survey_sheet_says_what_it_is_of",
                condition=Q(kind="FRAME", sample=None)
                | Q(kind="TOTALS", frame__isnull=False, sample=None)
                | Q(kind="ADDRESSES", frame=None, sample__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["added_at"], name="survey_sheet_waiting", condition=Q(imported_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"survey table {self.code}"

    @property
    def bound(self) -> str:
        """What the sealed table is bound to."""
        return f"surveys.sheet:{self.code}"

    def opened(self) -> builtins.bytes:
        return base64.b64decode(crypto.unseal(self.content_sealed, about=self.bound))
