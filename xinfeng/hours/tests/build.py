"""Builders: a credit in one line, written as the command writes it but without a journal."""

from datetime import date
from itertools import count

from xinfeng.base import scope
from xinfeng.hours.models import Credit, Hold, Source
from xinfeng.people.models import Person
from xinfeng.places.models import Division
from xinfeng.places.tests.build import NINE, TODAY, a_city

_facts = count(1)


def a_credit(
    person: Person,
    minutes: int = 120,
    *,
    division: Division | None = None,
    earned_on: date = TODAY,
) -> Credit:
    """Two hours in 茶山村 today, unless the test says otherwise."""
    with scope.whole_city():
        return Credit.objects.create(
            person=person,
            division_id=(division or a_city().village).pk,
            minutes=minutes,
            earned_on=earned_on,
            source_kind=Source.ATTENDANCE,
            source_id=next(_facts),
        )


def a_hold(credit: Credit, *, rule: str = "overlap", **more: object) -> Hold:
    """Held for sharing its time with another credit, unless the test says otherwise."""
    fields = {
        "recorded_by_id": credit.recorded_by_id,
        "confirmed_by_id": credit.confirmed_by_id,
        "details": {"other_credit_id": 1, "minutes": 30},
        "held_at": NINE,
    }
    with scope.whole_city():
        return Hold.objects.create(
            credit=credit, rule=rule, person=credit.person, division_id=credit.division_id,
            earned_on=credit.earned_on, **fields | more,
        )  # fmt: skip
