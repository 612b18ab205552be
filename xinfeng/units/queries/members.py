"""Who acts for which unit today. Answers hold ids only, so that every room may ask."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from xinfeng.base import scope
from xinfeng.base.scope import Span
from xinfeng.units.models import MemberRole, UnitMember


def units_of(person_id: int | None) -> frozenset[int]:
    """The units that somebody acts for now, in any role; none for nobody."""
    return _units(person_id, MemberRole.values)


def units_headed_by(person_id: int | None) -> frozenset[int]:
    return _units(person_id, [MemberRole.HEAD])


def members_of(unit_id: int) -> frozenset[int]:
    """Everybody who acts for a unit now: who may not judge what it repaired."""
    with scope.whole_city():
        rows = UnitMember.objects.current().filter(unit_id=unit_id)
        return frozenset(rows.values_list("person_id", flat=True))


def heads(unit_id: int) -> frozenset[int]:
    """The head of a unit, to whom reminders go up; empty while nobody is named."""
    return heads_of_units([unit_id]).get(unit_id, frozenset())


def heads_of_units(unit_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """The heads of many units at once; units without one are left out."""
    with scope.whole_city():
        rows = UnitMember.objects.current().filter(
            unit_id__in=list(unit_ids), role=MemberRole.HEAD
        )
        found: dict[int, set[int]] = defaultdict(set)
        for unit_id, person_id in rows.values_list("unit_id", "person_id"):
            found[unit_id].add(person_id)
    return {unit_id: frozenset(people) for unit_id, people in found.items()}


def members_within(spans: Sequence[Span]) -> list[UnitMember]:
    """Who acts for the units of an area now, for an export by its office."""
    with scope.reading(person_id=None, spans=spans):
        rows = UnitMember.objects.current().select_related("unit", "person")
        return list(rows.order_by("unit__division_id", "unit__code", "role", "pk"))


def _units(person_id: int | None, roles: Iterable[str]) -> frozenset[int]:
    if person_id is None:
        return frozenset()
    with scope.whole_city():
        rows = UnitMember.objects.current().filter(
            person_id=person_id, role__in=list(roles), unit__is_active=True
        )
        return frozenset(rows.values_list("unit_id", flat=True))
