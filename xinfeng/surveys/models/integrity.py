from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy

from xinfeng.base.refusal import Refusal

from .samples import Sample

_ME = settings.AUTH_USER_MODEL


class IntegrityReport(models.Model):
    """The signs found in a sample's sheets on a day, each beside what chance would bring."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="reports")
    seed = models.PositiveIntegerField()
    sheets = models.PositiveIntegerField()
    inputs_digest = models.CharField(max_length=64)
    # `surveys.integrity.Report` as plain values; sheets by the ids of their responses.
    found: "models.JSONField[dict[str, Any]]" = models.JSONField()
    by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"integrity report {self.pk} of sample {self.sample_id}"


class CheckState(models.TextChoices):
    QUEUED = "QUEUED", pgettext_lazy("integrity run", "waiting")
    RUNNING = "RUNNING", pgettext_lazy("integrity run", "looking through the sheets")
    DONE = "DONE", pgettext_lazy("integrity run", "done")
    FAILED = "FAILED", pgettext_lazy("integrity run", "failed")


class IntegrityRun(models.Model):
    """Somebody asked for a report; a job makes it while a page shows how far it is."""

    MOVES: ClassVar = {
        CheckState.QUEUED: {CheckState.RUNNING, CheckState.FAILED},
        CheckState.RUNNING: {CheckState.DONE, CheckState.FAILED},
        CheckState.DONE: set(),
        CheckState.FAILED: set(),
    }

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="integrity_runs")
    # Drawn by whoever asks, so that the report can be made again.
    seed = models.PositiveIntegerField()
    state = models.CharField(
        max_length=7, choices=CheckState.choices, default=CheckState.QUEUED
    )
    # In percent.
    progress = models.PositiveSmallIntegerField(default=0)
    # What came out: one that stood already if nothing had changed.
    report = models.ForeignKey(IntegrityReport, models.PROTECT, null=True, related_name="runs")
    # Why it failed: a stable code.
    failure = models.CharField(max_length=40, blank=True, default="")
    by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_integrity_run_at_a_time_per_sample", fields=["sample"],
                condition=Q(state__in=["QUEUED", "RUNNING"]),
            ),
            models.CheckConstraint(
                name="integrity_run_progress_is_percent", condition=Q(progress__lte=100)
            ),
            models.CheckConstraint(
                name="integrity_run_end_agrees_with_state",
                condition=Q(state__in=["QUEUED", "RUNNING"], report=None, failure="",
                            done_at=None)
                | Q(state="DONE", report__isnull=False, failure="", done_at__isnull=False)
                | Q(state="FAILED", report=None, done_at__isnull=False) & ~Q(failure=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"integrity run {self.pk} ({self.state})"

    def move_to(self, state: CheckState) -> None:
        if state not in self.MOVES[CheckState(self.state)]:
            raise Refusal("integrity_run_state", gettext("This report is over already."))
        self.state = state


class CallBackSummary(models.Model):
    """What the second calls of a sample told, kept when the survey closes.

    From then on nothing leads from a household to its sheet, so nobody can compare again.
    """

    sample = models.OneToOneField(Sample, models.PROTECT, related_name="called_back")
    # Households of the tenth, and how many of them were called.
    wanted = models.PositiveIntegerField()
    called = models.PositiveIntegerField()
    # How many agreed that their second answers are compared with the first.
    paired = models.PositiveIntegerField()
    # {"outcomes": {outcome: n}, "surveyors": {number: {outcome: n}},
    #  "questions": [{question, compared, same, expected, kappa}]}
    found: "models.JSONField[dict[str, Any]]" = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="call_backs_counted_agree",
                condition=Q(called__lte=models.F("wanted"), paired__lte=models.F("called")),
            ),
        ]

    def __str__(self) -> str:
        return f"call-backs of sample {self.sample_id}"
