"""A whole table of units, members or points at once: all of it, or nothing."""

import hashlib
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.previews import LARGEST
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.permissions import OFFICES
from xinfeng.people.queries import standing_of
from xinfeng.units import permissions, reading
from xinfeng.units.models import MemberRole, Point, Sheet, SheetKind, Unit
from xinfeng.units.reading.preview import Row

from .members import put_member

journal.declare(
    {
        "unit_sheet.added": gettext_lazy("uploaded a table of units, members or points"),
        "unit_sheet.imported": gettext_lazy("imported units, members or points from a table"),
        "unit_sheets.forgotten": gettext_lazy("let tables go that were never imported"),
    }
)
KEPT_FOR = timedelta(days=30)
_UNIT_FIELDS = ("name", "short_name", "kind")
_POINT_FIELDS = ("name", "address", "type_id", "unit_id", "place_id", "person_in_charge_id",
                 "lat_e6", "lon_e6")  # fmt: skip


@scope.command
def add_sheet(
    *, kind: SheetKind, name: str, content: bytes, actor: Person, at: datetime
) -> Sheet:
    """Keep a table for its preview; it changes nothing yet."""
    if not standing_of(actor, clock.local_date(at)).spans(OFFICES):
        raise Forbidden("not_an_office", _("Only offices import such tables."))
    if not content or len(content) > LARGEST:
        raise Refusal(
            "sheet_size",
            _("A table must hold something and be at most %(mb)s MB.")
            % {"mb": LARGEST // 2**20},
        )
    sheet = Sheet.objects.create(
        kind=kind, name=name[:120], content=content,
        digest=hashlib.sha256(content).hexdigest(), added_by=actor, added_at=at,
    )  # fmt: skip
    journal.record("unit_sheet.added", sheet, actor=actor, at=at, bytes=len(content))
    return sheet


@scope.command
def import_sheet(*, sheet_id: int, actor: Person, at: datetime) -> Sheet:
    """Every row becomes what it says; a single problem stops it all."""
    sheet = Sheet.objects.select_for_update(of=("self",)).filter(pk=sheet_id).first()
    if sheet is None or sheet.added_by_id != actor.pk:
        raise Forbidden("not_your_sheet", _("This is not your table."))
    if sheet.imported_at is not None:
        return sheet
    kind = SheetKind(sheet.kind)
    found = reading.preview(kind, bytes(sheet.content), clock.local_date(at))
    if found.problems:
        raise Refusal(
            "sheet_has_problems", _("The table still has problems; nothing was imported.")
        )
    _refuse_strange_rows(found.rows, actor, at)
    write = {
        SheetKind.UNITS: _units,
        SheetKind.MEMBERS: _members,
        SheetKind.POINTS: _points,
    }
    write[kind](found.rows, actor, at)
    sheet.imported_at, sheet.content = at, b""
    sheet.added, sheet.changed = found.new, found.changed
    sheet.save(update_fields=["imported_at", "content", "added", "changed"])
    for division_id in sorted({row.division_id for row in found.rows if row.differs}):
        journal.record(
            "unit_sheet.imported", sheet, actor=actor, at=at, where=division_id,
            on=clock.local_date(at), kind=kind.value,
        )  # fmt: skip
    return sheet


@scope.command
def forget_sheets(*, at: datetime) -> int:
    """Tables that nobody imported within a month are let go."""
    old = Sheet.objects.filter(imported_at=None, added_at__lt=at - KEPT_FOR)
    oldest = old.order_by("pk").first()
    if oldest is None:
        return 0
    journal.record("unit_sheets.forgotten", oldest, actor=None, at=at, sheets=old.count())
    return old.delete()[0]


def _refuse_strange_rows(rows: list[Row], actor: Person, at: datetime) -> None:
    reach = standing_of(actor, clock.local_date(at))
    for row in rows:
        if row.differs and not permissions.may_govern_points(reach, row.division_id):
            raise Forbidden(
                "not_your_area",
                _("Row %(row)s (%(name)s) lies outside your area; nothing was imported.")
                % {"row": row.number, "name": row.name},
            )


def _units(rows: list[Row], actor: Person, at: datetime) -> None:
    today = clock.local_date(at)
    Unit.objects.bulk_create(
        Unit(
            code=row.said["code"], division_id=row.division_id, since=today,
            **{name: row.said[name] for name in _UNIT_FIELDS},
        )
        for row in rows
        if row.known_id is None
    )  # fmt: skip
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=[
        code for row in rows for code in (row.said["code"], row.said["parent"]) if code
    ])}  # fmt: skip
    for row in rows:
        unit = units[row.said["code"]]
        unit.parent = units.get(row.said["parent"])
        for name in _UNIT_FIELDS:
            setattr(unit, name, row.said[name])
    _refuse_rings(units)
    changed = [units[row.said["code"]] for row in rows if row.differs]
    Unit.objects.bulk_update(changed, [*_UNIT_FIELDS, "parent"], batch_size=500)


def _refuse_rings(units: dict[str, Unit]) -> None:
    """No unit stands under itself, however long the way round."""
    above: dict[int, int | None] = dict(Unit.objects.values_list("pk", "parent_id"))
    above |= {unit.pk: unit.parent_id for unit in units.values()}
    for first in above:
        seen: set[int] = set()
        now = above[first]
        while now is not None and now not in seen:
            if now == first:
                raise Refusal("unit_parent_impossible", _("This unit cannot stand above it."))
            seen.add(now)
            now = above.get(now)


def _members(rows: list[Row], actor: Person, at: datetime) -> None:
    changing = [row for row in rows if row.differs]
    locked = Unit.objects.select_for_update(of=("self",)).order_by("pk")
    units = locked.in_bulk([row.said["unit_id"] for row in changing])
    people = Person.objects.in_bulk([row.said["person_id"] for row in changing])
    # Those who stop being head first, so that the chair is free for the new one.
    for row in sorted(changing, key=lambda row: row.said["role"] == MemberRole.HEAD):
        said = row.said
        put_member(units[said["unit_id"]], people[said["person_id"]], said["role"], actor, at)


def _points(rows: list[Row], actor: Person, at: datetime) -> None:
    today = clock.local_date(at)
    Point.objects.bulk_create(
        [
            Point(
                code=row.said["code"], division_id=row.division_id, since=today,
                state=row.said["state"], **{name: row.said[name] for name in _POINT_FIELDS},
            )
            for row in rows
            if row.known_id is None
        ],
        batch_size=2000,
    )  # fmt: skip
    changing = {row.known_id: row for row in rows if row.known_id and row.differs}
    points = list(Point.objects.select_for_update(of=("self",)).filter(pk__in=changing))
    for point in points:
        for name in _POINT_FIELDS:
            setattr(point, name, changing[point.pk].said[name])
    fields = [name.removesuffix("_id") for name in _POINT_FIELDS]
    Point.objects.bulk_update(points, fields, batch_size=500)
