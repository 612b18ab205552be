"""What a person may reach: roles over spans of divisions, and single places.

Rooms below `people` ask these pure questions; `people.queries` builds the answers from grants
and says so with `@standing.builder`, so that a page of a lower room can ask `standing.of`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

RoleSpan = tuple[str, int, int]


@dataclass(frozen=True)
class Standing:
    """One person's grants on one day: (role, lo, hi) over divisions, and places kept."""

    person_id: int | None = None
    roles: tuple[RoleSpan, ...] = ()
    places: frozenset[int] = frozenset()

    def covers(self, code: int, roles: Collection[str]) -> bool:
        """Does one of these roles reach the division?"""
        return any(role in roles and lo <= code < hi for role, lo, hi in self.roles)

    def covers_all(self, lo: int, hi: int, roles: Collection[str]) -> bool:
        """Does one of these roles reach the whole span?"""
        return any(role in roles and low <= lo and hi <= high for role, low, high in self.roles)

    def spans(self, roles: Collection[str]) -> list[tuple[int, int]]:
        return [(lo, hi) for role, lo, hi in self.roles if role in roles]


NOBODY = Standing()

Builder = Callable[[AbstractBaseUser, date], Standing]
_builders: list[Builder] = []


def builder(build: Builder) -> Builder:
    """Name the one function that reads grants; called when its room is loaded."""
    _builders[:] = [build]
    return build


def of(person: AbstractBaseUser | AnonymousUser, on: date) -> Standing:
    """What this visitor may reach on a day; nothing when not signed in."""
    if not isinstance(person, AbstractBaseUser) or not person.is_authenticated:
        return NOBODY
    assert _builders, "no room has named a builder of standings"
    return _builders[0](person, on)
