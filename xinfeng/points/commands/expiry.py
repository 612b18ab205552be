"""The end of a year: what is left expires, and people are told before."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, pack, scope
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.points.models import Account, AccountKind, Posting, PostingKind, Reading

from . import accounts

journal.declare(
    {
        "points.expired": gettext_lazy("let the points of a year expire"),
        "points.expiry_told": gettext_lazy("told people that their points will expire"),
    }
)
notices.declare(
    {"points.expire_soon": gettext_lazy("The points that you do not use expire on %(day)s.")}
)

TOLD_AT_ONCE = 5_000


@scope.command
def expire(*, at: datetime) -> Reading:
    """After the 31st of December nothing is left of the year's points."""
    reading = accounts.alone(at)
    close_years(reading, at)
    return reading


@scope.command
def tell_of_expiry(*, at: datetime) -> int:
    """Once a year, some weeks before its end: whoever has points is told; returns how many."""
    reading = accounts.alone(at)
    today = clock.local_date(at)
    last = date(today.year, 12, 31)
    notice = timedelta(days=pack.load(settings.CITY_PACK).rules.points_notice_days)
    if reading.told_year == today.year or today < last - notice:
        return 0
    holding = Account.objects.filter(kind=AccountKind.PERSON, balance__gt=0).order_by("pk")
    holders = [pk for pk in holding.values_list("person_id", flat=True) if pk]
    for first in range(0, len(holders), TOLD_AT_ONCE):
        some = holders[first : first + TOLD_AT_ONCE]
        tell("points.expire_soon", some, at=at, href=reverse("points:mine"), day=last)
    reading.told_year = today.year
    reading.save(update_fields=["told_year"])
    journal.record(
        "points.expiry_told", reading, actor=None, at=at, on=today, people=len(holders)
    )
    return len(holders)


def close_years(reading: Reading, at: datetime) -> None:
    """Let what is left of past years expire, before anything of this year is counted."""
    closed = clock.local_date(at).year - 1
    if reading.expired_year is not None and reading.expired_year >= closed:
        return
    last = date(closed, 12, 31)
    with connection.cursor() as cursor:
        # One order of locks, the same as everywhere.
        cursor.execute(_LOCK)
        cursor.execute(
            _EXPIRE,
            {"pot": accounts.of_city(AccountKind.EXPIRY).pk, "at": at, "on": last},
        )
        people = cursor.rowcount
    reading.expired_year = closed
    reading.save(update_fields=["expired_year"])
    journal.record(
        "points.expired", reading, actor=None, at=at, where=accounts.city_code(), on=last,
        people=people, year=closed,
    )  # fmt: skip


def close_years_of(account: Account, at: datetime) -> None:
    """The same for one account that is locked already, where the job has not come yet."""
    closed = clock.local_date(at).year - 1
    reading = Reading.objects.filter(expired_year__lt=closed).order_by("pk").first()
    if reading is None or account.balance == 0 or account.person_id is None:
        return
    Posting.objects.create(
        kind=PostingKind.EXPIRED,
        giver=account,
        taker=accounts.of_city(AccountKind.EXPIRY),
        points=account.balance,
        person_id=account.person_id,
        division_id=account.division_id,
        posted_at=at,
        posted_on=date(closed, 12, 31),
    )
    account.refresh_from_db(fields=["balance"])


_LOCK = """
    SELECT 1 FROM points_account WHERE kind = 'PERSON' AND balance > 0
    ORDER BY id FOR NO KEY UPDATE
"""
_EXPIRE = """
    INSERT INTO points_posting
        (kind, giver_id, taker_id, points, person_id, division_id, posted_at, posted_on)
    SELECT 'EXPIRED', id, %(pot)s, balance, person_id, division_id, %(at)s, %(on)s
    FROM points_account WHERE kind = 'PERSON' AND balance > 0
"""
