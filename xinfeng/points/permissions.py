"""Who may do what with points. Pure questions: no queries, no exceptions."""

from xinfeng.base.standing import Standing
from xinfeng.people.permissions import OFFICES

from .models import Merchant, Redemption


def may_decide(standing: Standing, merchant: Merchant) -> bool:
    """The offices above a merchant, but nobody about their own."""
    above = standing.covers(merchant.division_id, OFFICES)
    return above and standing.person_id != merchant.keeper_id


def may_run(standing: Standing, merchant: Merchant) -> bool:
    """Its keeper and the clerks: rewards, stock and codes."""
    return merchant.is_run_by(standing.person_id)


def may_name_clerks(standing: Standing, merchant: Merchant) -> bool:
    return standing.person_id is not None and standing.person_id == merchant.keeper_id


def may_confirm(standing: Standing, redemption: Redemption) -> bool:
    """Whoever runs the merchant, but nobody hands out to themselves."""
    own = standing.person_id == redemption.person_id
    return may_run(standing, redemption.merchant) and not own


def may_give_back(standing: Standing, redemption: Redemption) -> bool:
    """Oneself before it is picked up; the merchant and the office above it at any time."""
    if standing.person_id == redemption.person_id:
        return redemption.picked_up_at is None
    return may_run(standing, redemption.merchant) or standing.covers(
        redemption.division_id, OFFICES
    )
