"""Every write in this room. One function, one transaction, one journal entry."""

from .bulk import Due, post_many
from .holds import Looked, appeal, decide, decide_several, look
from .ledger import Fact, post, reverse
from .log import Sealed, seal, seal_everything

__all__ = [
    "Due",
    "Fact",
    "Looked",
    "Sealed",
    "appeal",
    "decide",
    "decide_several",
    "look",
    "post",
    "post_many",
    "reverse",
    "seal",
    "seal_everything",
]
