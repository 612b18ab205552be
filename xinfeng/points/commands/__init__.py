"""Every write in this room. One function, one transaction, one journal entry."""

from .earning import count_hours
from .expiry import expire, tell_of_expiry
from .merchants import (
    NewMerchant,
    NewReward,
    approve_merchant,
    end_merchant,
    name_clerk,
    offer,
    propose_merchant,
    refuse_merchant,
    relieve_clerk,
    restock,
    withdraw,
)
from .redemptions import give_back, hand_out, redeem

__all__ = [
    "NewMerchant",
    "NewReward",
    "approve_merchant",
    "count_hours",
    "end_merchant",
    "expire",
    "give_back",
    "hand_out",
    "name_clerk",
    "offer",
    "propose_merchant",
    "redeem",
    "refuse_merchant",
    "relieve_clerk",
    "restock",
    "tell_of_expiry",
    "withdraw",
]
