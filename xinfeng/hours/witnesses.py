"""What was seen of the fact behind a credit, as somebody who decides on a hold reads it.

Rooms above say it for their facts with `@witness(Source.…)`; nothing here imports them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from xinfeng.base import scope

from .models import Credit, Source


@dataclass(frozen=True)
class Seen:
    """One thing that was recorded, when, and by whom: a masked name, or nobody."""

    at: datetime | None
    what: str
    who: str = ""


Witness = Callable[[int], list[Seen]]
_witnesses: dict[int, Witness] = {}


def witness(kind: Source) -> Callable[[Witness], Witness]:
    """Name the one function that opens facts of a kind; called when its room is loaded."""

    def name(see: Witness) -> Witness:
        assert kind not in _witnesses, f"{kind!r} has two witnesses"
        _witnesses[kind] = see
        return see

    return name


def seen(credit: Credit) -> list[Seen]:
    """For readers entitled to the credit; empty where nothing was kept."""
    see = _witnesses.get(credit.source_kind)
    if see is None:
        return []
    with scope.whole_city():
        return see(credit.source_id)
