"""Crediting many people at once, by the rules of `post`, in as few statements as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from xinfeng.base import pack, scope
from xinfeng.base.refusal import Refusal
from xinfeng.base.units import Minutes
from xinfeng.hours.models import Counter, Credit
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .ledger import Fact, post


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
    # In one order, whoever credits several.
    locked = Person.objects.select_for_update(no_key=True).order_by("pk")
    people = locked.in_bulk([one.person_id for one in due])
    try:
        with transaction.atomic():
            _post_all(_within_their_days(due), people, actor, at)
    except IntegrityError:
        # Somebody's time overlaps: one by one says whose, and credits the others.
        return _one_by_one(due, people, actor, at)
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
    rows = (
        Credit.objects.filter(
            person_id__in=person_ids, earned_on__in=days, counter=Counter.SERVICE
        )
        .order_by("person_id", "earned_on")
        .values_list("person_id", "earned_on")
        .annotate(total=Sum("minutes"))
    )
    return {(person, day): total for person, day, total in rows}


def _post_all(
    granted: list[tuple[Due, int]], people: dict[int, Person], actor: Person, at: datetime
) -> None:
    credits = Credit.objects.bulk_create(
        [_credit(one, minutes, at) for one, minutes in granted]
    )
    # Told where the person lives: who is active is counted there.
    journal.record_many(
        "credit.posted",
        [
            journal.Line(
                subject=credit,
                where=people[credit.person_id].division_id,
                on=credit.earned_on,
                details={"minutes": credit.minutes},
            )
            for credit in credits
        ],
        actor=actor,
        at=at,
    )


def _credit(one: Due, minutes: int, at: datetime) -> Credit:
    fact = one.fact
    return Credit(
        person_id=one.person_id,
        division_id=fact.where,
        minutes=minutes,
        earned_on=fact.on,
        source_kind=fact.kind,
        source_id=fact.id,
        counter=fact.counter,
        starts_at=fact.starts_at,
        ends_at=fact.ends_at,
        grade=fact.grade,
        recorded_by_id=fact.recorded_by_id,
        confirmed_by_id=fact.confirmed_by_id,
        recorded_at=at,
    )


def _one_by_one(
    due: Sequence[Due], people: dict[int, Person], actor: Person, at: datetime
) -> dict[int, Refusal]:
    refused: dict[int, Refusal] = {}
    for one in due:
        person = people[one.person_id]
        try:
            post(person=person, minutes=one.minutes, fact=one.fact, actor=actor, at=at)
        except Refusal as refusal:
            refused[one.fact.id] = refusal
    return refused
