"""The nouns of this room, by what they are about."""

from .audits import AuditCase, AuditDraw, AuditState, Origin
from .certificates import Certificate, CertificateState, RevocationReason
from .contests import (
    Contest,
    ContestQuerySet,
    ContestState,
    Doubt,
    DoubtState,
    Objection,
)
from .days import Day, DayFilling
from .entries import (
    EntryKind,
    EntryLine,
    EntryReason,
    EntryState,
    Evidence,
    HourEntry,
    Outcome,
    Refused,
)
from .holds import AGAINST, FOR, Appeal, Finding, Hold, HoldQuerySet, HoldState
from .ledger import Counter, Credit, CreditQuerySet, Grade, Reason, Source
from .log import Checkpoint, Leaf, LeafKind, Sequence
from .stars import (
    LEVELS,
    ApplicationState,
    BanGround,
    ObjectionState,
    Star,
    StarApplication,
    StarBan,
    StarObjection,
    StarRefusal,
)

__all__ = [
    "AGAINST",
    "FOR",
    "LEVELS",
    "Appeal",
    "ApplicationState",
    "AuditCase",
    "AuditDraw",
    "AuditState",
    "BanGround",
    "Certificate",
    "CertificateState",
    "Checkpoint",
    "Contest",
    "ContestQuerySet",
    "ContestState",
    "Counter",
    "Credit",
    "CreditQuerySet",
    "Day",
    "DayFilling",
    "Doubt",
    "DoubtState",
    "EntryKind",
    "EntryLine",
    "EntryReason",
    "EntryState",
    "Evidence",
    "Finding",
    "Grade",
    "Hold",
    "HoldQuerySet",
    "HoldState",
    "HourEntry",
    "Leaf",
    "LeafKind",
    "Objection",
    "ObjectionState",
    "Origin",
    "Outcome",
    "Reason",
    "Refused",
    "RevocationReason",
    "Sequence",
    "Source",
    "Star",
    "StarApplication",
    "StarBan",
    "StarObjection",
    "StarRefusal",
]
