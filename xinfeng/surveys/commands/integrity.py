"""Reports on the integrity of a sample's sheets: asked for, made beside the pages, kept."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.surveys import integrity
from xinfeng.surveys.integrity import Effect, Sign
from xinfeng.surveys.models import (
    CheckState,
    IntegrityReport,
    IntegrityRun,
    Sample,
    SurveyState,
)
from xinfeng.surveys.queries.gathering import NOBODY, Gathered, gathered

from .held import sample_run_by

journal.declare(
    {
        "integrity.asked": gettext_lazy("asked for a report on the integrity of answers"),
        "integrity.started": gettext_lazy("began a report on the integrity of answers"),
        "integrity.failed": gettext_lazy("could not make a report on the integrity of answers"),
        "integrity.reported": gettext_lazy(
            "looked for signs that answers are not what was said"
        ),
    }
)
JOB = "surveys.report_integrity"
# From then on there are sheets to look at.
WITH_SHEETS = (SurveyState.IN_FIELD, SurveyState.CLOSED, SurveyState.PUBLISHED)
# A page shows so many sheets of a sign; more of them say nothing more.
MOST_ROWS = 400
Tell = Callable[[float], None]


@scope.command
def report_integrity(
    *, sample_id: int, seed: int, actor: Person | None, at: datetime
) -> IntegrityReport:
    """Look for signs in a sample's sheets; the same sheets give the report that stands."""
    sample = _sample(sample_id, actor, at)
    ready = gathered(sample)
    return known_of(sample, ready) or _kept(sample, ready, looked(ready, seed), seed, actor, at)


@scope.command
def ask_for_report(*, sample_id: int, seed: int, actor: Person, at: datetime) -> IntegrityRun:
    """Have a report made; whoever asks while one is being made gets the same."""
    sample = _sample(sample_id, actor, at)
    waiting = sample.integrity_runs.filter(state__in=[CheckState.QUEUED, CheckState.RUNNING])
    if already := waiting.order_by("pk").first():
        return already
    run = IntegrityRun.objects.create(sample=sample, seed=seed, by=actor, at=at)
    app.configure_task(JOB, lock=f"surveys:integrity:{sample.pk}").defer(run_id=run.pk)
    _record("integrity.asked", run, actor, at)
    return run


@scope.command
def start_report(*, run_id: int, at: datetime) -> IntegrityRun:
    """The job begins. Begun once more it starts again from the same sheets."""
    run = _locked(run_id)
    if run.state == CheckState.QUEUED:
        run.move_to(CheckState.RUNNING)
        run.progress = 5
        run.save(update_fields=["state", "progress"])
        _record("integrity.started", run, None, at)
    return run


@scope.command
def tell_report(*, run_id: int, percent: int, at: datetime) -> None:
    """How far the job is, for the page that waits."""
    IntegrityRun.objects.filter(pk=run_id, state=CheckState.RUNNING).update(progress=percent)


@scope.command
def finish_report(
    *, run_id: int, ready: Gathered, found: dict[str, Any] | None, at: datetime
) -> IntegrityRun:
    """Keep what was found, or the report that the same sheets had given already."""
    run = _locked(run_id)
    if run.state != CheckState.RUNNING:
        return run
    sample = _sample(run.sample_id, None, at)
    report = known_of(sample, ready)
    if report is None:
        assert found is not None
        report = _kept(sample, ready, found, run.seed, run.by, at)
    run.move_to(CheckState.DONE)
    run.report, run.progress, run.done_at = report, 100, at
    run.save(update_fields=["state", "report", "progress", "done_at"])
    return run


@scope.command
def fail_report(*, run_id: int, failure: str, at: datetime) -> IntegrityRun:
    """It could not be made; nothing was kept."""
    run = _locked(run_id)
    if run.state in {CheckState.QUEUED, CheckState.RUNNING}:
        run.move_to(CheckState.FAILED)
        run.failure, run.done_at = failure, at
        run.save(update_fields=["state", "failure", "done_at"])
        _record("integrity.failed", run, None, at)
    return run


def known_of(sample: Sample, ready: Gathered) -> IntegrityReport | None:
    found = sample.reports.filter(inputs_digest=ready.digest)
    return found.order_by("-pk").first()


def looked(ready: Gathered, seed: int, tell: Tell | None = None) -> dict[str, Any]:
    """The engine's report as plain values; nothing is written."""
    if not ready.questions:
        raise Refusal(
            "nothing_on_a_scale",
            _("This questionnaire has no scale: there is nothing to compare."),
        )
    report = integrity.report(ready.sheets, seed, tell)
    people = ready.asked_by_people
    return {
        "questions": [question.code for question in ready.questions],
        "surveyors": sum(number != NOBODY for number in ready.surveyors),
        "signs": [
            _sign(each, [str(id_) for id_ in ready.ids])
            for each in report.signs
            if people or each.kind not in _OF_SURVEYORS
        ],
        "alike": [
            _sign(each, ready.communities) | {"question": question.code}
            for each, question in zip(report.alike, ready.questions, strict=True)
            if any(ready.communities)
        ],
        "effects": {
            name: _effect(each, ready.surveyors) for name, each in report.effects.items()
        }
        if people
        else {},
    }


# Nobody asked on the web, so nobody can have filled in two sheets at once.
_OF_SURVEYORS = frozenset({integrity.Kind.IDENTICAL, integrity.Kind.OVERLAP,
                           integrity.Kind.ROUND_TIME})  # fmt: skip


def _sign(sign: Sign, names: Sequence[Any]) -> dict[str, Any]:
    return {
        "kind": sign.kind.value, "observed": sign.observed, "of": sign.of,
        "expected": sign.expected, "p": sign.p,
        "rows": [names[row] for row in sign.rows[:MOST_ROWS]], "in_all": len(sign.rows),
    }  # fmt: skip


def _effect(effect: Effect, surveyors: Sequence[int]) -> dict[str, Any]:
    return {
        "likeness": effect.likeness, "inflation": effect.inflation, "p": effect.p,
        "outstanding": [
            surveyors[each] for each in effect.outstanding if surveyors[each] != NOBODY
        ],
    }  # fmt: skip


def _sample(sample_id: int, actor: Person | None, at: datetime) -> Sample:
    sample = sample_run_by(sample_id, actor, at)
    if sample.survey.state not in WITH_SHEETS:
        raise Refusal("survey_has_no_sheets", _("Nobody has answered this survey yet."))
    return sample


def _kept(
    sample: Sample, ready: Gathered, found: dict[str, Any], seed: int,
    actor: Person | None, at: datetime,
) -> IntegrityReport:  # fmt: skip
    report = IntegrityReport.objects.create(
        sample=sample, seed=seed, sheets=len(ready), inputs_digest=ready.digest, found=found,
        by=actor, at=at,
    )  # fmt: skip
    journal.record(
        "integrity.reported", report, actor=actor, at=at, where=sample.survey.division_id,
        on=clock.local_date(at), sheets=report.sheets, inputs_digest=report.inputs_digest,
    )  # fmt: skip
    return report


def _locked(run_id: int) -> IntegrityRun:
    found = IntegrityRun.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("sample__survey", "by").get(pk=run_id)


def _record(verb: str, run: IntegrityRun, actor: Person | None, at: datetime) -> None:
    journal.record(
        verb, run, actor=actor, at=at, where=run.sample.survey.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
