"""A person's own record of time, and one credit as an office sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.base.units import Minutes
from xinfeng.hours import sources
from xinfeng.hours.models import Contest, ContestState, Counter, Credit, Hold
from xinfeng.hours.sources import Described
from xinfeng.journal import commands as journal
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person
from xinfeng.people.permissions import UPPER_OFFICES
from xinfeng.people.queries import masked_names
from xinfeng.places.models import Division

PAGE = 25
Key = tuple[date, int]


@dataclass(frozen=True)
class Line:
    """One line of a record, with all that is known of it."""

    credit: Credit
    where: str
    described: Described
    reversed: bool
    held: bool
    contest: Contest | None

    @property
    def may_be_contested(self) -> bool:
        is_open = self.contest is not None and self.contest.state == ContestState.OPEN
        return self.credit.minutes > 0 and not self.reversed and not is_open


@dataclass(frozen=True)
class Totals:
    """What a person has given; under review is part of the service until it is decided."""

    service: Minutes
    training: Minutes
    this_year: Minutes
    under_review: Minutes


@dataclass(frozen=True)
class Record:
    """The time one person has given: all of it as sums, and one page of its lines."""

    totals: Totals
    lines: list[Line]
    after: Key | None


@dataclass(frozen=True)
class Happening:
    """A line of the journal about a credit or what it stands on."""

    entry: Entry
    sentence: str
    who: str


@dataclass(frozen=True)
class CreditPage:
    """One credit and everything that led to it and came of it."""

    credit: Credit
    where: str
    name: str
    described: Described
    reversal: Credit | None
    contests: list[Contest]
    holds: list[Hold]
    happenings: list[Happening]


def record(person: Person, *, after: Key | None, today: date) -> Record:
    with scope.reading(person_id=person.pk, spans=[]):
        own = Credit.objects.of(person)
        rows = own.before(*after) if after else own
        found = list(rows.newest_first()[: PAGE + 1])
        shown = found[:PAGE]
        last = shown[-1] if len(found) > PAGE else None
        totals, held = _totals(person, today)
        return Record(
            totals=totals,
            lines=_lines(shown, held),
            after=(last.earned_on, last.pk) if last else None,
        )


def every_line(person: Person, today: date) -> Iterator[Line]:
    """The whole record for a download, page by page so that memory stays small."""
    after: Key | None = None
    while True:
        page = record(person, after=after, today=today)
        yield from page.lines
        if page.after is None:
            return
        after = page.after


def own_credit(person: Person, credit_id: int) -> Line | None:
    """One line of one's own record."""
    with scope.reading(person_id=person.pk, spans=[]):
        found = list(Credit.objects.of(person).filter(pk=credit_id))
        lines = _lines(found, _held([credit.pk for credit in found]))
    return lines[0] if lines else None


def credit_page(credit_id: int, standing: Standing) -> CreditPage | None:
    """One credit, if it lies within the reach of an upper office."""
    with scope.reading(person_id=None, spans=standing.spans(UPPER_OFFICES)):
        credit = Credit.objects.filter(pk=credit_id).first()
        if credit is None:
            return None
        reversal = Credit.objects.reversals([credit.pk]).first()
        contests = list(Contest.objects.filter(credit=credit).order_by("pk"))
        holds = list(Hold.objects.filter(credit=credit).order_by("pk"))
    described = sources.describe([credit])[credit.pk]
    names = masked_names([credit.person_id])
    return CreditPage(
        credit=credit,
        where=_division_names([credit])[credit.division_id],
        name=names.get(credit.person_id, "*"),
        described=described,
        reversal=reversal,
        contests=contests,
        holds=holds,
        happenings=_happenings(credit, described, reversal, contests),
    )


def _totals(person: Person, today: date) -> tuple[Totals, set[int]]:
    """Sums over the whole record in one pass, and the credits that are under review."""
    service = Q(counter=Counter.SERVICE)
    this_year = service & Q(earned_on__gte=today.replace(month=1, day=1))
    held = Hold.objects.open().filter(person=person).order_by("pk")
    held_ids = set(held.values_list("credit_id", flat=True))
    sums = Credit.objects.of(person).aggregate(
        service=Sum("minutes", filter=service),
        training=Sum("minutes", filter=Q(counter=Counter.TRAINING)),
        this_year=Sum("minutes", filter=this_year),
        under_review=Sum("minutes", filter=service & Q(pk__in=held_ids)),
    )
    return Totals(**{name: Minutes(total or 0) for name, total in sums.items()}), held_ids


def _held(credit_ids: list[int]) -> set[int]:
    held = Hold.objects.open().filter(credit_id__in=credit_ids).order_by("pk")
    return set(held.values_list("credit_id", flat=True))


def _lines(credits: list[Credit], held: set[int]) -> list[Line]:
    ids = [credit.pk for credit in credits]
    names = _division_names(credits)
    reversals = Credit.objects.reversals(ids).values_list("source_id", flat=True)
    reversed_ids = set(reversals)
    contests = {c.credit_id: c for c in Contest.objects.filter(credit__in=ids).order_by("pk")}
    described = sources.describe(credits)
    return [
        Line(
            credit=credit,
            where=names[credit.division_id],
            described=described[credit.pk],
            reversed=credit.pk in reversed_ids,
            held=credit.pk in held,
            contest=contests.get(credit.pk),
        )
        for credit in credits
    ]


def _happenings(
    credit: Credit, described: Described, reversal: Credit | None, contests: list[Contest]
) -> list[Happening]:
    """What the journal says of the credit, its reversal, its contests and what it stands on."""
    subjects = [f"hours.credit:{credit.pk}", *described.subjects]
    subjects += [f"hours.credit:{reversal.pk}"] if reversal else []
    subjects += [f"hours.contest:{contest.pk}" for contest in contests]
    entries = list(Entry.objects.filter(subject__in=subjects).order_by("pk"))
    names = masked_names(entry.actor_id for entry in entries if entry.actor_id)
    said = journal.sentences()
    return [
        Happening(
            entry,
            str(said.get(entry.verb, entry.verb)),
            names.get(entry.actor_id, "") if entry.actor_id else "",
        )
        for entry in entries
    ]


def _division_names(credits: list[Credit]) -> dict[int, str]:
    codes = {credit.division_id for credit in credits}
    known = Division.objects.filter(pk__in=codes).order_by("pk").values_list("pk", "name")
    return {code: str(code) for code in codes} | dict(known)
