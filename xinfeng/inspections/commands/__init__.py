"""Every write in this room. One function, one transaction, one journal entry."""

from .evaluation import evaluate
from .filings import file, withdraw
from .standards import copy_draft, import_standard, publish, rewrite

__all__ = [
    "copy_draft",
    "evaluate",
    "file",
    "import_standard",
    "publish",
    "rewrite",
    "withdraw",
]
