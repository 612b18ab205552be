"""Credits become points, reversals take them back: each credit is counted once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection
from django.db.models import F, Max, Sum
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, pack, scope
from xinfeng.hours.models import Counter, Credit, Source
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.points.counting import Book, Counted, Month, Owed, Rates, gain, lose
from xinfeng.points.models import (
    Account,
    AccountKind,
    Debt,
    Earning,
    Posting,
    PostingKind,
    Reading,
)

from . import accounts
from .expiry import close_years

journal.declare({"points.counted": gettext_lazy("counted points for checked-in service")})

AT_ONCE = 2_000
# A credit may become visible after one with a higher id: so far back each look begins.
LOOK_BACK = 100_000


@dataclass(frozen=True)
class Due:
    """A credit that is to be counted; for a reversal, the minutes that its credit counted."""

    id: int
    person_id: int
    division_id: int
    minutes: int
    earned_on: date
    reverses: bool


@scope.command
def count_hours(*, beyond: int | None, at: datetime) -> int | None:
    """Count the next credits for points; returns where to go on, None when all are counted.

    Without `beyond` it goes on from where the last count ended. From 0 it looks through the
    whole year, as it does each night for credits that were released from a hold.
    """
    reading = accounts.alone(at)
    close_years(reading, at)
    newest = Credit.objects.aggregate(newest=Max("pk"))["newest"] or 0
    start = max(0, reading.through_id - LOOK_BACK) if beyond is None else beyond
    due = _due(start, _since(reading, at))
    if due:
        _count(due, at)
        journal.record(
            "points.counted", reading, actor=None, at=at, where=accounts.city_code(),
            on=clock.local_date(at), credits=len(due),
        )  # fmt: skip
    more = len(due) == AT_ONCE
    reached = due[-1].id if more else newest
    reading.through_id, reading.read_at = max(reading.through_id, reached), at
    reading.save(update_fields=["through_id", "read_at"])
    return reached if more else None


def _since(reading: Reading, at: datetime) -> date:
    """Service of this year, and not from before the city began with points."""
    year = date(clock.local_date(at).year, 1, 1)
    return max(year, reading.counts_since) if reading.counts_since else year


def _due(beyond: int, since: date) -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute(
            _DUE,
            {
                "beyond": beyond,
                "since": since,
                "earning": [Source.ATTENDANCE, Source.TRANSFER],
                "reversal": Source.REVERSAL,
                "service": Counter.SERVICE,
                "most": AT_ONCE,
            },
        )
        return [Due(*row) for row in cursor.fetchall()]


def _count(due: Sequence[Due], at: datetime) -> None:
    holders = _holders({credit.person_id for credit in due})
    locked = accounts.of_people(holders.keys() | set(holders.values()))
    books = _books(locked, due)
    rates = _rates()
    done: list[tuple[Due, Counted]] = []
    for credit in due:
        step = lose if credit.reverses else gain
        counted = step(books[credit.person_id], credit.minutes, credit.earned_on, rates)
        done.append((credit, counted))
        if counted.missing:
            _owe(credit, counted, locked[holders[credit.person_id]], books, at)
    _write(done, locked, books, at)


def _rates() -> Rates:
    rules = pack.load(settings.CITY_PACK).rules
    return Rates(rules.minutes_a_point, rules.points_a_month)


def _holders(person_ids: Iterable[int]) -> dict[int, int]:
    """Who answers for an account's debts: of a merged account, the one that goes on."""
    rows = Person.objects.filter(pk__in=set(person_ids)).order_by("pk")
    return {pk: into or pk for pk, into in rows.values_list("pk", "merged_into_id")}


def _books(locked: dict[int, Account], due: Sequence[Due]) -> dict[int, Book]:
    months = {(credit.earned_on.year, credit.earned_on.month) for credit in due}
    books = {
        person_id: Book(account.balance, account.spare_minutes)
        for person_id, account in locked.items()
    }
    for debt in Debt.objects.filter(person_id__in=books, paid__lt=F("points")).order_by("pk"):
        books[debt.person_id].owed.append(Owed(debt.pk, debt.points - debt.paid))
    for person_id, month, minutes in _counted_in(books, months):
        books[person_id].months[month] = minutes
    return books


