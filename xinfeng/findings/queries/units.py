"""Which units may read of each other, and who is told at a unit."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from xinfeng.findings.models import (
    WITH_UNIT,
    Appeal,
    AppealState,
    Escalation,
    Finding,
    State,
    Warned,
)
from xinfeng.units.models import MemberRole, Unit, UnitMember


def tree_of(unit_ids: Collection[int]) -> frozenset[int]:
    """The units themselves, all above them and all under them."""
    parents = dict(Unit.objects.order_by("pk").values_list("pk", "parent_id"))
    found = set(unit_ids)
    for pk in unit_ids:
        above = parents.get(pk)
        while above is not None and above not in found:
            found.add(above)
            above = parents.get(above)
    below = set(unit_ids)
    while below:
        below = {pk for pk, parent in parents.items() if parent in below} - found
        found |= below
    return frozenset(found)


def people_of(unit_ids: Iterable[int], level: Escalation) -> dict[int, list[int]]:
    """For each unit who works on findings, or who is its head; all where there is no such one.

    Called inside a command: it reads rows about people of the whole city.
    """
    wants_head = level != Escalation.DESK
    members = UnitMember.objects.current().filter(unit_id__in=list(unit_ids))
    found: dict[int, list[tuple[int, bool]]] = {}
    for unit_id, person_id, role in members.order_by("pk").values_list(
        "unit_id", "person_id", "role"
    ):
        found.setdefault(unit_id, []).append((person_id, role == MemberRole.HEAD))
    told = {}
    for unit_id, own in found.items():
        chosen = [person for person, is_head in own if is_head == wants_head]
        told[unit_id] = chosen or [person for person, _is_head in own]
    return told


@dataclass(frozen=True)
class UnitStanding:
    """What a unit has before it: to put right, overdue, with others to look at, appealed."""

    to_mend: int = 0
    overdue: int = 0
    due_at: datetime | None = None
    given_back: int = 0
    appeals: int = 0


def standing_of(unit_ids: Collection[int]) -> dict[int, UnitStanding]:
    """One line for each unit that has any finding open; two queries."""
    rows = (
        Finding.objects.filter(unit_id__in=unit_ids)
        .open()
        .values("unit_id")
        .annotate(
            to_mend=Count("pk", filter=Q(state__in=WITH_UNIT)),
            overdue=Count("pk", filter=Q(state__in=WITH_UNIT, warned=Warned.RED)),
            due_at=Min("due_at", filter=Q(state__in=WITH_UNIT, appealed_at=None)),
            given_back=Count("pk", filter=Q(state=State.REPAIRED)),
        )
        .order_by("unit_id")
    )
    appeals = (
        Appeal.objects.filter(unit_id__in=unit_ids, state=AppealState.OPEN)
        .values("unit_id")
        .annotate(n=Count("pk"))
        .order_by("unit_id")
    )
    of_unit = {row["unit_id"]: row["n"] for row in appeals}
    return {
        row["unit_id"]: UnitStanding(
            row["to_mend"], row["overdue"], row["due_at"], row["given_back"],
            of_unit.get(row["unit_id"], 0),
        )
        for row in rows
    }  # fmt: skip
