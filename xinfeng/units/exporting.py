"""Units, members and points as Excel tables that an import reads back without a change."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

import xlsxwriter
from django.db.models import QuerySet

from xinfeng.base import codes
from xinfeng.base.codes import Level
from xinfeng.places.models import Division

from .models import MemberRole, Point, PointState, Unit, UnitKind, UnitMember
from .reading.columns import KINDS, MEMBERS, POINTS, ROLES, STATES, UNITS, word_of

_WIDTHS = {"name": 36, "unit_name": 28, "address": 40, "division": 14, "type": 20}
_LEVELS = {"county": Level.COUNTY, "township": Level.TOWNSHIP, "village": Level.VILLAGE}


def units_book(units: "QuerySet[Unit]") -> bytes:
    """Two queries, whatever the number of units."""
    where = _Where()
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
    where = _Where()
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


class _Where:
    """The columns that say where: the code, and the names down to it."""

    def __init__(self) -> None:
        self.names = dict(Division.objects.values_list("code", "name"))

    def cells(self, code: int) -> dict[str, str]:
        level = codes.level_of(code)
        named = {
            column: self.names.get(code // codes.UNIT[at] * codes.UNIT[at], "")
            for column, at in _LEVELS.items()
            if at <= level
        }
        return {"division": str(code), **named}


def _book(
    title: str, columns: Mapping[str, tuple[str, ...]], rows: Iterable[dict[str, Any]]
) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True})
    for i, (column, titles) in enumerate(columns.items()):
        sheet.write_string(0, i, titles[0], bold)
        sheet.set_column(i, i, _WIDTHS.get(column, 12))
    sheet.freeze_panes(1, 2)
    for number, row in enumerate(rows, 1):
        for i, column in enumerate(columns):
            value = row.get(column, "")
            if isinstance(value, float):
                sheet.write_number(number, i, value)
            elif value:
                sheet.write_string(number, i, value)
    book.close()
    return file.getvalue()
