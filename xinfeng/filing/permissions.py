"""Who may file and who may judge. Pure questions: no queries, no exceptions."""

from xinfeng.base.standing import Standing
from xinfeng.people.models import Role
from xinfeng.people.permissions import OFFICES
from xinfeng.units.models import Unit

# Who looks at what all units filed.
REVIEWS = OFFICES | {Role.INSPECTOR}
LOOKS_ON = REVIEWS | {Role.AUDITOR}


def may_give_tasks(standing: Standing, division_id: int) -> bool:
    """The city office shares the lines out; a county's office does among its own units."""
    return standing.covers(division_id, {Role.CITY_OFFICE, Role.COUNTY_OFFICE})


def may_file(units: frozenset[int], unit_id: int) -> bool:
    """Whoever acts for the unit today."""
    return unit_id in units


def may_judge(standing: Standing, units: frozenset[int], unit: Unit) -> bool:
    """An office or inspector above the unit who is not of it."""
    return unit.pk not in units and standing.covers(unit.division_id, REVIEWS)


def may_see(standing: Standing, units: frozenset[int], unit: Unit) -> bool:
    return unit.pk in units or standing.covers(unit.division_id, LOOKS_ON)


def may_sanction(standing: Standing, division_id: int) -> bool:
    """Propose, confirm and lift: offices of city or county above where it happened."""
    return standing.covers(division_id, {Role.CITY_OFFICE, Role.COUNTY_OFFICE})
