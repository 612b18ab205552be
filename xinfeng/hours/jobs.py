"""What time brings about in this room."""

from procrastinate.contrib.django import app

from xinfeng.base import clock

from . import commands
from .public_log import public_log


@app.periodic(cron="*/10 * * * *")
@app.task(name="seal_log", queueing_lock="seal_log", pass_context=False)
def seal_log(timestamp: int) -> None:
    """Every ten minutes what the ledger gained is sealed, and the log is signed."""
    commands.seal_everything(log=public_log(), at=clock.now())
