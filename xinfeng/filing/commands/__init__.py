"""Every write in this room. One function, one transaction, one journal entry."""

from .papers import NewPaper, accept, file_paper, grade, return_paper, withdraw
from .sanctions import NewSanction, confirm, lift, propose, refuse
from .tasks import NewTask, end_task, give_task, import_tasks

__all__ = [
    "NewPaper",
    "NewSanction",
    "NewTask",
    "accept",
    "confirm",
    "end_task",
    "file_paper",
    "give_task",
    "grade",
    "import_tasks",
    "lift",
    "propose",
    "refuse",
    "return_paper",
    "withdraw",
]
