"""What is worked out beside the pages. Thin: each job calls one command."""

from procrastinate.contrib.django import app

from xinfeng.base import clock

from . import commands
from .commands import visits


@app.task(name=visits.JOB, pass_context=False)
def find_ways(round_id: int) -> None:
    commands.find_ways(round_id=round_id, at=clock.now())
