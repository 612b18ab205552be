"""What is worked out beside the pages. Thin: each job calls one command."""

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from xinfeng.base import clock
from xinfeng.people.models import Person

from . import commands
from .commands import findings, forms, intakes, visits
from .models import Round

# What two jobs hold in different orders is let go and tried again.
AGAIN = RetryStrategy(max_attempts=6, exponential_wait=3, retry_exceptions=[OperationalError])


@app.task(name=visits.JOB, pass_context=False)
def find_ways(round_id: int) -> None:
    commands.find_ways(round_id=round_id, at=clock.now())


@app.task(name=forms.JOB, pass_context=False)
def publish_forms(round_id: int, person_id: int) -> None:
    """A round that has ended while the job waited needs them no more."""
    if Round.objects.get(pk=round_id).state in forms.BEFORE_THE_END:
        actor = Person.objects.get(pk=person_id)
        commands.publish_forms(round_id=round_id, actor=actor, at=clock.now())


@app.task(name=intakes.JOB, retry=AGAIN, pass_context=False)
def read_submission(submission_id: int) -> None:
    """What a phone sent; run twice it is read once."""
    commands.read_submission(submission_id=submission_id, at=clock.now())


@app.task(name=findings.JOB, retry=AGAIN, pass_context=False)
def raise_findings(round_id: int, person_id: int) -> None:
    actor = Person.objects.get(pk=person_id)
    commands.raise_round_findings(round_id=round_id, actor=actor, at=clock.now())


@app.task(name=findings.ORDER_JOB, retry=AGAIN, pass_context=False)
def order_findings(round_id: int, person_id: int) -> None:
    actor = Person.objects.get(pk=person_id)
    commands.order_round_findings(round_id=round_id, actor=actor, at=clock.now())
