"""The nouns of this room, by what they are about."""

from .accounts import Account, AccountKind, Debt, Earning, Posting, PostingKind, Reading
from .merchants import Merchant, MerchantState, Reward, RewardState
from .redemptions import Redemption, RedemptionState, RefundReason

__all__ = [
    "Account",
    "AccountKind",
    "Debt",
    "Earning",
    "Merchant",
    "MerchantState",
    "Posting",
    "PostingKind",
    "Reading",
    "Redemption",
    "RedemptionState",
    "RefundReason",
    "Reward",
    "RewardState",
]
