"""What time brings about for findings. Thin: each job calls one command."""

from procrastinate.contrib.django import app

from xinfeng.base import clock

from . import commands, handing
from .open311.endpoints import endpoints


@app.periodic(cron="* * * * *")
@app.task(name="sweep_findings", queueing_lock="sweep_findings", pass_context=False)
def sweep_findings(timestamp: int) -> None:
    """Each minute: what comes near its deadline, what passes it, what time closes."""
    commands.sweep_deadlines(at=clock.now())


@app.periodic(cron="41 3 * * *")
@app.task(
    name="forget_hotline_sheets", queueing_lock="forget_hotline_sheets", pass_context=False
)
def forget_hotline_sheets(timestamp: int) -> None:
    """Once a night the tables go that nobody imported."""
    commands.forget_hotline_sheets(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="hand_over_findings", queueing_lock="hand_over_findings", pass_context=False)
def hand_over_findings(timestamp: int) -> None:
    """Each minute, where the operator has named servers of others: sent, and asked about."""
    if endpoints():
        handing.send_due(clock.now())
        handing.ask_due(clock.now())
