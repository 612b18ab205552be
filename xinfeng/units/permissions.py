"""Who may do what with units and points. Pure questions: no queries, no exceptions."""

from xinfeng.base.standing import Standing
from xinfeng.people.permissions import OFFICES, SEES_PEOPLE

from .models import Point, Unit

# Who may look through the whole register: they draw, visit and judge.
READS = SEES_PEOPLE | {"INSPECTOR"}


def may_govern_units(standing: Standing, division_id: int) -> bool:
    """Add, describe and end units: the offices above the unit's division."""
    return standing.covers(division_id, OFFICES)


def may_name(standing: Standing, unit: Unit, heads: frozenset[int]) -> bool:
    """Name and relieve members: the offices above, and for its own people the unit's head."""
    return may_govern_units(standing, unit.division_id) or (
        standing.person_id is not None and standing.person_id in heads
    )


def may_govern_points(standing: Standing, division_id: int) -> bool:
    """Register, suspend and close points: the offices above the point's division."""
    return standing.covers(division_id, OFFICES)


def may_put_in_charge(standing: Standing, point: Point, units: frozenset[int]) -> bool:
    """Say who keeps a point: the offices above it, and the people of its unit."""
    return may_govern_points(standing, point.division_id) or point.unit_id in units


def may_read(standing: Standing, units: frozenset[int]) -> bool:
    """Look through units and points: offices, inspectors, and whoever acts for a unit."""
    return bool(units) or bool(standing.spans(READS))
