"""An estimation as a job: asked for on a page, made apart, told how far it is."""

from datetime import datetime

from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from xinfeng.base import clock, scope
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.surveys.estimating import Outcome
from xinfeng.surveys.models import EstimationRun, RunState
from xinfeng.surveys.queries.inputs import Prepared, prepared

from .estimation import kept, known_of, locked_sample

journal.declare(
    {
        "estimation.asked": gettext_lazy("asked for the numbers of a survey"),
        "estimation.started": gettext_lazy("began to work out the numbers of a survey"),
        "estimation.failed": gettext_lazy("could not work out the numbers of a survey"),
    }
)
JOB = "estimate_survey"


@scope.command
def ask_for_estimation(*, sample_id: int, actor: Person, at: datetime) -> EstimationRun:
    """Have the numbers of a sample worked out; whoever asks while it runs gets the same run."""
    sample = locked_sample(sample_id, actor, at)
    waiting = sample.runs.filter(state__in=[RunState.QUEUED, RunState.RUNNING])
    if already := waiting.order_by("pk").first():
        return already
    run = EstimationRun.objects.create(sample=sample, by=actor, at=at)
    app.configure_task(JOB, lock=f"surveys:{sample.survey_id}").defer(run_id=run.pk)
    _record("estimation.asked", run, actor, at)
    return run


@scope.command
def start_run(*, run_id: int, at: datetime) -> EstimationRun:
    """The job begins. Begun once more it starts again from the same rows."""
    run = _locked(run_id)
    if run.state == RunState.QUEUED:
        run.move_to(RunState.RUNNING)
        run.progress = 5
        run.save(update_fields=["state", "progress"])
        _record("estimation.started", run, None, at)
    return run


@scope.command
def tell_run(*, run_id: int, percent: int, at: datetime) -> None:
    """How far the job is, for the page that waits."""
    EstimationRun.objects.filter(pk=run_id, state=RunState.RUNNING).update(progress=percent)


@scope.command
def finish_run(
    *, run_id: int, ready: Prepared, outcome: Outcome | None, at: datetime
) -> EstimationRun:
    """Keep what was worked out, or the row that the same inputs had given already."""
    run = _locked(run_id)
    if run.state != RunState.RUNNING:
        return run
    sample = locked_sample(run.sample_id, None, at)
    found = known_of(sample, ready)
    if found is None:
        assert outcome is not None
        if prepared(sample, ready.settings).digest != ready.digest:
            return _failed(run, "changed_meanwhile", at)
        found = kept(sample, ready, outcome, run.by, at)
    run.move_to(RunState.DONE)
    run.estimation, run.progress, run.done_at = found, 100, at
    run.save(update_fields=["state", "estimation", "progress", "done_at"])
    return run


@scope.command
def fail_run(*, run_id: int, failure: str, at: datetime) -> EstimationRun:
    """It could not be done; nothing was kept."""
    run = _locked(run_id)
    if run.state in {RunState.QUEUED, RunState.RUNNING}:
        return _failed(run, failure, at)
    return run


def _failed(run: EstimationRun, failure: str, at: datetime) -> EstimationRun:
    run.move_to(RunState.FAILED)
    run.failure, run.done_at = failure, at
    run.save(update_fields=["state", "failure", "done_at"])
    _record("estimation.failed", run, None, at)
    return run


def _locked(run_id: int) -> EstimationRun:
    found = EstimationRun.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("sample__survey", "by").get(pk=run_id)


def _record(verb: str, run: EstimationRun, actor: Person | None, at: datetime) -> None:
    journal.record(
        verb, run, actor=actor, at=at, where=run.sample.survey.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
