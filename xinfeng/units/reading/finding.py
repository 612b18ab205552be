"""What a row names by a code or by a name."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from xinfeng.base.table_cells import Cells
from xinfeng.units.models import Unit


def unit_told(cells: Cells, units: Sequence[Unit]) -> Unit | None:
    """The unit of a row, by its code or else by its name."""
    code, name = cells.cells.get("unit", ""), cells.cells.get("unit_name", "")
    if not code and not name:
        cells.wrong("unit", _("This cell is empty."), _("Fill it in."))
        return None
    if code:
        found = [unit for unit in units if unit.code == code]
    else:
        found = [unit for unit in units if name in (unit.name, unit.short_name)]
    if len(found) == 1:
        return found[0]
    column = "unit" if code else "unit_name"
    if found:
        cells.wrong(column, _("Several units are called so."), _("Write its code."))
    else:
        cells.wrong(column, _("There is no such unit."), _("Import the units first."))
    return None
