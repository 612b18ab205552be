"""What the pages and the other rooms read of the night school."""

from .keepers import classes_with_other_keepers
from .planning import Problem, problem, solve
from .sweeping import (
    classes_to_end,
    classes_to_fill,
    classes_to_lapse,
    sessions_called_off_elsewhere,
    sessions_to_lapse,
)

__all__ = [
    "Problem",
    "classes_to_end",
    "classes_to_fill",
    "classes_to_lapse",
    "classes_with_other_keepers",
    "problem",
    "sessions_called_off_elsewhere",
    "sessions_to_lapse",
    "solve",
]
