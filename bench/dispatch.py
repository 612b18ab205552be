"""Orders in the city that stands: the desk, the best ten for one order, a plan of all."""

from collections.abc import Iterator
from time import perf_counter

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.measure import Measured, milliseconds
from xinfeng.base import clock, scope
from xinfeng.base.codes import Level
from xinfeng.dispatch import queries, solving
from xinfeng.dispatch.models import Order, State
from xinfeng.people.models import Person, Role
from xinfeng.places.models import Division

ASKED = 40
# Statements of transactions and scopes are told apart from queries.
AROUND = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT set_config")


def answers() -> Iterator[Measured]:
    with scope.whole_city():
        opened = Order.objects.open().count()
        waiting = Order.objects.filter(state=State.TO_DISPATCH).order_by("pk")
        ids = list(waiting.values_list("pk", flat=True)[:ASKED])
    yield _desk(opened)
    yield _urgent(ids)
    yield _plan()


def _desk(opened: int) -> Measured:
    office = Person.objects.filter(grants__role=Role.CITY_OFFICE).order_by("pk")[0]
    client = Client()
    client.force_login(office)
    address = reverse("dispatch:desk")
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    # Counted now: the next request empties the log.
    queries = [one for one in seen if not one["sql"].startswith(AROUND)]
    count, statements = len(queries), len(seen)
    middle, tail = milliseconds(lambda: client.get(address))
    return Measured(
        f"dispatch desk of the city with {opened:,} open orders",
        f"p50 {middle:.1f} ms, p99 {tail:.1f} ms, {count} queries ({statements} statements)",
        "≤ 10 queries, p99 ≤ 100 ms, with 5,000",
        count <= 10 and tail <= 100,
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


def _plan() -> Measured:
    started = perf_counter()
    city = Division.objects.filter(level=Level.CITY).values_list("pk", flat=True)[0]
    made = solving.solve(city, 1, clock.now())
    seconds = perf_counter() - started
    return Measured(
        f"plan from the database: {made.orders:,} waiting orders × {made.volunteers:,} people",
        f"{seconds:.1f} s; {len(made.proposals):,} proposals,"
        f" {len(made.unserved):,} orders explained",
        "≤ 5 s (ours)",
        seconds <= 5,
    )
