"""Who may do what with hours. Pure questions: no queries, no exceptions."""

from xinfeng.base.standing import Standing
from xinfeng.people.permissions import UPPER_OFFICES

from .models import Credit


def may_reverse(standing: Standing, credit: Credit) -> bool:
    """City and county offices where the time was given; nobody their own, not even to less."""
    upper = standing.covers(credit.division_id, UPPER_OFFICES)
    return upper and standing.person_id != credit.person_id
