"""Phones: one's own, and for an office those of whoever goes out in its area."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q

from xinfeng.base import scope
from xinfeng.base.scope import Span
from xinfeng.base.standing import Standing
from xinfeng.fieldwork.models import Device
from xinfeng.people.models import Grant, Person, PersonState, Role
from xinfeng.people.permissions import OFFICES
from xinfeng.people.queries import masked_names

# Whoever goes out in an office's area; offices look after their own phones themselves.
_GO_OUT = (Role.INSPECTOR, Role.SURVEYOR)
PAGE = 50


@dataclass(frozen=True)
class Goer:
    """Somebody who goes out, with the phones in use."""

    person: Person
    name: str
    phones: int
    seen_at: object


@dataclass(frozen=True)
class Goers:
    lines: list[Goer]
    after: int | None


def devices_of(rights: Standing, person_id: int) -> list[Device]:
    """All phones of one person, those in use first; within what the reader may see."""
    with scope.reading(person_id=rights.person_id, spans=rights.spans(OFFICES)):
        found = Device.objects.filter(person=person_id)
        return list(found.order_by("-revoked_at", "-issued_at", "-pk"))


def goers(spans: Sequence[Span], words: str, after: int, on: date) -> Goers:
    """Inspectors and surveyors who live in these spans, by their number; three queries."""
    roles = Grant.objects.valid_on(on).filter(role__in=_GO_OUT).values("person_id")
    people = Person.objects.filter(
        scope.reached(spans), pk__in=roles, pk__gt=after, state=PersonState.ACTIVE
    )
    if words:
        people = people.filter(username__startswith=words)
    found = list(people.select_related("division").order_by("pk")[: PAGE + 1])
    shown = found[:PAGE]
    numbers = _numbers([person.pk for person in shown], spans)
    names = masked_names(person.pk for person in shown)
    return Goers(
        [
            Goer(person, names.get(person.pk, ""), *numbers.get(person.pk, (0, None)))
            for person in shown
        ],
        shown[-1].pk if len(found) > PAGE else None,
    )


def goer(spans: Sequence[Span], person_id: int) -> Person | None:
    """Somebody whose phones an office looks after: who lives within its spans."""
    people = Person.objects.filter(scope.reached(spans), pk=person_id)
    return people.select_related("division").first()


def _numbers(ids: list[int], spans: Sequence[Span]) -> dict[int, tuple[int, object]]:
    with scope.reading(person_id=None, spans=spans):
        rows = Device.objects.filter(person__in=ids).order_by("person_id").values("person_id")
        counted = rows.annotate(n=Count("pk", filter=Q(revoked_at=None)), last=Max("seen_at"))
        return {row["person_id"]: (row["n"], row["last"]) for row in counted}