def _counted_in(
    person_ids: Iterable[int], months: set[Month]
) -> Iterable[tuple[int, Month, int]]:
    sums = (
        Earning.objects.filter(
            person_id__in=list(person_ids), earned_on__gte=date(*min(months), 1)
        )
        .order_by("person_id", "earned_on__year", "earned_on__month")
        .values_list("person_id", "earned_on__year", "earned_on__month")
        .annotate(counted=Sum("minutes"))
    )
    for person_id, year, month, counted in sums:
        yield person_id, (year, month), counted


def _owe(
    credit: Due, counted: Counted, holder: Account, books: dict[int, Book], at: datetime
) -> None:
    assert holder.person_id is not None
    debt = Debt.objects.create(
        person_id=holder.person_id,
        division_id=holder.division_id,
        credit_id=credit.id,
        points=counted.missing,
        owed_since=at,
    )
    books[debt.person_id].owed.append(Owed(debt.pk, debt.points))


def _write(
    done: Sequence[tuple[Due, Counted]],
    locked: dict[int, Account],
    books: dict[int, Book],
    at: datetime,
) -> None:
    Earning.objects.bulk_create(
        Earning(
            credit_id=credit.id,
            person_id=credit.person_id,
            division_id=locked[credit.person_id].division_id,
            earned_on=credit.earned_on,
            minutes=counted.minutes,
            points=counted.points,
            counted_at=at,
        )
        for credit, counted in done
    )
    issue = accounts.of_city(AccountKind.ISSUE)
    Posting.objects.bulk_create(
        posting
        for credit, counted in done
        for posting in _postings(credit, counted, locked[credit.person_id], issue, at)
    )
    spare = [(account.pk, books[pk].spare_minutes) for pk, account in locked.items()]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_SPARE, [[pk for pk, _ in spare], [left for _, left in spare]])


def _postings(
    credit: Due, counted: Counted, own: Account, issue: Account, at: datetime
) -> Iterable[Posting]:
    """What one credit moves between the city's issue and the person's account."""
    assert own.person_id is not None
    moves = [
        (PostingKind.EARNED, max(counted.points, 0), credit.id, issue, own),
        (PostingKind.TAKEN_BACK, counted.taken, credit.id, own, issue),
        *[
            (PostingKind.OWED, points, _pay(debt_id, points), own, issue)
            for debt_id, points in counted.paid
        ],
    ]
    for kind, points, credit_id, giver, taker in moves:
        if points:
            yield Posting(
                kind=kind, giver=giver, taker=taker, points=points, credit_id=credit_id,
                person_id=own.person_id, division_id=own.division_id, posted_at=at,
                posted_on=clock.local_date(at),
            )  # fmt: skip


def _pay(debt_id: int, points: int) -> int:
    """Note that a debt is paid so much further; returns the reversal it stands on."""
    debt = Debt.objects.get(pk=debt_id)
    debt.paid += points
    debt.save(update_fields=["paid"])
    return debt.credit_id


_KEEP_SPARE = """
    UPDATE points_account a SET spare_minutes = n.spare
    FROM unnest(%s::bigint[], %s::smallint[]) AS n (id, spare) WHERE a.id = n.id
"""
# A reversal is given with the minutes its credit counted, which a cap may have cut.
_DUE = """
    SELECT c.id, coalesce(counted.person_id, c.person_id), c.division_id,
           coalesce(counted.minutes, c.minutes), c.earned_on, counted.id IS NOT NULL
    FROM hours_credit c
    LEFT JOIN points_earning counted
           ON c.source_kind = %(reversal)s AND counted.credit_id = c.source_id
    WHERE c.id > %(beyond)s AND c.counter = %(service)s
      AND (counted.id IS NOT NULL
           OR (c.source_kind = ANY(%(earning)s) AND c.grade IN ('A', 'B') AND c.minutes > 0
               AND greatest(c.earned_on, c.recorded_at::date) >= %(since)s
               AND NOT EXISTS (SELECT 1 FROM hours_hold h
                               WHERE h.credit_id = c.id AND h.state = 'HELD' AND NOT h.is_soft)
               AND NOT EXISTS (SELECT 1 FROM hours_credit r
                               WHERE r.source_kind = %(reversal)s AND r.source_id = c.id)))
      AND NOT EXISTS (SELECT 1 FROM points_earning e WHERE e.credit_id = c.id)
    ORDER BY c.id LIMIT %(most)s
"""
