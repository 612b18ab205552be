"""What ends when an account is closed or erased: each upper room says it for its own rows."""

from collections.abc import Callable
from datetime import datetime

from .models import Person

# (person, actor, at): the account is locked, in the transaction that ends it.
Ender = Callable[[Person, Person, datetime], None]
_enders: list[Ender] = []


def declare(end: Ender) -> Ender:
    """`@leaving.declare` over the function that ends memberships, future sign-ups and the like.

    What was done stays; what holds words of the person or about them is emptied.
    """
    _enders.append(end)
    return end


def end_all(person: Person, actor: Person, at: datetime) -> None:
    for end in _enders:
        end(person, actor, at)
