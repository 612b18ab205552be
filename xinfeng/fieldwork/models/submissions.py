from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from xinfeng.files.models import File
from xinfeng.places.models import Division

from .devices import Device
from .forms import FormVersion

_ME = settings.AUTH_USER_MODEL


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def standing(self) -> "SubmissionQuerySet":
        """Neither withdrawn nor replaced by an amendment: what counts."""
        amended = Submission.objects.filter(deprecates=OuterRef("pk"))
        withdrawn = Withdrawal.objects.filter(submission=OuterRef("pk"))
        return self.filter(~Exists(amended), ~Exists(withdrawn))

    def complete(self) -> "SubmissionQuerySet":
        """Every file that the answers name has arrived."""
        return self.filter(Exists(Completion.objects.filter(submission=OuterRef("pk"))))

    def incomplete(self) -> "SubmissionQuerySet":
        return self.filter(~Exists(Completion.objects.filter(submission=OuterRef("pk"))))

    def inside(self, lo: int, hi: int) -> "SubmissionQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)


class Submission(models.Model):
    """What a phone sent, byte for byte. Rows are only added; see `Completion`, `Withdrawal`.

    Times of the phone's clock, the time of arrival and what its pictures say stand side by
    side: none of them is trusted alone.
    """

    instance_id = models.CharField(max_length=200, unique=True)
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="submissions")
    person = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    # The form's owner: whose office reads it. Whoever lies below it does not.
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    # None: sent by the signed-in person's own page.
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="+")
    xml = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    # The submission this one amends; only its newest amendment counts.
    deprecates = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="amendment"
    )
    # The first of a chain of amendments, for all but itself.
    root = models.ForeignKey("self", models.PROTECT, null=True, related_name="amendments")
    received_at = models.DateTimeField()
    # By the phone's clock.
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # {"round": "R7", "point": "K3F9"}: what questions named `<subject>_code` were answered.
    subjects: "models.JSONField[dict[str, str]]" = models.JSONField(default=dict)
    # Of the first place that was asked for.
    lat_e6 = models.IntegerField(null=True)
    lon_e6 = models.IntegerField(null=True)
    # The names of the files that the answers mention: what has to arrive.
    expects: "models.JSONField[list[Any]]" = models.JSONField(default=list)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="submission_amends_another_of_a_chain",
                condition=Q(deprecates=None, root=None)
                | Q(deprecates__isnull=False, root__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_position_is_whole",
                condition=Q(lat_e6=None, lon_e6=None)
                | Q(lat_e6__isnull=False, lon_e6__isnull=False,
                    lat_e6__range=(-90_000_000, 90_000_000),
                    lon_e6__range=(-180_000_000, 180_000_000)),
            ),
            models.CheckConstraint(
                name="submission_does_not_amend_itself",
                condition=Q(deprecates=None)
                | Q(deprecates__isnull=False) & ~Q(deprecates=F("id")),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["division", "-received_at"], name="submission_by_division"),
        ]

    def __str__(self) -> str:
        return f"submission {self.instance_id}"


class SubmissionFile(models.Model):
    """A file of a submission under the name that the answers use. The first one stays."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    # Carried forward from the submission that was amended, not sent again.
    is_carried = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "name"], name="the_first_file_of_a_name_stays"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of submission {self.submission_id}"


class Completion(models.Model):
    """Said once, when the last file that a submission names has arrived."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="completion")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"completion of submission {self.submission_id}"


class Withdrawal(models.Model):
    """A submission that does not count any more, by whom and why; what was sent stays."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="withdrawal")
    by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="submission_is_withdrawn_for_a_reason", condition=~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"withdrawal of submission {self.submission_id}"
