"""Honest hours: how long a look over a month takes, and a month's random sample.

Both are rolled back: the city stands as it stood.
"""

from collections.abc import Iterator
from datetime import date
from time import perf_counter

from django.db import transaction

from bench.measure import Measured
from xinfeng.base import clock, scope
from xinfeng.hours import auditing, commands
from xinfeng.hours.models import AuditDraw

JUNE, JULY = date(2022, 6, 1), date(2022, 7, 1)
SEED = "5eed" * 16


def answers() -> Iterator[Measured]:
    yield _look()
    yield _draw()


def _look() -> Measured:
    with scope.whole_city():
        started = perf_counter()
        looked = commands.look(since=JUNE, until=JULY, actor=None, at=clock.now())
        seconds = perf_counter() - started
        transaction.set_rollback(True)
    held = sum(looked.held.values())
    return Measured(
        f"every rule of honest hours over a month of {looked.credits:,} credits",
        f"{seconds:.1f} s, {held:,} new holds",
        "≤ 60 s",
        seconds <= 60,
    )


def _draw() -> Measured:
    with scope.whole_city():
        draw = AuditDraw.objects.create(month=JUNE, origin="CHECKPOINT", checkpoint_size=1)
        started = perf_counter()
        population = auditing.add_cases(draw.pk, SEED, 10, JUNE)
        seconds = perf_counter() - started
        cases = draw.cases.count()
        transaction.set_rollback(True)
    return Measured(
        f"random sample of a month of {population:,} credits",
        f"{seconds:.1f} s, {cases:,} drawn",
        "≤ 10 s",
        seconds <= 10,
    )
