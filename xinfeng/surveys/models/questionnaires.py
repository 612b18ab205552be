from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy

from xinfeng.base.refusal import Refusal
from xinfeng.places.models import Division

_ME = settings.AUTH_USER_MODEL


class VersionState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("questionnaire", "draft")
    # Cannot be changed any more; its words are shown to nobody else before the field begins.
    LOCKED = "LOCKED", pgettext_lazy("questionnaire", "locked")


class Questionnaire(models.Model):
    """What residents are asked, in versions; a version that was locked never changes."""

    code = models.CharField(max_length=30, unique=True)
    owner = models.ForeignKey(Division, models.PROTECT, related_name="+")
    created_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="questionnaire_code_is_plain",
                condition=Q(code__regex=r"^[a-z][a-z0-9-]*$"),
            ),
        ]

    def __str__(self) -> str:
        return f"questionnaire {self.code}"


class QuestionnaireVersion(models.Model):
    """The questions as `surveys.asking.bank` tells them.

    `digest` is the SHA-256 of the canonical JSON of `document`: published when it is locked, so
    that anybody can see later that these were the words.
    """

    MOVES: ClassVar = {
        VersionState.DRAFT: {VersionState.LOCKED},
        VersionState.LOCKED: set(),
    }

    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    document: "models.JSONField[dict[str, Any]]" = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(
        max_length=6, choices=VersionState.choices, default=VersionState.DRAFT
    )
    created_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    locked_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    locked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_questionnaire_version_per_number", fields=["questionnaire", "number"]
            ),
            models.CheckConstraint(
                name="questionnaire_version_is_locked_at_a_time",
                condition=Q(state="DRAFT", locked_at=None)
                | Q(state="LOCKED", locked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="questionnaire_digest_is_a_digest",
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of questionnaire {self.questionnaire_id}"

    def move_to(self, state: VersionState) -> None:
        if state not in self.MOVES[VersionState(self.state)]:
            raise Refusal(
                "questionnaire_is_locked",
                gettext("This version is locked and never changes: make a new one."),
            )
        self.state = state
