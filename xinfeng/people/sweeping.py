"""What is forgotten when its time is over: each room says how long it keeps its own rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise


class Sweeper(Protocol):
    """A command that forgets what is over at a moment, and tells how many rows that was."""

    def __call__(self, *, at: datetime) -> int: ...


@dataclass(frozen=True)
class Swept:
    """One kind of rows with the sentence that says how long they are kept."""

    name: str
    kept: str | Promise
    sweep: Sweeper


_kinds: dict[str, Swept] = {}


def declare(name: str, kept: str | Promise) -> Callable[[Sweeper], Sweeper]:
    """`@sweeping.declare("notices", _("read notices: 180 days"))` over `fn(*, at) -> count`."""
    assert name not in _kinds, f"{name} is swept twice"

    def declared(sweep: Sweeper) -> Sweeper:
        _kinds[name] = Swept(name, kept, sweep)
        return sweep

    return declared


def kinds() -> list[Swept]:
    return list(_kinds.values())
