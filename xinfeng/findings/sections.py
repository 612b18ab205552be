"""What a unit's and a point's page show of findings, to whoever may read them."""

from xinfeng.base import clock
from xinfeng.units import sections
from xinfeng.units.models import Point, Unit
from xinfeng.units.sections import Reader, Section

from . import permissions
from .models import Finding
from .permissions import READERS, Caller
from .queries.standing import of_units
from .queries.units import UnitStanding, standing_of, tree_of

_SHOWN = 8


@sections.of_unit
def of_unit(unit: Unit, reader: Reader) -> Section | None:
    """How it stands over the year, and what waits: the unit's own people go to their list,
    others to the desk; whoever reads neither sees the figures only."""
    is_own = unit.pk in reader.units
    standing = None
    if is_own or reader.standing.covers(unit.division_id, READERS):
        standing = standing_of([unit.pk]).get(unit.pk, UnitStanding())
    table = of_units(clock.local_date(reader.at))
    shown = {"unit": unit, "standing": standing, "is_own": is_own, "table": table}
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
