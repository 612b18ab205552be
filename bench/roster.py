"""A roster of five hundred: the page, and saving who came and who left."""

from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from time import perf_counter
from urllib.parse import urlencode

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.measure import Measured, milliseconds
from xinfeng.activities.models import Activity, Category, Shift, Signup
from xinfeng.base import clock, scope
from xinfeng.hours.models import Credit, Source
from xinfeng.people.models import Person, PersonState

PEOPLE = 500
QUERIES, MS = 12, 60
MARK = "BENCHROLL"
FORM = "application/x-www-form-urlencoded"
ROUNDS = 5


def answers() -> Iterator[Measured]:
    """Everything happens in one transaction that is rolled back: credits are never deleted."""
    with scope.whole_city():
        shifts = [_put_in(number) for number in range(ROUNDS)]
        client = Client()
        client.force_login(Person.objects.order_by("pk")[0])
        yield _page(client, shifts[0][0])
        for phase, name in (("arrived", "arrivals"), ("left", "departures, credited")):
            yield _saving(client, shifts, phase, name)
            # As if they had come in time, so that what they gave is credited.
            ours = Signup.objects.filter(shift__in=[shift for shift, _signups in shifts])
            ours.filter(state="PRESENT").update(arrived_at=clock.now() - timedelta(hours=1))
        credited = Credit.objects.filter(
            source_kind=Source.ATTENDANCE,
            source_id__in=[signup for _shift, signups in shifts for signup in signups],
        )
        assert credited.count() == ROUNDS * PEOPLE
        transaction.set_rollback(True)


def _page(client: Client, shift: int) -> Measured:
    address = reverse("activities:roster", args=[shift])
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
        queries = _asked(seen)
    middle, tail = milliseconds(lambda: client.get(address), 50)
    return _told("page", middle, tail, queries)


def _saving(
    client: Client, shifts: list[tuple[int, list[int]]], phase: str, name: str
) -> Measured:
    times, queries = [], 0
    for shift, signups in shifts:
        address = reverse("activities:roster", args=[shift])
        with CaptureQueriesContext(connection) as seen:
            started = perf_counter()
            # As a browser sends a form; the test client's own way is that of files.
            answer = client.post(address, urlencode({phase: signups}, doseq=True), FORM)
            times.append(1000 * (perf_counter() - started))
            queries = max(queries, _asked(seen))
        assert answer["Location"] == address, answer["Location"]
        state = "PRESENT" if phase == "arrived" else "LEFT"
        assert Signup.objects.filter(shift_id=shift, state=state).count() == PEOPLE
    return _told(f"saving {PEOPLE} {name}", median(times), max(times), queries)


def _told(what: str, middle: float, tail: float, queries: int) -> Measured:
    return Measured(
        f"roster of {PEOPLE}: {what}",
        f"p50 {middle:.0f} ms, worst {tail:.0f} ms, {queries} queries",
        f"≤ {QUERIES} queries, ≤ {MS} ms",
        queries <= QUERIES and middle <= MS,
    )


def _put_in(number: int) -> tuple[int, list[int]]:
    """A shift of its own for each round, with people whose times do not overlap."""
    now = clock.now()
    volunteers = Person.objects.filter(
        state=PersonState.ACTIVE, registered_on__isnull=False, left_on=None
    )
    people = volunteers.order_by("pk")[number * PEOPLE + 1 : (number + 1) * PEOPLE + 1]
    leader = Person.objects.order_by("pk")[0]
    activity = Activity.objects.create(
        code=f"{MARK}{number}",
        title="bench",
        category=Category.objects.order_by("pk")[0],
        division_id=leader.division_id,
        leader=leader,
    )
    # Two thirds are over, so that leaving now is credited.
    shift = Shift.objects.create(
        activity=activity,
        starts_at=now - timedelta(minutes=60),
        ends_at=now + timedelta(minutes=30),
        capacity=999,
    )
    signups = Signup.objects.bulk_create(
        Signup(shift=shift, person=person, division_id=leader.division_id) for person in people
    )
    return shift.pk, [signup.pk for signup in signups]


def _asked(seen: CaptureQueriesContext) -> int:
    """Without the savepoints, which stand here for a page's own begin and commit."""
    kept = ("SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(kept) for query in seen.captured_queries)
