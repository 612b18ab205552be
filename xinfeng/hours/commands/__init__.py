"""Every write in this room. One function, one transaction, one journal entry."""

from .bulk import Due, post_many
from .ledger import Fact, post, reverse

__all__ = ["Due", "Fact", "post", "post_many", "reverse"]
