"""Imports of invitations beside the pages, and what time brings about for invitations."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from xinfeng.base import clock

from . import commands
from .commands import batches

AGAIN = RetryStrategy(max_attempts=4, exponential_wait=3)


@app.task(name=batches.READ_JOB, retry=AGAIN, pass_context=False)
def read_batch(batch_id: int) -> None:
    commands.read_batch(batch_id=batch_id, at=clock.now())


@app.task(name=batches.IMPORT_JOB, retry=AGAIN, pass_context=False)
def import_batch(batch_id: int) -> None:
    """Chunk by chunk, each whole; run again it goes on where it was."""
    for chunk in batches.chunks(batch_id=batch_id, at=clock.now()):
        if not commands.import_rows(batch_id=batch_id, at=clock.now(), **chunk):
            return


@app.task(name=batches.TELL_JOB, retry=AGAIN, pass_context=False)
def tell_invited(batch_id: int) -> None:
    while batches.tell_some(batch_id=batch_id, at=clock.now()):
        pass


@app.task(name=batches.ERASE_JOB, retry=AGAIN, pass_context=False)
def erase_batch(batch_id: int) -> None:
    while batches.erase_some(batch_id=batch_id):
        pass


@app.periodic(cron="* * * * *")
@app.task(name="teams.resume_batches", queueing_lock="resume_batches", pass_context=False)
def resume_batches(timestamp: int) -> None:
    commands.resume_batches(at=clock.now())


@app.periodic(cron="40 * * * *")
@app.task(name="teams.expire", queueing_lock="expire_invitations", pass_context=False)
def expire_invitations(timestamp: int) -> None:
    while commands.expire_invitations(at=clock.now()):
        pass
