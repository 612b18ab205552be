"""Orders in the city that stands: the desk, the best ten for one order, a plan of all.

What a bench changes for a measurement it rolls back.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import perf_counter

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from bench import pages
from bench.measure import Measured, milliseconds
from xinfeng.base import clock, scope
from xinfeng.base.codes import Level
from xinfeng.dispatch import queries, solving
from xinfeng.dispatch.commands import planning
from xinfeng.dispatch.models import Order, Plan, State
from xinfeng.people.models import Person, Role
from xinfeng.places.models import Division

ASKED = 200
MANY = 10_000


def answers() -> Iterator[Measured]:
    with scope.whole_city():
        opened = Order.objects.open().count()
        waiting = Order.objects.filter(state=State.TO_DISPATCH).order_by("pk")
        ids = list(waiting.values_list("pk", flat=True)[:ASKED])
    yield _desk(opened)
    yield _urgent(ids)
    yield _nobody()
    yield _plan()
    yield from _plan_of_many()


def _desk(opened: int) -> Measured:
    office = Person.objects.filter(grants__role=Role.CITY_OFFICE).order_by("pk")[0]
    client = Client()
    client.force_login(office)
    desk = pages.read(client, reverse("dispatch:desk"))
    return Measured(
        f"dispatch desk of the city with {opened:,} open orders",
        str(desk),
        "≤ 10 queries, p99 ≤ 100 ms, with 5,000",
        desk.queries <= 10 and desk.p99 <= 100,
    )


def _urgent(ids: list[int]) -> Measured:
    """Each of many different orders in turn, so that no answer is remembered."""
    people = Person.objects.filter(registered_on__isnull=False).count()
    at, found, turn = clock.now(), 0, 0

    def ask() -> None:
        nonlocal found, turn
        best = queries.best_for(ids[turn % len(ids)], at=at)
        found, turn = found + len(best.best), turn + 1

    middle, tail = milliseconds(ask)
    return Measured(
        f"one order against {people:,} volunteers: ten best with reasons",
        f"p50 {middle:.0f} ms, p99 {tail:.0f} ms; {found / turn:.1f} found on average",
        "≤ 200 ms",
        tail <= 200,
    )


def _nobody() -> Measured:
    """The most common paper in a language that nobody speaks: all its holders are looked at."""
    at = clock.now()
    with scope.whole_city(), transaction.atomic():
        of_drivers = Order.objects.filter(item__qualifications__contains=["driver"])
        asked = of_drivers.filter(state=State.TO_DISPATCH, wished_until__gt=at).order_by("pk")
        order_id = asked.values_list("pk", flat=True)[0]
        Order.objects.filter(pk=order_id).update(language="nobody")
        found = queries.best_for(order_id, at=at)
        middle, tail = milliseconds(lambda: queries.best_for(order_id, at=at))
        transaction.set_rollback(True)
    return Measured(
        f"one order for which nobody in the city fits ({found.why})",
        f"p50 {middle:.0f} ms, p99 {tail:.0f} ms",
        "≤ 200 ms",
        tail <= 200 and not found.best,
    )


def _plan_of_many() -> Iterator[Measured]:
    """So many orders that were served wait once more, each for a few days of the next week."""
    at = clock.now()
    with scope.whole_city(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_WAIT_AGAIN, {"at": at, "day": at.date(), "most": MANY})
        with _growth() as grown:
            started = perf_counter()
            made = solving.solve(_city(), 1, at)
            seconds = perf_counter() - started
        yield Measured(
            f"plan from the database: {made.orders:,} waiting orders × {made.volunteers:,}"
            " people, reasons included",
            f"{seconds:.1f} s, {grown[0]} MiB more; {len(made.proposals):,} proposals,"
            f" {len(made.unserved):,} orders explained; more candidates could save"
            f" {(made.cost - made.bound) / made.cost:.1%} at most;"
            f" greedy {made.greedy_cost / made.cost - 1:.1%} worse",
            "≤ 5 s, ≤ 1 GiB",
            seconds <= 5 and grown[0] <= 1024,
        )
        yield _kept(made, at)
        transaction.set_rollback(True)


def _kept(made: solving.Solution, at: datetime) -> Measured:
    office = Person.objects.filter(grants__role=Role.CITY_OFFICE).order_by("pk")[0]
    plan = Plan.objects.create(
        code="bench", division_id=_city(), asked_by=office, asked_at=at, seed=1,
        state="RUNNING", started_at=at,
    )  # fmt: skip
    started = perf_counter()
    for _number, _of, proposals, left in planning.pieces(made):
        planning.keep_proposals(
            plan_id=plan.pk, proposals=proposals, unserved=left, progress_percent=50, at=at
        )
    seconds = perf_counter() - started
    return Measured(
        f"keeping what that plan proposes, {planning.AT_ONCE} orders locked at a time",
        f"{seconds:.1f} s",
        "≤ 30 s (ours)",
        seconds <= 30,
    )


@contextmanager
def _growth() -> Iterator[list[int]]:
    """By how many MiB this process grew at most."""
    statm, page = Path("/proc/self/statm"), os.sysconf("SC_PAGE_SIZE")

    def resident() -> int:
        return int(statm.read_text().split()[1]) * page >> 20

    before, grown, done = resident(), [0], threading.Event()

    def sample() -> None:
        while not done.wait(0.05):
            grown[0] = max(grown[0], resident() - before)

    watcher = threading.Thread(target=sample, daemon=True)
    watcher.start()
    try:
        yield grown
    finally:
        done.set()
        watcher.join()


def _city() -> int:
    codes = Division.objects.filter(level=Level.CITY).order_by("pk")
    return codes.values_list("pk", flat=True)[0]


_WAIT_AGAIN = """
    UPDATE dispatch_order
    SET state = 'TO_DISPATCH', due_at = %(at)s::timestamptz + interval '1 day',
        yellow_at = %(at)s, closed_at = NULL, reason = '', accepted = 0, attempt = attempt + 1,
        activity_id = NULL, shift_id = NULL,
        wished_from = %(day)s::date + (id %% 7)::int,
        wished_until = %(day)s::date + (id %% 7)::int + 3
    WHERE id IN (
        SELECT id FROM dispatch_order WHERE state = 'CLOSED' ORDER BY id LIMIT %(most)s
    )
"""


def _plan() -> Measured:
    started = perf_counter()
    made = solving.solve(_city(), 1, clock.now())
    seconds = perf_counter() - started
    return Measured(
        f"plan from the database: {made.orders:,} waiting orders × {made.volunteers:,} people",
        f"{seconds:.1f} s; {len(made.proposals):,} proposals,"
        f" {len(made.unserved):,} orders explained",
        "≤ 5 s (ours)",
        seconds <= 5,
    )
