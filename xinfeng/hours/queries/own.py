"""A person's own record of time, and one credit as an office sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.base.units import Minutes
from xinfeng.hours.models import Credit, CreditQuerySet, Source
from xinfeng.people.models import Person
from xinfeng.people.permissions import UPPER_OFFICES
from xinfeng.people.queries import masked_names
from xinfeng.places.models import Division

PAGE = 50
Key = tuple[date, int]


@dataclass(frozen=True)
class Line:
    credit: Credit
    where: str
    reversed: bool


@dataclass(frozen=True)
class Record:
    """The time one person has given: all of it as a sum, and one page of its lines."""

    total: Minutes
    lines: list[Line]
    after: Key | None


@dataclass(frozen=True)
class CreditPage:
    credit: Credit
    where: str
    name: str
    reversal: Credit | None


def record(person: Person, *, after: Key | None) -> Record:
    with scope.reading(person_id=person.pk, spans=[]):
        own = Credit.objects.of(person)
        rows = own.before(*after) if after else own
        found = list(rows.newest_first()[: PAGE + 1])
        shown = found[:PAGE]
        last = shown[-1] if len(found) > PAGE else None
        return Record(
            total=own.minutes(),
            lines=_lines(shown),
            after=(last.earned_on, last.pk) if last else None,
        )


def every_line(person: Person) -> Iterator[Line]:
    """The whole record for a download, page by page so that memory stays small."""
    after: Key | None = None
    while True:
        page = record(person, after=after)
        yield from page.lines
        if page.after is None:
            return
        after = page.after


def credit_page(credit_id: int, standing: Standing) -> CreditPage | None:
    """One credit, if it lies within the reach of an upper office."""
    with scope.reading(person_id=None, spans=standing.spans(UPPER_OFFICES)):
        credit = Credit.objects.filter(pk=credit_id).first()
        if credit is None:
            return None
        taken_back = Credit.objects.filter(source_kind=Source.REVERSAL, source_id=credit.pk)
        reversal = taken_back.order_by("pk").first()
    names = masked_names([credit.person_id])
    where = _division_names([credit])[credit.division_id]
    return CreditPage(credit, where, names.get(credit.person_id, "*"), reversal)


def _lines(credits: list[Credit]) -> list[Line]:
    names = _division_names(credits)
    reversals: CreditQuerySet = Credit.objects.filter(
        source_kind=Source.REVERSAL, source_id__in=[credit.pk for credit in credits]
    )
    reversed_ids = set(reversals.order_by("pk").values_list("source_id", flat=True))
    return [
        Line(credit, names[credit.division_id], credit.pk in reversed_ids) for credit in credits
    ]


def _division_names(credits: list[Credit]) -> dict[int, str]:
    codes = {credit.division_id for credit in credits}
    known = Division.objects.filter(pk__in=codes).order_by("pk").values_list("pk", "name")
    return {code: str(code) for code in codes} | dict(known)
