"""Builders: a credit in one line, written as the command writes it but without a journal."""

from datetime import date
from itertools import count

from xinfeng.base import scope
from xinfeng.hours.models import Credit, Source
from xinfeng.people.models import Person
from xinfeng.places.models import Division
from xinfeng.places.tests.build import TODAY, a_city

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
