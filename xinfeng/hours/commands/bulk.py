"""Crediting many people at once, by the rules of `post`, in as few statements as one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from xinfeng.base import pack, rows, scope
from xinfeng.base.refusal import Refusal
from xinfeng.base.units import Minutes
from xinfeng.hours.models import Counter
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .ledger import Fact, post

# In one order, whoever credits several.
_LOCK = """
    SELECT id FROM people_person WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"""
# Each person's own few, by the index on person and day: asked with one condition on all of
# them, the days of everybody would be read.
_COUNTED = """
    SELECT c.person_id, c.earned_on, sum(c.minutes)
    FROM unnest(%s::bigint[]) AS who (id), unnest(%s::date[]) AS day (earned_on),
    LATERAL (
        SELECT * FROM hours_credit k
        WHERE k.person_id = who.id AND k.earned_on = day.earned_on AND k.counter = %s OFFSET 0
    ) c
    GROUP BY c.person_id, c.earned_on"""
_GIVEN: dict[str, str] = {
    "person_id": "bigint",
    "division_id": "bigint",
    "minutes": "integer",
    "earned_on": "date",
    "source_kind": "smallint",
    "source_id": "bigint",
    "counter": "smallint",
    "starts_at": "timestamptz",
    "ends_at": "timestamptz",
    "grade": "text",
    "recorded_by_id": "bigint",
    "confirmed_by_id": "bigint",
}


@dataclass(frozen=True)
class Due:
    """What one person is to be credited, and on what it stands."""

    person_id: int
    minutes: Minutes
    fact: Fact


@scope.command
def post_many(*, due: Sequence[Due], actor: Person, at: datetime) -> dict[int, Refusal]:
    """Credit many in the transaction that witnessed it; by fact, whom the rules refuse."""
    if any(one.minutes <= 0 for one in due):
        raise Refusal("no_time_given", _("Only time that was given can be credited."))
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted({one.person_id for one in due})])
    try:
        with transaction.atomic():
            _post_all(_within_their_days(due), actor, at)
    except IntegrityError:
        # Somebody's time overlaps: one by one says whose, and credits the others.
        return _one_by_one(due, actor, at)
    return {}


def _within_their_days(due: Sequence[Due]) -> list[tuple[Due, int]]:
    """What the days have room for; nothing for those that are full."""
    most = pack.load(settings.CITY_PACK).rules.service_minutes_a_day
    counted = _counted({one.person_id for one in due}, {one.fact.on for one in due})
    granted = []
    for one in due:
        minutes = int(one.minutes)
        if one.fact.counter == Counter.SERVICE:
            day = (one.person_id, one.fact.on)
            minutes = min(minutes, most - counted.get(day, 0))
            counted[day] = counted.get(day, 0) + max(minutes, 0)
        if minutes > 0:
            granted.append((one, minutes))
    return granted


def _counted(person_ids: set[int], days: set[date]) -> dict[tuple[int, date], int]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [sorted(person_ids), sorted(days), Counter.SERVICE])
        return {(person, day): total for person, day, total in cursor.fetchall()}


def _post_all(granted: Iterable[tuple[Due, int]], actor: Person, at: datetime) -> None:
    given = sorted((_row(one, minutes) for one, minutes in granted), key=itemgetter(0))
    with connection.cursor() as cursor:
        cursor.execute(_post_sql(), [rows.packed(_GIVEN, given), at, at, actor.pk])


@cache
def _post_sql() -> str:
    """One statement that credits and tells the journal, however many there are."""
    names = ", ".join(_GIVEN)
    # Told where the person lives: who is active is counted there.
    told = journal.record_sql(
        "SELECT %s, %s, 'credit.posted', 'hours.credit:' || c.id, p.division_id, c.earned_on,"
        " jsonb_build_object('minutes', c.minutes)"
        " FROM credited c JOIN people_person p ON p.id = c.person_id ORDER BY c.id"
    )
    return f"""
        WITH due AS MATERIALIZED ({rows.sql(_GIVEN)}),
        credited AS (
            INSERT INTO hours_credit ({names}, recorded_at) SELECT {names}, %s FROM due
            RETURNING id, person_id, earned_on, minutes),
        told AS ({told})
        SELECT"""  # noqa: S608


def _row(one: Due, minutes: int) -> tuple[Any, ...]:
    """In the order of the columns of the statement."""
    fact = one.fact
    return (
        one.person_id,
        fact.where,
        minutes,
        fact.on,
        fact.kind,
        fact.id,
        fact.counter,
        fact.starts_at,
        fact.ends_at,
        fact.grade,
        fact.recorded_by_id,
        fact.confirmed_by_id,
    )


def _one_by_one(due: Sequence[Due], actor: Person, at: datetime) -> dict[int, Refusal]:
    refused: dict[int, Refusal] = {}
    people = Person.objects.in_bulk([one.person_id for one in due])
    for one in due:
        person = people[one.person_id]
        try:
            post(person=person, minutes=one.minutes, fact=one.fact, actor=actor, at=at)
        except Refusal as refusal:
            refused[one.fact.id] = refusal
    return refused
