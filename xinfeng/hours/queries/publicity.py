"""The publicity list: who was credited what, under masked names, for anybody to look at.

Children under 14 never appear. Whose age nobody knows appears without a name, so that an
account without an age escapes nobody's eye.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q

from xinfeng.base import pack, scope
from xinfeng.hours import sources
from xinfeng.hours.models import Credit, CreditQuerySet
from xinfeng.hours.sources import Described, Where
from xinfeng.people.queries import ages, masked_names

PAGE = 50
ADULT_ENOUGH = 14
Key = tuple[int, date, int]


@dataclass(frozen=True)
class Line:
    credit: Credit
    # Empty: nobody knows how old the person is.
    name: str
    described: Described


@dataclass(frozen=True)
class Listed:
    """One page of the list, and the key of the next one."""

    lines: list[Line]
    after: Key | None


@dataclass(frozen=True)
class Chosen:
    """Whose list: a span of divisions, or one team or place."""

    lo: int
    hi: int
    team_id: int | None = None
    place_id: int | None = None


def months(today: date) -> list[date]:
    """First days of the months that are shown, the present one first."""
    most = max(pack.load(settings.CITY_PACK).rules.publicity_months, 1)
    index = today.year * 12 + today.month - 1
    return [date(i // 12, i % 12 + 1, 1) for i in range(index, index - most, -1)]


def listed(chosen: Chosen, month: date, *, today: date, after: Key | None) -> Listed:
    """Standing credits of a month, place by place and day by day."""
    until = _following(month)
    with scope.whole_city():
        rows = Credit.objects.standing().filter(earned_on__gte=month, earned_on__lt=until)
        rows = _of(rows, chosen, Where(month, until, chosen.team_id, chosen.place_id))
        if after is not None:
            rows = rows.filter(_later(after))
        found = list(rows.order_by("division_id", "earned_on", "pk")[: PAGE + 1])
        shown = found[:PAGE]
        lines = _lines(shown, today)
    last = shown[-1] if len(found) > PAGE else None
    return Listed(lines, (last.division_id, last.earned_on, last.pk) if last else None)


def line(credit_id: int, today: date) -> Line | None:
    """A credit that stands on the list now; None for any other, whatever the reason."""
    with scope.whole_city():
        first = months(today)[-1]
        found = Credit.objects.standing().filter(pk=credit_id, earned_on__gte=first)
        credit = found.filter(earned_on__lte=today).order_by("pk").first()
        lines = _lines([credit], today) if credit else []
    return lines[0] if lines else None


def _of(rows: CreditQuerySet, chosen: Chosen, where: Where) -> CreditQuerySet:
    if chosen.team_id is None and chosen.place_id is None:
        return rows.filter(division_id__gte=chosen.lo, division_id__lt=chosen.hi)
    facts = Q(pk__in=[])
    for kind, ids in sources.facts_at(where).items():
        facts |= Q(source_kind=kind, source_id__in=ids)
    return rows.filter(facts)


def _later(after: Key) -> Q:
    division, day, pk = after
    return Q(division_id__gt=division) | Q(division_id=division) & (
        Q(earned_on__gt=day) | Q(earned_on=day, pk__gt=pk)
    )


def _lines(credits: list[Credit], today: date) -> list[Line]:
    people = {credit.person_id for credit in credits}
    known = ages(people, today)
    names = masked_names(person for person in people if known.get(person) is not None)
    shown = [credit for credit in credits if _may_stand(known.get(credit.person_id))]
    described = sources.describe(shown)
    return [Line(c, names.get(c.person_id, ""), described[c.pk]) for c in shown]


def _may_stand(age: int | None) -> bool:
    return age is None or age >= ADULT_ENOUGH


def _following(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
