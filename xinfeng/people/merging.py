"""What moves when two accounts are one person: each upper room says it for its own rows."""

from collections.abc import Callable
from datetime import datetime

from .models import Person

# (keep, gone, actor, at): both accounts are locked, in the merge's transaction.
Mover = Callable[[Person, Person, Person, datetime], None]
_movers: list[Mover] = []


def declare(move: Mover) -> Mover:
    """`@merging.declare` over the function that moves a room's rows from `gone` to `keep`."""
    _movers.append(move)
    return move


def move_all(keep: Person, gone: Person, actor: Person, at: datetime) -> None:
    for move in _movers:
        move(keep, gone, actor, at)
