"""What stands behind a credit: a reference to a lower or upper room, put into words.

Rooms above say how their facts are described, with `@describer(Source.…)`; nothing here imports
them. A reversal and a moved credit are described by the credit they are about.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from xinfeng.base import scope

from .models import Contest, Credit, EntryKind, EntryLine, Source
from .models.entries import SOURCE_OF


@dataclass(frozen=True)
class Described:
    """What order 67 wants of a record: the activity, the organising unit, who was in charge.

    `in_charge` is a masked name; `href` opens the fact itself. Empty where there is none.
    `subjects` are what the journal calls the things behind it.
    """

    title: str
    organiser: str = ""
    in_charge: str = ""
    place: str = ""
    href: str = ""
    subjects: tuple[str, ...] = ()


_Fact = tuple[int, int]


@dataclass(frozen=True)
class Where:
    """Facts of one team or one place on some days: since ≤ day < until."""

    since: date
    until: date
    team_id: int | None = None
    place_id: int | None = None


Describer = Callable[[list[int]], dict[int, Described]]
Finder = Callable[["Where"], list[int]]
_describers: dict[int, Describer] = {}
_finders: dict[int, Finder] = {}
# Their source id is that of another credit, or of a contest about one.
ABOUT_A_CREDIT = (Source.REVERSAL, Source.TRANSFER, Source.CORRECTION)
# A credit may be moved, moved again and then taken back.
_DEEPEST = 5


def describer(kind: Source) -> Callable[[Describer], Describer]:
    """Name the one function that describes facts of a kind; called when its room is loaded."""

    def name(describe: Describer) -> Describer:
        assert kind not in _describers, f"{kind!r} is described twice"
        assert kind not in ABOUT_A_CREDIT, "this kind is described by the credit it is about"
        _describers[kind] = describe
        return describe

    return name


def finder(kind: Source) -> Callable[[Finder], Finder]:
    """Name the one function that lists the facts of a team or place."""

    def name(find: Finder) -> Finder:
        assert kind not in _finders, f"{kind!r} is found twice"
        _finders[kind] = find
        return find

    return name


def facts_at(where: Where) -> dict[int, list[int]]:
    """By kind, the ids of the facts of a team or place on some days."""
    with scope.whole_city():
        return {kind: find(where) for kind, find in _finders.items()}


def describe(credits: Iterable[Credit]) -> dict[int, Described]:
    """Each credit's fact in words, by the credit's id; for readers entitled to the credits."""
    with scope.whole_city():
        facts = _facts({c.pk: (c.source_kind, c.source_id) for c in credits})
        asked: dict[int, set[int]] = {}
        for kind, number in facts.values():
            asked.setdefault(kind, set()).add(number)
        said = {
            kind: _describers[kind](sorted(numbers))
            for kind, numbers in asked.items()
            if kind in _describers
        }
    return {
        pk: said.get(kind, {}).get(number) or Described(str(Source(kind).label))
        for pk, (kind, number) in facts.items()
    }


def _facts(facts: dict[int, _Fact]) -> dict[int, _Fact]:
    """The fact at the end of each chain of reversals, moves and corrections."""
    for _ in range(_DEEPEST):
        chained = {fact for fact in facts.values() if fact[0] in ABOUT_A_CREDIT}
        if not chained:
            break
        behind = _behind(chained)
        facts = {pk: behind.get(fact, fact) for pk, fact in facts.items()}
    return facts


def _behind(chained: set[_Fact]) -> dict[_Fact, _Fact]:
    """The facts of the credits that these facts are about."""
    contests = {number for kind, number in chained if kind == Source.CORRECTION}
    contested = Contest.objects.filter(pk__in=contests).order_by("pk") if contests else None
    of_contest = dict(contested.values_list("pk", "credit_id")) if contested else {}
    about = {
        (kind, number): of_contest.get(number) if kind == Source.CORRECTION else number
        for kind, number in chained
    }
    found = Credit.objects.filter(pk__in=[pk for pk in about.values() if pk]).order_by("pk")
    rows = found.values_list("pk", "source_kind", "source_id")
    behind = {pk: (kind, number) for pk, kind, number in rows}
    return {fact: behind[pk] for fact, pk in about.items() if pk in behind}


def _entered(line_ids: list[int]) -> dict[int, Described]:
    """Hours entered by hand: what was done, for which team."""
    lines = EntryLine.objects.filter(pk__in=line_ids).order_by("pk")
    return {
        line.pk: Described(
            title=line.entry.title,
            organiser=line.entry.team.name if line.entry.team else "",
            place=line.entry.team.division.name if line.entry.team else "",
            href=reverse("hours:entry", args=[line.entry_id]),
            subjects=(f"hours.hourentry:{line.entry_id}",),
        )
        for line in lines.select_related("entry__team__division")
    }


def _entered_for(kind: EntryKind) -> Finder:
    def find(where: Where) -> list[int]:
        if where.team_id is None:
            return []
        lines = EntryLine.objects.filter(
            entry__kind=kind, entry__team_id=where.team_id,
            on__gte=where.since, on__lt=where.until, credited_minutes__isnull=False,
        )  # fmt: skip
        return list(lines.order_by("pk").values_list("pk", flat=True))

    return find


for _entry_kind, _kind in SOURCE_OF.items():
    describer(_kind)(_entered)
    finder(_kind)(_entered_for(_entry_kind))
