"""What time brings about in this room."""

from procrastinate.contrib.django import app

from xinfeng.base import clock

from . import commands


@app.periodic(cron="43 3 * * *")
@app.task(name="sweep_files", queueing_lock="sweep_files", pass_context=False)
def sweep_files(timestamp: int) -> None:
    """Once a night what crashes left on disk goes."""
    commands.sweep(at=clock.now())
