from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy

from xinfeng.base.refusal import Refusal

from .estimations import Estimation
from .samples import Sample

_ME = settings.AUTH_USER_MODEL


class RunState(models.TextChoices):
    QUEUED = "QUEUED", pgettext_lazy("estimation run", "waiting")
    RUNNING = "RUNNING", pgettext_lazy("estimation run", "being worked out")
    DONE = "DONE", pgettext_lazy("estimation run", "done")
    FAILED = "FAILED", pgettext_lazy("estimation run", "failed")


class EstimationRun(models.Model):
    """Somebody asked for an estimation; a job makes it while a page shows how far it is."""

    MOVES: ClassVar = {
        RunState.QUEUED: {RunState.RUNNING, RunState.FAILED},
        RunState.RUNNING: {RunState.DONE, RunState.FAILED},
        RunState.DONE: set(),
        RunState.FAILED: set(),
    }

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="runs")
    state = models.CharField(max_length=7, choices=RunState.choices, default=RunState.QUEUED)
    # In percent.
    progress = models.PositiveSmallIntegerField(default=0)
    # What came out: one that stood already if nothing had changed.
    estimation = models.ForeignKey(Estimation, models.PROTECT, null=True, related_name="runs")
    # Why it failed: a stable code.
    failure = models.CharField(max_length=40, blank=True, default="")
    by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_estimation_run_at_a_time_per_sample", fields=["sample"],
                condition=Q(state__in=["QUEUED", "RUNNING"]),
            ),
            models.CheckConstraint(
                name="estimation_run_progress_is_percent", condition=Q(progress__lte=100)
            ),
            models.CheckConstraint(
                name="estimation_run_end_agrees_with_state",
                condition=Q(state__in=["QUEUED", "RUNNING"], estimation=None, failure="",
                            done_at=None)
                | Q(state="DONE", estimation__isnull=False, failure="",
                    done_at__isnull=False)
                | Q(state="FAILED", estimation=None, done_at__isnull=False) & ~Q(failure=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"estimation run {self.pk} ({self.state})"

    def move_to(self, state: RunState) -> None:
        if state not in self.MOVES[RunState(self.state)]:
            raise Refusal("estimation_run_state", gettext("This estimation is over already."))
        self.state = state
