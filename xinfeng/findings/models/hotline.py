"""What the hotline 12345 has taken down and hands over as a table."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from xinfeng.base import crypto
from xinfeng.people.models import Contact

from .categories import Category
from .findings import Finding

_ME = settings.AUTH_USER_MODEL


class HotlineSheet(models.Model):
    """A table of the hotline as it was uploaded, sealed; let go once it is imported."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    # The bytes in base 64, sealed as a whole: callers stand in it by name and number.
    content_sealed = models.TextField(blank=True)
    bytes = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    added_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)
    # What the import did, for the page that tells it.
    added = models.PositiveIntegerField(default=0)
    joined = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hotline_sheet_forgets_its_table_with_the_import",
                condition=Q(imported_at=None) & ~Q(content_sealed="")
                | Q(imported_at__isnull=False, content_sealed=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["added_at"], name="hotline_sheet_waiting", condition=Q(imported_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"hotline table {self.code}"

    @property
    def bound(self) -> str:
        """What the sealed table is bound to."""
        return f"hotline.sheet:{self.code}"

    def opened(self) -> str:
        return crypto.unseal(self.content_sealed, about=self.bound)


class HotlineTicket(models.Model):
    """One matter of the hotline, under its own number; imported twice it is there once."""

    LONGEST_NUMBER: ClassVar = 60

    number = models.CharField(max_length=LONGEST_NUMBER, unique=True)
    finding = models.OneToOneField(Finding, models.PROTECT, related_name="ticket")
    # Where, as on the finding: row-level security reads it here.
    division_id = models.BigIntegerField()
    # Null: the caller left no name.
    contact = models.OneToOneField(Contact, models.PROTECT, null=True, related_name="+")
    # What the hotline calls it.
    word = models.CharField(max_length=120)
    called_at = models.DateTimeField()
    # By when the hotline wants to hear; null: not said.
    reply_by = models.DateTimeField(null=True)
    sheet = models.ForeignKey(HotlineSheet, models.PROTECT, related_name="+")
    imported_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="hotline_ticket_has_a_number", condition=~Q(number="")),
        ]
        indexes = [
            models.Index(
                F("called_at").desc(), F("id").desc(), name="hotline_ticket_by_call"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"hotline matter {self.number}"


class HotlineWord(models.Model):
    """What the hotline calls a class, as an office has said it once."""

    word = models.CharField(max_length=120, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    said_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.word} is {self.category_id}"
