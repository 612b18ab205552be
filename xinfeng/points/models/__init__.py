"""The nouns of this room, by what they are about."""

from .accounts import Account, AccountKind, Debt, Earning, Posting, PostingKind, Reading
from .merchants import (
    Merchant,
    MerchantQuerySet,
    MerchantState,
    Reward,
    RewardQuerySet,
    RewardState,
)
from .redemptions import Redemption, RedemptionState, RefundReason
from .tallies import PickUpTally

__all__ = [
    "Account",
    "AccountKind",
    "Debt",
    "Earning",
    "Merchant",
    "MerchantQuerySet",
    "MerchantState",
    "PickUpTally",
    "Posting",
    "PostingKind",
    "Reading",
    "Redemption",
    "RedemptionState",
    "RefundReason",
    "Reward",
    "RewardQuerySet",
    "RewardState",
]
