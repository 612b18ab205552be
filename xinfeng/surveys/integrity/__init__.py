"""Signs that answers are not what residents said, each beside what chance alone would bring.

A sign is not a proof and names nobody guilty: it says where to call back first. Pure values in,
pure values out; the permutations come from a seed, so that a report can be made again.
"""

from .calling_back import Agreement, agreement, to_call_back
from .copies import identical
from .haste import overlapping, round_times, speeders
from .report import Report, report
from .sameness import all_alike, straight_lined
from .sheets import Kind, Sheets, Sign
from .surveyors import Effect, surveyor_effect

__all__ = [
    "Agreement",
    "Effect",
    "Kind",
    "Report",
    "Sheets",
    "Sign",
    "agreement",
    "all_alike",
    "identical",
    "overlapping",
    "report",
    "round_times",
    "speeders",
    "straight_lined",
    "surveyor_effect",
    "to_call_back",
]
