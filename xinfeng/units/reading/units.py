"""A table of responsible units."""

from datetime import date

from django.utils.translation import gettext as _

from xinfeng.base.previews import lines
from xinfeng.base.table_cells import Cells
from xinfeng.places.models import Division
from xinfeng.places.told_divisions import ToldDivisions, told_in
from xinfeng.units.models import Unit

from .columns import KINDS, UNITS
from .preview import Preview, Row

NEEDED = ("code", "name", "kind")


def read(data: bytes, today: date) -> Preview:
    """Three queries, whatever the length of the table."""
    return _Reading(today).all(data)


class _Reading:
    def __init__(self, today: date) -> None:
        self.divisions = ToldDivisions(today)
        self.known = {unit.code: unit for unit in Unit.objects.select_related("parent")}
        self.seen: dict[str, int] = {}
        self.parents: list[tuple[Cells, str]] = []
        self.result = Preview()

    def all(self, data: bytes) -> Preview:
        for cells in lines(data, UNITS, NEEDED, self.result.problems):
            before = len(self.result.problems)
            row = self._row(cells)
            if row is not None and len(self.result.problems) == before:
                self.result.rows.append(row)
        # A unit may stand under one that comes later in the table.
        for cells, code in self.parents:
            if code not in self.known and code not in self.seen:
                cells.wrong("parent", _("There is no unit with this code."))
        return self.result

    def _row(self, cells: Cells) -> Row | None:
        code = cells.code(self.seen)
        name = cells.text("name", required=True, most=120)
        kind = cells.one_of("kind", KINDS)
        division = self._division(cells)
        parent = cells.text("parent", most=20)
        if parent:
            self.parents.append((cells, parent))
            if parent == code:
                cells.wrong("parent", _("This unit cannot stand above it."))
        said = {
            "code": code, "name": name, "kind": kind, "parent": parent,
            "short_name": cells.text("short_name", most=40) or name[:40],
        }  # fmt: skip
        if division is None:
            return None
        unit = self.known.get(code)
        if unit is not None:
            self._refuse_silent_moves(cells, unit, division)
        return Row(
            cells.number, name, division.pk, said,
            known_id=unit.pk if unit else None, differs=unit is None or _differs(unit, said),
        )  # fmt: skip

    def _division(self, cells: Cells) -> Division | None:
        """The whole city, where the row says nothing."""
        if not any(cells.cells.get(c) for c in ("division", "county", "township", "village")):
            return self.divisions.by_code.get(self.divisions.city or 0)
        return self.divisions.told(cells)

    @staticmethod
    def _refuse_silent_moves(cells: Cells, unit: Unit, division: Division) -> None:
        if not unit.is_active:
            cells.wrong("code", _("This unit has ended."), _("Give it another code."))
        if unit.division_id != division.pk:
            cells.wrong(told_in(cells), _("The unit belongs to another division."))


def _differs(unit: Unit, said: dict[str, str]) -> bool:
    parent = unit.parent.code if unit.parent else ""
    return parent != said["parent"] or any(
        getattr(unit, name) != said[name] for name in ("name", "short_name", "kind")
    )
