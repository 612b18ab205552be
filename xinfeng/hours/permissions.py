"""Who may do what with hours. Pure questions: no queries, no exceptions."""

from xinfeng.base.standing import Standing
from xinfeng.people.models import Role
from xinfeng.people.permissions import UPPER_OFFICES

from .models import AuditCase, Credit, Hold


def may_reverse(standing: Standing, credit: Credit) -> bool:
    """City and county offices where the time was given; nobody their own, not even to less."""
    upper = standing.covers(credit.division_id, UPPER_OFFICES)
    return upper and standing.person_id != credit.person_id


def may_look(standing: Standing, city: int) -> bool:
    """Have the rules asked on demand: the city office."""
    return standing.covers(city, {Role.CITY_OFFICE})


def may_decide(standing: Standing, held: Hold | AuditCase) -> bool:
    """City and county offices where the time was given; nobody who stands behind it."""
    behind = {held.person_id, held.recorded_by_id, held.confirmed_by_id}
    return standing.covers(held.division_id, UPPER_OFFICES) and standing.person_id not in behind
