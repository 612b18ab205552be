"""Every write in this room. One function, one transaction, one journal entry."""

from .devices import issue, revoke, see
from .publishing import close_form, close_version, draft, publish, reopen_form
from .receiving import receive, take_in
from .withdrawing import withdraw

__all__ = [
    "close_form",
    "close_version",
    "draft",
    "issue",
    "publish",
    "receive",
    "reopen_form",
    "revoke",
    "see",
    "take_in",
    "withdraw",
]
