"""What stands behind a credit: a reference to a lower or upper room, put into words.

Rooms above say how their facts are described, with `@describer(Source.…)`; nothing here imports
them. A reversal and a moved credit are described by the credit they are about.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from xinfeng.base import scope

from .models import Credit, Source


@dataclass(frozen=True)
class Described:
    """What order 67 wants of a record: the activity, the organising unit, who was in charge.

    `in_charge` is a masked name; `href` opens the fact itself. Empty where there is none.
    """

    title: str
    organiser: str = ""
    in_charge: str = ""
    place: str = ""
    href: str = ""


Describer = Callable[[list[int]], dict[int, Described]]
_describers: dict[int, Describer] = {}
# Their source id is that of another credit.
ABOUT_A_CREDIT = (Source.REVERSAL, Source.TRANSFER)
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


def _facts(facts: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """The fact at the end of each chain of reversals and moves."""
    for _ in range(_DEEPEST):
        numbers = {number for kind, number in facts.values() if kind in ABOUT_A_CREDIT}
        if not numbers:
            break
        found = Credit.objects.filter(pk__in=numbers).order_by("pk")
        behind = {
            pk: (kind, of)
            for pk, kind, of in found.values_list("pk", "source_kind", "source_id")
        }
        facts = {
            pk: behind.get(number, (kind, number)) if kind in ABOUT_A_CREDIT else (kind, number)
            for pk, (kind, number) in facts.items()
        }
    return facts
