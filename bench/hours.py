"""The ledger: a long record's page, crediting with every rule on, and who may not overlap whom.

A volunteer with 2,000 lines is made inside a transaction that is rolled back: the city stands
as it stood.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from statistics import median, quantiles
from time import perf_counter

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.measure import Measured, milliseconds
from xinfeng.activities.models import Signup, SignupState
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal
from xinfeng.base.units import Minutes
from xinfeng.hours import commands
from xinfeng.hours.commands import Fact
from xinfeng.hours.models import Counter, Credit, Source
from xinfeng.people.models import Person

LINES = 2_000
POSTS = 1_000
HOUR = timedelta(hours=1)
# Above every real id of a sign-up, so that no fact is credited twice.
_facts = count(2**40)


def answers() -> Iterator[Measured]:
    with _rolled_back():
        person = _a_long_record()
        yield _page(person)
        yield _publicity()
    with _rolled_back():
        yield _posting()
    with _rolled_back():
        yield _overlapping()


@contextmanager
def _rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _a_long_record() -> Person:
    """2,000 lines over real sign-ups, so that describing them costs what it costs."""
    person = Person.objects.filter(registered_on__isnull=False).order_by("pk")[0]
    with scope.whole_city():
        # From all over the city, so that neither rows nor activities lie side by side.
        left = Signup.objects.filter(state=SignupState.LEFT).order_by("-pk")
        ids = list(left.values_list("pk", "division_id")[: LINES * 40 : 40])
        today = clock.today()
        Credit.objects.bulk_create(
            Credit(
                person=person, division_id=division, minutes=60, source_kind=Source.TRANSFER,
                earned_on=today - timedelta(days=number), source_id=_credit_of(signup),
            )
            for number, (signup, division) in enumerate(ids)
        )  # fmt: skip
        assert Credit.objects.of(person).count() >= len(ids)
    return person


def _credit_of(signup: int) -> int:
    """A moved credit is described by the one that it was, which stands on the sign-up."""
    found = Credit.objects.filter(source_kind=Source.ATTENDANCE, source_id=signup)
    return found.order_by("pk").values_list("pk", flat=True).first() or next(_facts)


def _page(person: Person) -> Measured:
    client = Client()
    client.force_login(person)
    address = reverse("hours:mine")
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
    queries = len(seen)
    assert answer.status_code == 200
    middle, tail = milliseconds(lambda: client.get(address))
    with scope.whole_city():
        lines = Credit.objects.of(person).count()
    return Measured(
        f"a volunteer's record with {lines:,} entries",
        f"p50 {middle:.1f} ms, p99 {tail:.1f} ms, {queries} statements",
        "p99 ≤ 50 ms",
        tail <= 50,
    )


def _publicity() -> Measured:
    client = Client()
    address = reverse("hours:publicity")
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    queries = len(seen)
    middle, tail = milliseconds(lambda: client.get(address))
    return Measured(
        "publicity list of the whole city, one page",
        f"p50 {middle:.1f} ms, p99 {tail:.1f} ms, {queries} statements",
        "p99 ≤ 80 ms",
        tail <= 80,
    )


def _posting() -> Measured:
    """One credit a time, each with lock, daily limit, overlap and journal; not committed."""
    people = list(Person.objects.filter(registered_on__isnull=False).order_by("-pk")[:POSTS])
    times = []
    with scope.whole_city():
        for person in people:
            started = perf_counter()
            _give(person, 0)
            times.append(1000 * (perf_counter() - started))
    middle, tail = median(times), quantiles(times, n=100)[98]
    return Measured(
        "crediting one attendance, all rules on (inside one transaction)",
        f"{1000 / middle:,.0f}/s on one connection, p50 {middle:.2f} ms, p99 {tail:.2f} ms",
        "≥ 200/s",
        middle <= 5,
    )


def _overlapping() -> Measured:
    """Every second credit overlaps the one before; each of them must be refused."""
    person = Person.objects.filter(registered_on__isnull=False).order_by("-pk")[0]
    refused = 0
    started = perf_counter()
    with scope.whole_city():
        for number in range(POSTS // 5):
            _give(person, 2 * number)
            try:
                _give(person, 2 * number + 0.5)
            except Refusal:
                refused += 1
    each = 1000 * (perf_counter() - started) / (2 * POSTS // 5)
    return Measured(
        "two credits of one person at one time",
        f"{refused} of {POSTS // 5} refused, {each:.1f} ms each",
        "every one refused",
        refused == POSTS // 5,
    )


def _give(person: Person, hours: float) -> None:
    # In the future, where the city has nothing; as training, which no daily limit cuts.
    starts_at = clock.now().replace(minute=0, second=0, microsecond=0) + (48 + hours) * HOUR
    fact = Fact(
        Source.ATTENDANCE, next(_facts), person.division_id, clock.local_date(starts_at),
        Counter.TRAINING, starts_at, starts_at + HOUR, "A",
    )  # fmt: skip
    commands.post(person=person, minutes=Minutes(60), fact=fact, actor=person, at=clock.now())
