"""What time brings about in this room."""

from time import monotonic

from procrastinate.contrib.django import app

from xinfeng.base import clock

from . import commands, days
from .public_log import public_log

# Filling days leaves the worker to others for the rest of each minute.
SECONDS_A_MINUTE = 40


@app.periodic(cron="*/10 * * * *")
@app.task(name="seal_log", queueing_lock="seal_log", pass_context=False)
def seal_log(timestamp: int) -> None:
    """Every ten minutes what the ledger gained is sealed, and the log is signed."""
    commands.seal_everything(log=public_log(), at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="fill_days", queueing_lock="fill_days", lock="fill_days", pass_context=False)
def fill_days(timestamp: int) -> None:
    """Credits that came in bulk get their days, for most of each minute until all have them."""
    until = monotonic() + SECONDS_A_MINUTE
    for left in days.fill():
        if not left or monotonic() > until:
            return
