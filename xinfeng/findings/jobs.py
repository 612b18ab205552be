"""What time brings about for findings. Thin: each job calls one command."""

from procrastinate.contrib.django import app

from xinfeng.base import clock

from . import commands


@app.periodic(cron="* * * * *")
@app.task(name="sweep_findings", queueing_lock="sweep_findings", pass_context=False)
def sweep_findings(timestamp: int) -> None:
    """Each minute: what comes near its deadline, what passes it, what time closes."""
    commands.sweep_deadlines(at=clock.now())
