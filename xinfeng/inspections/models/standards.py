from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal


class StandardState(models.TextChoices):
    DRAFT = "DRAFT", _("draft")
    PUBLISHED = "PUBLISHED", _("published")


class Standard(models.Model):
    """One version of a standard: its document as written, and as read by the program."""

    MOVES: ClassVar = {
        StandardState.DRAFT: {StandardState.PUBLISHED},
        StandardState.PUBLISHED: set(),
    }

    name = models.SlugField(max_length=60, db_index=False)
    version = models.SlugField(max_length=40, db_index=False)
    state = models.CharField(
        max_length=10, choices=StandardState.choices, default=StandardState.DRAFT
    )
    document = models.TextField()
    parsed = models.JSONField()
    # sha256 of the parsed standard without its version, so a mere rename changes no input.
    digest = models.CharField(max_length=64)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="copies")
    imported_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_standard_per_name_and_version", fields=["name", "version"]
            ),
            models.CheckConstraint(
                name="standard_is_published_at_a_time",
                condition=Q(state="DRAFT", published_at=None, published_by=None)
                | Q(state="PUBLISHED", published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def move_to(self, state: StandardState) -> None:
        if state not in self.MOVES[StandardState(self.state)]:
            raise Refusal(
                "standard_is_published",
                gettext("A published version of a standard never changes."),
            )
        self.state = state
