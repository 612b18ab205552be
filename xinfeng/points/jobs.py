"""What time brings about for points: counting by the minute, a whole look each night."""

from procrastinate.contrib.django import app

from xinfeng.base import clock

from . import commands


@app.periodic(cron="* * * * *")
@app.task(name="count_points", queueing_lock="count_points", pass_context=False)
def count_points(timestamp: int) -> None:
    """Each minute the newest check-ins become points."""
    _count(None)


@app.periodic(cron="20 2 * * *")
@app.task(name="close_points", queueing_lock="close_points", pass_context=False)
def close_points(timestamp: int) -> None:
    """Each night: the end of a year, notice before it, and credits released from a hold."""
    commands.expire(at=clock.now())
    commands.tell_of_expiry(at=clock.now())
    _count(0)


def _count(beyond: int | None) -> None:
    while (reached := commands.count_hours(beyond=beyond, at=clock.now())) is not None:
        beyond = reached
