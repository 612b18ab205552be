"""Standards and what is judged by them; rounds and what is read on them."""

from .evaluations import WHOLE, Evaluation, Result, Score, Verdict
from .filings import Filing, FilingQuerySet, Item
from .standards import Standard, StandardState

__all__ = [
    "WHOLE",
    "Evaluation",
    "Filing",
    "FilingQuerySet",
    "Item",
    "Result",
    "Score",
    "Standard",
    "StandardState",
    "Verdict",
]
