"""The nouns of this room, by what they are about."""

from .ledger import Counter, Credit, CreditQuerySet, Grade, Reason, Source
from .stars import Star

__all__ = [
    "Counter",
    "Credit",
    "CreditQuerySet",
    "Grade",
    "Reason",
    "Source",
    "Star",
]
