from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SheetKind(models.TextChoices):
    UNITS = "UNITS", _("responsible units")
    MEMBERS = "MEMBERS", _("members of units")
    POINTS = "POINTS", _("registered points")


class Sheet(models.Model):
    """A table as it was uploaded: previewed, mended elsewhere, or imported once and let go."""

    kind = models.CharField(max_length=8, choices=SheetKind.choices)
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)
    # What the import did, for the page that tells it.
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="unit_sheet_kind_is_known", condition=Q(kind__in=list(SheetKind.values))
            ),
            models.CheckConstraint(
                name="unit_sheet_forgets_its_table_with_the_import",
                condition=Q(imported_at=None) | Q(imported_at__isnull=False, content=b""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (sheet {self.pk})"
