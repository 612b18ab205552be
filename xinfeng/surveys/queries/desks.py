"""The estimations of a survey, for whoever runs it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from xinfeng.surveys.models import (
    Estimation,
    EstimationRun,
    EstimationState,
    RunState,
    Sample,
    Survey,
)


@dataclass(frozen=True)
class Standing:
    """A sample: its sheets, its estimations newest first, and the run that is under way."""

    sample: Sample
    sheets: int
    excluded: int
    broken_off: int
    estimations: Sequence[Estimation]
    run: EstimationRun | None

    @property
    def has_draft(self) -> bool:
        """Whether there is something newer to publish."""
        return any(each.state == EstimationState.DRAFT for each in self.estimations[:1])

    @property
    def is_running(self) -> bool:
        return self.run is not None and self.run.state in (RunState.QUEUED, RunState.RUNNING)


def estimation_desk(survey: Survey) -> list[Standing]:
    samples = list(
        survey.samples.order_by("-is_headline", "pk").annotate(
            all_sheets=Count("responses"),
            left_out=Count("responses", filter=Q(responses__exclusion__isnull=False)),
            broken=Count("responses", filter=Q(responses__is_complete=False)),
        )
    )
    made: dict[int, list[Estimation]] = {sample.pk: [] for sample in samples}
    for each in Estimation.objects.filter(sample__in=samples).order_by("-number"):
        made[each.sample_id].append(each)
    newest = {
        run.sample_id: run
        for run in EstimationRun.objects.filter(sample__in=samples).order_by("pk")
    }
    return [
        Standing(
            each, each.all_sheets, each.left_out, each.broken, made[each.pk],
            newest.get(each.pk),
        )
        for each in samples
    ]  # fmt: skip
