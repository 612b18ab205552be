"""What time brings about in this room."""

from contextlib import suppress
from datetime import timedelta
from time import monotonic

from procrastinate.contrib.django import app

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal

from . import commands, days
from .public_log import public_log

# Filling days leaves the worker to others for the rest of each minute.
SECONDS_A_MINUTE = 40
ONE_DAY = timedelta(days=1)
LOOK_BACK = timedelta(days=31)


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


@app.periodic(cron="40 2 * * *")
@app.task(name="look_at_hours", queueing_lock="look_at_hours", pass_context=False)
def look_at_hours(timestamp: int) -> None:
    """Every night the rules of honest hours are asked about the last month."""
    today = clock.today()
    commands.look(since=today - LOOK_BACK, until=today + ONE_DAY, actor=None, at=clock.now())


@app.periodic(cron="10 4 * * *")
@app.task(name="draw_audit", queueing_lock="draw_audit", pass_context=False)
def draw_audit(timestamp: int) -> None:
    """After each month a sample of it is drawn, as soon as the log has signed something."""
    last = clock.today().replace(day=1) - ONE_DAY
    # Not yet: tomorrow, or by the words of two persons.
    with suppress(Refusal):
        commands.draw_by_log(month=last, actor=None, at=clock.now())
