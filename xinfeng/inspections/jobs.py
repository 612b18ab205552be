"""What is worked out beside the pages. Thin: each job calls one command."""

from procrastinate.contrib.django import app

from xinfeng.base import clock
from xinfeng.people.models import Person

from . import commands
from .commands import forms, visits


@app.task(name=visits.JOB, pass_context=False)
def find_ways(round_id: int) -> None:
    commands.find_ways(round_id=round_id, at=clock.now())


@app.task(name=forms.JOB, pass_context=False)
def publish_forms(round_id: int, person_id: int) -> None:
    actor = Person.objects.get(pk=person_id)
    commands.publish_forms(round_id=round_id, actor=actor, at=clock.now())
