"""What a unit's and a point's page show of rounds: only of those that are over."""

from xinfeng.base import codes
from xinfeng.units import sections
from xinfeng.units.models import Point, Unit
from xinfeng.units.sections import Reader, Section

from . import permissions, queries
from .models import Round, ScoreScope

_SHOWN = 8


@sections.of_unit
def results(unit: Unit, reader: Reader) -> Section:
    placed = queries.placed(ScoreScope.UNIT, [unit.code], each=_SHOWN)
    shown = {"unit": unit, "results": placed.get(unit.code, [])}
    return Section("inspections/_of_unit.html", shown)


@sections.of_point
def visits(point: Point, reader: Reader) -> Section:
    """Before a round is over only whoever runs it learns that the point was drawn."""
    visits = [
        each
        for each in queries.visits_to(point)
        if permissions.may_see_points(
            reader.standing, each.point.round, _span(each.point.round), reader.units
        )
    ]
    return Section("inspections/_of_point.html", {"visits": visits[:_SHOWN]})


def _span(found: Round) -> tuple[int, int]:
    return codes.span(found.division_id, codes.level_of(found.division_id))
