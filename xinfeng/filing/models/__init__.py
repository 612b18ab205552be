"""The nouns of this room, by what they are about."""

from .papers import Grade, Letter, Paper, PaperQuerySet, PaperState
from .sanctions import Sanction, SanctionState
from .tasks import Part, Task, TaskQuerySet

__all__ = [
    "Grade",
    "Letter",
    "Paper",
    "PaperQuerySet",
    "PaperState",
    "Part",
    "Sanction",
    "SanctionState",
    "Task",
    "TaskQuerySet",
]
