"""All signs of a survey at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from xinfeng.surveys.estimates.labels import Floats

from .copies import identical
from .haste import overlapping, round_times, speeders
from .sameness import all_alike, is_straight, straight_lined
from .sheets import Sheets, Sign
from .surveyors import Effect, surveyor_effect


@dataclass(frozen=True)
class Report:
    """Signs, and how far four things of a sheet depend on the surveyor."""

    sheets: int
    seed: int
    signs: tuple[Sign, ...]
    # Communities where everybody agreed, by question.
    alike: tuple[Sign, ...]
    effects: Mapping[str, Effect]


def report(sheets: Sheets, seed: int, tell: Callable[[float], None] | None = None) -> Report:
    """The same sheets and seed give the same report; `tell` hears how far it is."""
    signs = (
        identical(sheets, seed),
        straight_lined(sheets),
        speeders(sheets),
        overlapping(sheets),
        round_times(sheets),
    )
    alike = tuple(all_alike(sheets, question) for question in range(sheets.answers.shape[1]))
    effects = {}
    for number, (name, values) in enumerate(_of_sheet(sheets).items(), start=1):
        if tell:
            tell(number / (len(OF_SHEET) + 1))
        effects[name] = surveyor_effect(values, sheets, seed)
    return Report(len(sheets), seed, signs, alike, effects)


# What of a sheet may depend on whoever asked.
OF_SHEET = ("score", "seconds", "straight", "blanks")


def _of_sheet(sheets: Sheets) -> dict[str, Floats]:
    seconds = np.where(sheets.seconds > 0, sheets.seconds, np.nan)
    return {
        "score": sheets.score,
        "seconds": np.log(seconds),
        "straight": is_straight(sheets).astype(np.float64),
        "blanks": (sheets.answers < 0).mean(axis=1),
    }
