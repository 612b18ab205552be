"""The finding desk: what is open, the most pressing first, narrowed; and what has ended."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from xinfeng.base import codes, pack
from xinfeng.base.scope import Span, reached
from xinfeng.base.snap_classes import SnapClass
from xinfeng.findings.models import (
    ENDED,
    WITH_UNIT,
    Appeal,
    AppealState,
    Finding,
    FindingQuerySet,
    State,
    Warned,
)
from xinfeng.places.models import Division
from xinfeng.places.queries import areas
from xinfeng.units.models import Unit

PAGE = 30


@dataclass(frozen=True)
class Key:
    """Where a page of the list ended: by urgency what is open, by day what has ended."""

    warned: int
    moment: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.warned}_{self.moment.timestamp():.6f}_{self.pk}"


@dataclass(frozen=True)
class Choice:
    """How the desk is narrowed, as the address says it."""

    within: int | None = None
    state: str = ""
    source: str = ""
    unit: int | None = None
    category: str = ""
    warned: int | None = None

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


@dataclass(frozen=True)
class Counts:
    """What is open within the reader's reach, whatever is chosen below."""

    states: dict[str, int]
    warned: dict[int, int]
    appeals: int

    @property
    def open(self) -> int:
        return sum(self.states.values())

    def of(self, *states: str) -> int:
        return sum(self.states.get(state, 0) for state in states)

    @property
    def red(self) -> int:
        return self.warned.get(Warned.RED, 0)

    @property
    def yellow(self) -> int:
        return self.warned.get(Warned.YELLOW, 0)


@dataclass(frozen=True)
class Desk:
    lines: list[Finding]
    after: Key | None
    counts: Counts
    areas: list[Division]
    units: list[Unit]
    # From the city pack, which costs no question.
    categories: tuple[SnapClass, ...]


def desk(spans: Sequence[Span], choice: Choice, *, after: Key | None) -> Desk:
    """A page of the list and what is open in all, in five short queries."""
    found = list(ordered(chosen(spans, choice), choice, after)[: PAGE + 1])
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    return Desk(
        lines=shown,
        after=key_of(last, choice) if last else None,
        counts=counted(spans),
        areas=areas(spans, choice.within),
        units=list(Unit.objects.filter(is_active=True).order_by("code", "pk")),
        categories=pack.load(settings.CITY_PACK).snap_classes,
    )


def within(spans: Iterable[Span]) -> FindingQuerySet:
    return Finding.objects.filter(reached(spans))


def chosen(spans: Iterable[Span], choice: Choice) -> FindingQuerySet:
    found = within(spans)
    found = found.filter(state=choice.state) if choice.state else found.open()
    if choice.within is not None:
        found = found.inside(*codes.span(choice.within, codes.level_of(choice.within)))
    if choice.source:
        found = found.filter(source=choice.source)
    if choice.unit is not None:
        found = found.filter(unit_id=choice.unit)
    if choice.category:
        found = found.filter(category__code=choice.category)
    if choice.warned is not None:
        found = found.filter(warned=choice.warned)
    return found


def ordered(rows: FindingQuerySet, choice: Choice, after: Key | None) -> FindingQuerySet:
    """Overdue first, then due soon, then the earliest; of what has ended the newest first."""
    rows = rows.select_related("division", "unit", "category", "point")
    if choice.has_ended:
        if after:
            older = Q(found_at__lt=after.moment) | Q(found_at=after.moment, pk__lt=after.pk)
            # Said on its own as well: with an “or” the index would be read from its beginning.
            rows = rows.filter(older, found_at__lte=after.moment)
        return rows.order_by("-found_at", "-pk")
    if after:
        later = Q(due_at__gt=after.moment) | Q(due_at=after.moment, pk__gt=after.pk)
        rows = rows.filter(Q(warned__lt=after.warned) | Q(warned=after.warned) & later)
    return rows.order_by("-warned", "due_at", "pk")


def key_of(finding: Finding, choice: Choice) -> Key:
    moment = finding.found_at if choice.has_ended else finding.due_at
    assert moment is not None
    return Key(finding.warned, moment, finding.pk)


def counted(spans: Sequence[Span]) -> Counts:
    rows = (
        within(spans).open().order_by().values_list("state", "warned").annotate(n=Count("pk"))
    )
    states: Counter[str] = Counter()
    warned: Counter[int] = Counter()
    for state, colour, n in rows:
        states[state] += n
        warned[colour] += n
    return Counts(dict(states), dict(warned), open_appeals(spans).count())


def open_appeals(spans: Iterable[Span]) -> QuerySet[Appeal]:
    return Appeal.objects.filter(reached(spans, "finding__division_id"), state=AppealState.OPEN)


def appeals(spans: Sequence[Span]) -> list[Appeal]:
    """What waits to be judged, the earliest day first."""
    rows = open_appeals(spans).select_related("finding__division", "unit")
    return list(rows.order_by("due_at", "pk")[: 4 * PAGE])


def rechecks(spans: Sequence[Span], *, person_id: int, units: frozenset[int]) -> list[Finding]:
    """What this person may re-check: not their own repairs, nor those of their units."""
    rows = to_recheck(spans, person_id=person_id, units=units)
    related = rows.select_related("division", "unit", "category", "point")
    return list(related.order_by("-warned", "due_at", "pk")[: 4 * PAGE])


def to_recheck(
    spans: Sequence[Span], *, person_id: int, units: frozenset[int]
) -> FindingQuerySet:
    rows = within(spans).filter(state=State.REPAIRED).exclude(unit_id__in=units)
    return rows.exclude(repaired_by_id=person_id)


def of_units(unit_ids: frozenset[int]) -> list[Finding]:
    """What these units have to put right, the most pressing first."""
    rows = Finding.objects.filter(unit_id__in=unit_ids, state__in=WITH_UNIT)
    related = rows.select_related("division", "unit", "category", "point")
    return list(related.order_by("-warned", "due_at", "pk")[: 4 * PAGE])


def given_back(unit_ids: frozenset[int]) -> list[Finding]:
    """What these units put right and others look at now, the newest first."""
    rows = Finding.objects.filter(
        unit_id__in=unit_ids, state__in=[State.REPAIRED, State.VERIFIED]
    )
    related = rows.select_related("division", "unit", "category", "point")
    return list(related.order_by("-moved_at", "pk")[:PAGE])
