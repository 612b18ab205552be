"""Every write in this room. One function, one transaction, one journal entry."""

from .holds import Looked, appeal, decide, decide_several, look
from .ledger import Fact, post, reverse

__all__ = [
    "Fact",
    "Looked",
    "appeal",
    "decide",
    "decide_several",
    "look",
    "post",
    "reverse",
]
