"""The nouns of this room, by what they are about."""

from .audits import AuditCase, AuditDraw, AuditState, Origin
from .holds import AGAINST, FOR, Appeal, Finding, Hold, HoldQuerySet, HoldState
from .ledger import Counter, Credit, CreditQuerySet, Grade, Reason, Source
from .stars import Star

__all__ = [
    "AGAINST",
    "FOR",
    "Appeal",
    "AuditCase",
    "AuditDraw",
    "AuditState",
    "Counter",
    "Credit",
    "CreditQuerySet",
    "Finding",
    "Grade",
    "Hold",
    "HoldQuerySet",
    "HoldState",
    "Origin",
    "Reason",
    "Source",
    "Star",
]
