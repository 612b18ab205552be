from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy

from xinfeng.base.refusal import Refusal
from xinfeng.files.models import File
from xinfeng.places.models import Division

_ME = settings.AUTH_USER_MODEL


class FormState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("form", "open")
    CLOSED = "CLOSED", pgettext_lazy("form", "closed")


class VersionState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("form version", "draft")
    PUBLISHED = "PUBLISHED", pgettext_lazy("form version", "published")
    CLOSED = "CLOSED", pgettext_lazy("form version", "closed")


class Form(models.Model):
    """What is asked about one kind of thing; its versions say how."""

    # The form's own id, as phones know it; it never changes.
    form_id = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=120)
    # What a submission is about, in the word of the room that reads it: "point" and the like.
    subject = models.CharField(max_length=32, blank=True, default="", db_default="")
    # Whoever inspects or surveys within it, or above it, may fill the form in.
    owner = models.ForeignKey(Division, models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=FormState.choices, default=FormState.OPEN)
    created_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="form_id_is_plain",
                condition=Q(form_id__regex=r"^[A-Za-z_][A-Za-z0-9_.-]*$"),
            ),
            models.CheckConstraint(
                name="form_closed_at_agrees_with_state",
                condition=Q(state="OPEN", closed_at=None)
                | Q(state="CLOSED", closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"form {self.form_id}"


class VersionQuerySet(models.QuerySet["FormVersion"]):
    def offered(self) -> "VersionQuerySet":
        """What phones are to fetch: of each open form the version published last."""
        published = self.filter(state=VersionState.PUBLISHED, form__state=FormState.OPEN)
        return published.order_by("form_id", "-published_at", "-pk").distinct("form_id")


class FormVersion(models.Model):
    """One version of a form: what phones are served, byte for byte, and what it asks.

    `questions` is made by `fieldwork.xforms.questions_of`, which tells its shape.
    """

    MOVES: ClassVar = {
        VersionState.DRAFT: {VersionState.PUBLISHED},
        VersionState.PUBLISHED: {VersionState.CLOSED},
        VersionState.CLOSED: {VersionState.PUBLISHED},
    }

    form = models.ForeignKey(Form, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=64)
    title = models.CharField(max_length=120)
    xform = models.BinaryField()
    md5 = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    # The workbook it was made from, as uploaded.
    xlsx = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    questions: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    state = models.CharField(
        max_length=9, choices=VersionState.choices, default=VersionState.DRAFT
    )
    created_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    published_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["form", "version"], name="a_form_has_each_version_once"
            ),
            models.CheckConstraint(
                name="form_version_times_agree_with_state",
                condition=Q(state="DRAFT", published_at=None, published_by=None, closed_at=None)
                | Q(state="PUBLISHED", published_at__isnull=False, published_by__isnull=False,
                    closed_at=None)
                | Q(state="CLOSED", published_at__isnull=False, published_by__isnull=False,
                    closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="form_version_digests_are_digests",
                condition=Q(md5__regex=r"^[0-9a-f]{32}$", sha256__regex=r"^[0-9a-f]{64}$"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"version {self.version} of form {self.form_id}"

    def move_to(self, state: VersionState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES[VersionState(self.state)]:
            raise Refusal("form_version_state", gettext("This version is in another state."))
        self.state = state


class FormMedia(models.Model):
    """A picture, recording or list that a version shows; phones fetch it beside the form."""

    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="media")
    name = models.CharField(max_length=200)
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    md5 = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["form_version", "name"], name="a_version_shows_each_name_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of version {self.form_version_id}"
