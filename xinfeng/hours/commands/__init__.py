"""Every write in this room. One function, one transaction, one journal entry."""

from .audits import check, draw_by_log, give_word
from .bulk import Due, post_many
from .certificates import hide_certificate, issue, revoke, show_certificate
from .contests import Span, contest, correct, refuse_contest, withdraw_contest
from .entries import NewEntry, NewLine, confirm, refuse, submit, withdraw
from .holds import Looked, appeal, decide, decide_several, look
from .ledger import Fact, post, reverse
from .log import Sealed, seal, seal_everything
from .objections import dismiss, object_to, take_up
from .transfer import Transferred, transfer

__all__ = [
    "Due",
    "Fact",
    "Looked",
    "NewEntry",
    "NewLine",
    "Sealed",
    "Span",
    "Transferred",
    "appeal",
    "check",
    "confirm",
    "contest",
    "correct",
    "decide",
    "decide_several",
    "dismiss",
    "draw_by_log",
    "give_word",
    "hide_certificate",
    "issue",
    "look",
    "object_to",
    "post",
    "post_many",
    "refuse",
    "refuse_contest",
    "reverse",
    "revoke",
    "seal",
    "seal_everything",
    "show_certificate",
    "submit",
    "take_up",
    "transfer",
    "withdraw",
    "withdraw_contest",
]
