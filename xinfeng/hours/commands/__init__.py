"""Every write in this room. One function, one transaction, one journal entry."""

from .ledger import Fact, post, reverse

__all__ = ["Fact", "post", "reverse"]
