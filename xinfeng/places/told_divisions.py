"""The division that a row of an office's table names: by its code, or from the county down."""

from datetime import date

from django.utils.translation import gettext as _

from xinfeng.base import codes
from xinfeng.base.codes import Level
from xinfeng.base.table_cells import Cells

from .models import Division


class ToldDivisions:
    """The divisions of a day, by code and by name below what lies above."""

    def __init__(self, day: date | None) -> None:
        found = Division.objects.all() if day is None else Division.objects.as_of(day)
        self.by_code = {division.code: division for division in found}
        self.by_name: dict[tuple[int, str], int] = {}
        for division in self.by_code.values():
            above = codes.parent(division.code, Level(division.level))
            self.by_name.setdefault((above or 0, division.name), division.code)
        self.city = next((c for c, d in self.by_code.items() if d.level == Level.CITY), None)

    def told(self, cells: Cells) -> Division | None:
        """What the row says, or None with the problem noted."""
        column = told_in(cells)
        code = self._coded(cells) if column == "division" else self._named(cells)
        division = self.by_code.get(code)
        if division is None and code >= 0:
            cells.wrong(
                column,
                _("There is no such division in this city."),
                _("Look the village up in the list of divisions; check the spelling."),
            )
        return division

    @staticmethod
    def _coded(cells: Cells) -> int:
        try:
            return codes.pad(cells.cells.get("division", "").removesuffix(".0"))
        except ValueError:
            cells.wrong("division", _("A division code has 4, 6, 9 or 12 digits."))
            return -1

    def _named(self, cells: Cells) -> int:
        """From the city down by name; empty cells end the way."""
        code = self.city or 0
        for column in ("county", "township", "village"):
            name = cells.cells.get(column, "")
            if not name:
                break
            below = self.by_name.get((code, name))
            if below is None:
                return 0
            code = below
        return code


def told_in(cells: Cells) -> str:
    """The column that says where: the code if there is one, else the deepest name."""
    if cells.cells.get("division"):
        return "division"
    named = [c for c in ("village", "township", "county") if cells.cells.get(c)]
    return named[0] if named else "division"
