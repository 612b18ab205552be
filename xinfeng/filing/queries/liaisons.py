"""Whom to ask at a unit."""

from collections import defaultdict
from collections.abc import Collection

from xinfeng.base import scope
from xinfeng.people.queries import masked_names
from xinfeng.units.models import MemberRole, UnitMember


def liaisons(unit_ids: Collection[int]) -> dict[int, list[str]]:
    """The masked names of each unit's liaisons today; units without one are left out."""
    with scope.whole_city():
        rows = list(
            UnitMember.objects.current()
            .filter(unit_id__in=unit_ids, role=MemberRole.LIAISON)
            .order_by("pk")
            .values_list("unit_id", "person_id")
        )
        names = masked_names({person_id for _unit, person_id in rows})
    found: dict[int, list[str]] = defaultdict(list)
    for unit_id, person_id in rows:
        found[unit_id].append(names[person_id])
    return dict(found)
