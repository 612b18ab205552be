"""Every write in this room. One function, one transaction, one journal entry."""

from .devices import issue, revoke, see
from .looking import note_submission_view
from .publishing import close_form, close_version, draft, publish, reopen_form, reopen_version
from .receiving import receive, take_in
from .showing import attach, detach
from .withdrawing import withdraw

__all__ = [
    "attach",
    "close_form",
    "close_version",
    "detach",
    "draft",
    "issue",
    "note_submission_view",
    "publish",
    "receive",
    "reopen_form",
    "reopen_version",
    "revoke",
    "see",
    "take_in",
    "withdraw",
]
