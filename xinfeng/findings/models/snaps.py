from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from xinfeng.base import crypto
from xinfeng.people.models import Contact

from .categories import Category
from .findings import Finding
from .programs import ReportingProgram

_ME = settings.AUTH_USER_MODEL
GOOD = 4


class SnapReport(models.Model):
    """What a resident reported: the secret of the tracking page, the contact, the rating."""

    LONGEST: ClassVar = 500

    code = models.CharField(max_length=20, unique=True)
    # Made by the form: sent twice, reported once.
    client_id = models.UUIDField(unique=True)
    finding = models.OneToOneField(Finding, models.PROTECT, related_name="report")
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    # Where, as on the finding: row-level security reads it here.
    division_id = models.BigIntegerField()
    # Null: anonymous.
    contact = models.OneToOneField(Contact, models.PROTECT, null=True, related_name="+")
    reported_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    # The program of others through which it came; null: by our own page, or without a key.
    program = models.ForeignKey(
        ReportingProgram, models.PROTECT, null=True, related_name="+", db_index=False
    )
    # What the class asks for besides, by the code of the question; null: nothing was asked.
    answers = models.JSONField(null=True)
    # A keyed digest of the secret in the tracking address.
    track_digest = models.BinaryField(max_length=32, unique=True)
    # A keyed digest of where somebody without an account sent it from, against floods.
    address_digest = models.BinaryField(max_length=32, null=True)
    reported_at = models.DateTimeField()
    # 1 to 5, by the reporter; null: not rated.
    stars = models.PositiveSmallIntegerField(null=True)
    rated_at = models.DateTimeField(null=True)
    comment_sealed = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="snap_rating_is_whole",
                condition=Q(stars=None, rated_at=None, comment_sealed="")
                | Q(stars__isnull=False, stars__gte=1, stars__lte=5, rated_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["address_digest", "reported_at"],
                name="snap_by_address", condition=Q(address_digest__isnull=False),
            ),
            models.Index(
                fields=["program", "reported_at"],
                name="snap_by_program", condition=Q(program__isnull=False),
            ),
            models.Index(fields=["division_id", "id"], name="snap_by_division"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"snap report {self.code}"

    @property
    def bound(self) -> str:
        """What the sealed comment is bound to."""
        return f"snap.comment:{self.code}"

    def comment(self) -> str:
        if not self.comment_sealed:
            return ""
        return crypto.unseal(self.comment_sealed, about=self.bound)
