"""Sealing a day of credits, proving one of them, and a certificate's file."""

from collections.abc import Iterator
from datetime import date
from random import Random
from statistics import median
from time import perf_counter

from django.db.models import Count

from bench.measure import Measured, milliseconds
from xinfeng.base import clock, scope, tlog, verifier
from xinfeng.hours import certificate_file, commands
from xinfeng.hours.commands.certificates import CODE_SIGNS, Period
from xinfeng.hours.models import Certificate, Credit, Leaf, LeafKind
from xinfeng.hours.public_log import public_log
from xinfeng.people.models import Person

A_DAY = 100_000
HOLDERS = 20


def answers() -> Iterator[Measured]:
    yield _seal()
    yield _prove()
    yield _certificate()


def _seal() -> Measured:
    log = public_log()
    started = perf_counter()
    sealed = commands.seal(log=log, at=clock.now())
    seconds = perf_counter() - started
    per_day = seconds * A_DAY / max(sealed.added, 1)
    return Measured(
        f"seal {sealed.added:,} credits, head signed, tiles written",
        f"{seconds:.2f} s, {per_day:.2f} s for 100,000",
        "≤ 3 s for 100,000",
        sealed.added > 0 and per_day <= 3,
    )


def _prove() -> Measured:
    log = public_log()
    head = log.head()
    assert head is not None
    chance = Random(1)  # noqa: S311
    drawn = iter([chance.randrange(head.size) for _n in range(300)])

    def once() -> None:
        index = next(drawn)
        data = bytes(Leaf.objects.get(index=index).commitment)
        path = tuple(log.files.tree(head.size).inclusion(index))
        written = tlog.Proof(index, path, log.published() or "").text()
        tlog.proof(written).check(data, [log.key.public])

    middle, tail = milliseconds(once)
    return Measured(
        f"proof of one of {head.size:,} leaves made from tiles, read and verified",
        f"p50 {middle:.2f} ms, p99 {tail:.2f} ms",
        "≤ 5 ms",
        tail <= 5,
    )


def _certificate() -> Measured:
    """Every holder another one, so that no layout is remembered."""
    log, now = public_log(), clock.now()
    taken, sizes = [], []
    for number, holder in enumerate(_holders()):
        period = Period(date(2000, 1, 1), clock.local_date(now))
        code = f"{number:0{CODE_SIGNS}}"
        with scope.whole_city():
            old = Certificate.objects.filter(code=code).first()
        made = old or commands.issue(period=period, code=code, actor=holder, at=now)
        wanted = {LeafKind.CREDIT: made.credit_ids, LeafKind.CERTIFICATE: [made.pk]}
        commands.seal(log=log, at=now, wanted=wanted)
        started = perf_counter()
        pdf = certificate_file.make(made, log=log, address="https://city.example/x", at=now)
        taken.append((perf_counter() - started) * 1000)
        sizes.append(len(made.credit_ids))
        assert verifier.verify(pdf, log.key.public).is_file
    # The first page teaches the typesetter its typeface; a server meets it once.
    middle, longest = median(taken[1:]), max(taken[1:])
    return Measured(
        f"certificate PDF of {min(sizes)} to {max(sizes)} credits, proved, signed and sealed",
        f"median {middle:.0f} ms, slowest {longest:.0f} ms, first {taken[0]:.0f} ms",
        "≤ 300 ms",
        longest <= 300,
    )


def _holders() -> list[Person]:
    with scope.whole_city():
        served = (
            Credit.objects.filter(minutes__gt=0, pk__lte=2_000_000)
            .order_by("person_id")
            .values("person_id")
            .annotate(times=Count("pk"))
            .filter(times__gte=5, times__lte=60)
        )
        return list(
            Person.objects.filter(
                pk__in=[row["person_id"] for row in served[:HOLDERS]]
            ).order_by("pk")
        )
