"""What the pages of hours show."""

from .log import LogPage, SignedHead, log_page
from .own import CreditPage, Key, Line, Record, credit_page, every_line, record

__all__ = [
    "CreditPage",
    "Key",
    "Line",
    "LogPage",
    "Record",
    "SignedHead",
    "credit_page",
    "every_line",
    "log_page",
    "record",
]
