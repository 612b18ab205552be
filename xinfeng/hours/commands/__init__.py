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
from .stars import (
    apply_for_star,
    award_star,
    ban_from_stars,
    dismiss_star_objection,
    object_to_star,
    publish_star,
    refuse_star,
    uphold_star_objection,
    withdraw_star,
)
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
    "apply_for_star",
    "award_star",
    "ban_from_stars",
    "check",
    "confirm",
    "contest",
    "correct",
    "decide",
    "decide_several",
    "dismiss",
    "dismiss_star_objection",
    "draw_by_log",
    "give_word",
    "hide_certificate",
    "issue",
    "look",
    "object_to",
    "object_to_star",
    "post",
    "post_many",
    "publish_star",
    "refuse",
    "refuse_contest",
    "refuse_star",
    "reverse",
    "revoke",
    "seal",
    "seal_everything",
    "show_certificate",
    "submit",
    "take_up",
    "transfer",
    "uphold_star_objection",
    "withdraw",
    "withdraw_contest",
    "withdraw_star",
]
