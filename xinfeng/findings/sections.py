"""What a unit's and a point's page show of findings, to whoever may read them."""

from xinfeng.units import sections
from xinfeng.units.models import Point, Unit
from xinfeng.units.sections import Reader, Section

from . import permissions
from .models import Finding
from .permissions import READERS, Caller
from .queries.units import UnitStanding, standing_of, tree_of

_SHOWN = 8


@sections.of_unit
def of_unit(unit: Unit, reader: Reader) -> Section | None:
    """How many wait, and where: the unit's own people go to their list, others to the desk."""
    is_own = unit.pk in reader.units
    if not is_own and not reader.standing.covers(unit.division_id, READERS):
        return None
    standing = standing_of([unit.pk]).get(unit.pk, UnitStanding())
    shown = {"unit": unit, "standing": standing, "is_own": is_own}
    return Section("findings/_of_unit.html", shown)


@sections.of_point
def of_point(point: Point, reader: Reader) -> Section | None:
    """The newest findings at the point; whatever this reader may not see is not counted."""
    tree = tree_of(reader.units) if reader.units else frozenset()
    caller = Caller(standing=reader.standing, units=reader.units, tree=tree)
    rows = Finding.objects.filter(point=point).select_related("unit", "division", "category")
    newest = rows.order_by("-found_at", "-pk")[: 4 * _SHOWN]
    found = [each for each in newest if permissions.may_see(caller, each)]
    return Section("findings/_of_point.html", {"findings": found[:_SHOWN]})
