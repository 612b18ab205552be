"""Drawing the monthly sample: nothing but a seed, the ids of credits and SHA-256.

A credit of a month is drawn when the first eight bytes of SHA-256 of "seed:id" lie below the
share of all numbers of eight bytes. Anybody can do it again with a list of ids; the seed is
not known before the month is over.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

_ALL = 2**64


def threshold(permille: int) -> bytes:
    """Below it a credit is drawn."""
    return (_ALL * permille // 1000).to_bytes(8, "big")


def is_drawn(seed: str, credit_id: int, permille: int) -> bool:
    return hashlib.sha256(f"{seed}:{credit_id}".encode()).digest()[:8] < threshold(permille)


def drawn(seed: str, credit_ids: Iterable[int], permille: int) -> list[int]:
    """The same as the database does, for whoever does not trust it."""
    return sorted(pk for pk in credit_ids if is_drawn(seed, pk, permille))


def seed_of_words(first: str, second: str) -> str:
    """Neither of the two knows it before both have spoken."""
    return hashlib.sha256(f"{first}\n{second}".encode()).hexdigest()


def month_of(day: date) -> tuple[date, date]:
    """First day of the month, and first day after it."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


# Each credit belongs to the month it was entered in, so that none comes too late to be drawn.
_POPULATION = """
    SELECT c.id, c.person_id, c.division_id, c.recorded_by_id, c.confirmed_by_id
    FROM hours_credit c
    WHERE c.minutes > 0 AND (c.recorded_at >= %(since_at)s AND c.recorded_at < %(until_at)s
        OR c.recorded_at IS NULL AND c.earned_on >= %(since)s AND c.earned_on < %(until)s)
"""
_CASES = """
    INSERT INTO hours_auditcase (draw_id, credit_id, person_id, division_id, recorded_by_id,
        confirmed_by_id)
    SELECT %(draw)s, p.* FROM ({population}) p
    WHERE substring(sha256(convert_to(%(seed)s || p.id, 'UTF8')) FOR 8) < %(below)s
"""


def midnight(day: date) -> datetime:
    """When a day begins in the city."""
    return datetime.combine(day, time(), timezone.get_default_timezone())


def add_cases(draw_id: int, seed: str, permille: int, month: date) -> int:
    """Put the drawn credits of a month into cases; how many credits there were to draw from."""
    values = _days(month) | {
        "draw": draw_id, "seed": f"{seed}:", "below": threshold(permille),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CASES.format(population=_POPULATION), values)
    return len(population(month))


def population(month: date) -> list[int]:
    """The ids that a month's draw chose from."""
    with connection.cursor() as cursor:
        cursor.execute(_POPULATION, _days(month))
        return [row[0] for row in cursor.fetchall()]


def _days(month: date) -> dict[str, date | datetime | int | str | bytes]:
    since, until = month_of(month)
    return {
        "since": since,
        "until": until,
        "since_at": midnight(since),
        "until_at": midnight(until),
    }
