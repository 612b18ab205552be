from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a file is, judged by its content; the name it came with decides nothing."""

    JPEG = "image/jpeg", _("JPEG picture")
    PNG = "image/png", _("PNG picture")
    WEBP = "image/webp", _("WebP picture")
    PDF = "application/pdf", _("PDF document")
    DOCX = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _("Word document"),
    )
    XLSX = (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _("Excel workbook"),
    )
    CSV = "text/csv", _("table as text")
    MP4 = "video/mp4", _("recording")


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
DOCUMENTS = frozenset({Kind.PDF, Kind.DOCX, Kind.XLSX})


class FileState(models.TextChoices):
    KEPT = "KEPT", _("kept")
    ERASED = "ERASED", _("erased")


class File(models.Model):
    """One upload. The same bytes sent twice are two rows and one file on disk.

    A row is reached only through the row of an upper room that it belongs to, and that room
    decides who may; so nothing here has a division.
    """

    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=80, choices=Kind.choices)
    # As the sender called it; shown, and never a path.
    name = models.CharField(max_length=200)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    # What the camera wrote: it may be wrong, so it stands beside the time of arrival.
    taken_at = models.DateTimeField(null=True)
    lat_e6 = models.IntegerField(null=True)
    lon_e6 = models.IntegerField(null=True)
    state = models.CharField(max_length=6, choices=FileState.choices, default=FileState.KEPT)
    # None: a visitor who told no name.
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="file_digest_is_sha256", condition=Q(digest__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(name="file_is_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="file_kind_is_known", condition=Q(kind__in=list(Kind.values))
            ),
            models.CheckConstraint(
                name="file_has_both_sides_or_none",
                condition=Q(width=None, height=None)
                | Q(width__isnull=False, height__isnull=False, width__gt=0, height__gt=0),
            ),
            models.CheckConstraint(
                name="file_position_is_on_earth",
                condition=Q(lat_e6=None, lon_e6=None)
                | Q(lat_e6__isnull=False, lon_e6__isnull=False,
                    lat_e6__range=(-90_000_000, 90_000_000),
                    lon_e6__range=(-180_000_000, 180_000_000)),
            ),
            models.CheckConstraint(
                name="file_erased_at_agrees_with_state",
                condition=Q(state="KEPT", erased_at=None)
                | Q(state="ERASED", erased_at__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["digest"], name="file_by_digest")]

    def __str__(self) -> str:
        return f"file {self.pk} ({self.kind})"

    @property
    def is_picture(self) -> bool:
        return self.kind in PICTURES

    @property
    def is_kept(self) -> bool:
        return self.state == FileState.KEPT
