"""From the sheets of one sample to its published numbers: pure values, no database.

`weigh` makes weights step by step and tells each; `compute` estimates every question in every
domain with them; `count` only counts, where nobody was drawn by lot. `work_out` does all.
"""

from .computing import Computed, compute, count
from .rows import Asked, Inputs, Settings, Sheet
from .second import apart, second_opinion
from .weights import CannotWeigh, Weighted, weigh
from .working import Outcome, work_out

__all__ = [
    "Asked",
    "CannotWeigh",
    "Computed",
    "Inputs",
    "Outcome",
    "Settings",
    "Sheet",
    "Weighted",
    "apart",
    "compute",
    "count",
    "second_opinion",
    "weigh",
    "work_out",
]
