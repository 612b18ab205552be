"""All signs of a survey at once."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

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


def report(sheets: Sheets, seed: int) -> Report:
    """The same sheets and seed give the same report."""
    seconds = np.where(sheets.seconds > 0, sheets.seconds, np.nan)
    of_sheet = {
        "score": sheets.score,
        "seconds": np.log(seconds),
        "straight": is_straight(sheets).astype(np.float64),
        "blanks": (sheets.answers < 0).mean(axis=1),
    }
    return Report(
        len(sheets),
        seed,
        (
            identical(sheets, seed),
            straight_lined(sheets),
            speeders(sheets),
            overlapping(sheets),
            round_times(sheets),
        ),
        tuple(all_alike(sheets, question) for question in range(sheets.answers.shape[1])),
        {name: surveyor_effect(values, sheets, seed) for name, values in of_sheet.items()},
    )
