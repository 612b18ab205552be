"""The nouns of this room, by what they are about."""

from .audits import AuditCase, AuditDraw, AuditState, Origin
from .certificates import Certificate, CertificateState, RevocationReason
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
    "Counter",
    "Credit",
    "CreditQuerySet",
    "Finding",
    "Grade",
    "Hold",
    "HoldQuerySet",
    "HoldState",
    "Leaf",
    "LeafKind",
    "ObjectionState",
    "Origin",
    "Reason",
    "RevocationReason",
    "Sequence",
    "Source",
    "Star",
    "StarApplication",
    "StarBan",
    "StarObjection",
    "StarRefusal",
]
