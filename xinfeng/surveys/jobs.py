"""What is worked out apart from the pages."""

from procrastinate.contrib.django import app

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal

from . import commands
from .commands import estimation, integrity, running
from .models import CheckState, RunState
from .queries.gathering import gathered
from .queries.inputs import prepared


@app.periodic(cron="47 3 * * *")
@app.task(name="forget_survey_sheets", queueing_lock="forget_survey_sheets", pass_context=False)
def forget_survey_sheets(timestamp: int) -> None:
    """Once a night the tables go that nobody imported."""
    commands.forget_survey_sheets(at=clock.now())


@app.task(name=running.JOB, pass_context=False)
def estimate_survey(run_id: int) -> None:
    """Read, work out outside any transaction, write. Run twice it writes once."""
    run = commands.start_run(run_id=run_id, at=clock.now())
    if run.state != RunState.RUNNING:
        return
    try:
        ready = prepared(run.sample)
        outcome = None
        if not estimation.known_of(run.sample, ready):
            outcome = estimation.worked_out(run.sample, ready, lambda done: _tell(run_id, done))
        commands.finish_run(run_id=run_id, ready=ready, outcome=outcome, at=clock.now())
    except Refusal as refusal:
        commands.fail_run(run_id=run_id, failure=refusal.code, at=clock.now())
    except Exception:
        commands.fail_run(run_id=run_id, failure="broken", at=clock.now())
        raise


def _tell(run_id: int, done: float) -> None:
    commands.tell_run(run_id=run_id, percent=int(5 + 90 * done), at=clock.now())


@app.task(name=integrity.JOB, pass_context=False)
def report_integrity(run_id: int) -> None:
    """The same for a report on integrity."""
    run = commands.start_report(run_id=run_id, at=clock.now())
    if run.state != CheckState.RUNNING:
        return
    try:
        ready, found = gathered(run.sample), None
        if not integrity.known_of(run.sample, ready):
            found = integrity.looked(ready, run.seed, lambda done: _tell_report(run_id, done))
        commands.finish_report(run_id=run_id, ready=ready, found=found, at=clock.now())
    except Refusal as refusal:
        commands.fail_report(run_id=run_id, failure=refusal.code, at=clock.now())
    except Exception:
        commands.fail_report(run_id=run_id, failure="broken", at=clock.now())
        raise


def _tell_report(run_id: int, done: float) -> None:
    commands.tell_report(run_id=run_id, percent=int(5 + 90 * done), at=clock.now())
