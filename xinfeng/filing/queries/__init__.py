"""What pages ask of tasks, papers and sanctions."""

from .gaps import Gap, Stage, gap_of, gaps, paper_of, papers_with_twins, task_of
from .liaisons import liaisons
from .matrix import Row, matrix
from .review import Waiting, to_review, waiting
from .standing import city_standing, sanctions_of

__all__ = [
    "Gap",
    "Row",
    "Stage",
    "Waiting",
    "city_standing",
    "gap_of",
    "gaps",
    "liaisons",
    "matrix",
    "paper_of",
    "papers_with_twins",
    "sanctions_of",
    "task_of",
    "to_review",
    "waiting",
]
