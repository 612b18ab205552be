"""Units, members and points as Excel tables that an import reads back without a change."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from xinfeng.base import books
from xinfeng.base.table_cells import word_of
from xinfeng.places.exporting import Where

from .models import MemberRole, Point, PointState, Unit, UnitKind, UnitMember
from .reading.columns import KINDS, MEMBERS, POINTS, ROLES, STATES, UNITS

_WIDTHS = {"name": 36, "unit_name": 28, "address": 40, "division": 14, "type": 20}


def units_book(units: "QuerySet[Unit]") -> bytes:
    """Two queries, whatever the number of units."""
    where = Where()
    return _book("责任单位", UNITS, (
        {
            "code": unit.code, "name": unit.name, "short_name": unit.short_name,
            "kind": word_of(KINDS, UnitKind(unit.kind)),
            "parent": unit.parent.code if unit.parent else "",
            **where.cells(unit.division_id),
        }
        for unit in units.select_related("parent")
    ))  # fmt: skip


def members_book(members: Iterable[UnitMember]) -> bytes:
    return _book("单位人员", MEMBERS, (
        {
            "unit": member.unit.code, "unit_name": member.unit.name,
            "username": member.person.username,
            "role": word_of(ROLES, MemberRole(member.role)),
        }
        for member in members
    ))  # fmt: skip


def points_book(points: "QuerySet[Point]") -> bytes:
    """Two queries, whatever the number of points."""
    where = Where()
    related = points.select_related("type", "unit", "place", "person_in_charge")
    return _book("点位", POINTS, (
        {
            "code": point.code, "name": point.name, "type": point.type.name,
            "unit": point.unit.code, "unit_name": point.unit.name, "address": point.address,
            "lon": "" if point.lon_e6 is None else point.lon_e6 / 1e6,
            "lat": "" if point.lat_e6 is None else point.lat_e6 / 1e6,
            "place": point.place.code if point.place else "",
            "charge": point.person_in_charge.username if point.person_in_charge else "",
            "state": word_of(STATES, PointState(point.state)),
            **where.cells(point.division_id),
        }
        for point in related
    ))  # fmt: skip


def _book(
    title: str, columns: Mapping[str, tuple[str, ...]], rows: Iterable[dict[str, Any]]
) -> bytes:
    heads = {column: titles[0] for column, titles in columns.items()}
    return books.table(title, heads, rows, _WIDTHS)
