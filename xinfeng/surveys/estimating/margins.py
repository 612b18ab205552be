"""Known totals made ready for raking: small cells joined, blanks kept apart, one population."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xinfeng.surveys.estimates import Margin
from xinfeng.surveys.estimates.labels import Floats

# Sheets that leave the margin blank, or say what nobody has counted.
UNTOLD = "?"
TOGETHER = "+"


@dataclass(frozen=True)
class Ready:
    """A margin as it is raked to, and what was done to make it fit."""

    margin: Margin
    joined: tuple[tuple[str, ...], ...]
    untold: int
    # What its totals were multiplied by, so that all margins count the same people.
    scaled: float

    def as_json(self, before: Floats, after: Floats) -> dict[str, Any]:
        labels = np.asarray(self.margin.labels)
        return {
            "name": self.margin.name, "joined": [list(each) for each in self.joined],
            "untold": self.untold, "scaled": self.scaled,
            "cells": [
                {
                    "key": key, "sheets": int((labels == key).sum()), "target": target,
                    "before": float(before[labels == key].sum()),
                    "after": float(after[labels == key].sum()),
                }
                for key, target in self.margin.targets.items()
            ],
        }  # fmt: skip


def ready(
    name: str, labels: Sequence[str], totals: Mapping[str, int], weights: Floats,
    population: float, least: int,
) -> Ready:  # fmt: skip
    """`totals` in the order in which cells are neighbours; `population` is what all count."""
    cell_of, joined = _joined(labels, totals, least)
    told = np.array([cell_of.get(label, UNTOLD) for label in labels])
    targets: Counter[str] = Counter()
    for key, people in totals.items():
        targets[cell_of[key]] += people
    untold = told == UNTOLD
    # Those who do not say keep the share that their weights give them.
    silent = float(weights[untold].sum() / weights.sum())
    scale = population * (1 - silent) / sum(totals.values())
    wanted = {key: people * scale for key, people in targets.items()}
    if untold.any():
        wanted[UNTOLD] = population * silent
    return Ready(Margin(name, told, wanted), joined, int(untold.sum()), scale)


def _joined(
    labels: Sequence[str], totals: Mapping[str, int], least: int
) -> tuple[dict[str, str], tuple[tuple[str, ...], ...]]:
    """The cell of each key, and which keys share one since one of them has too few sheets."""
    there = Counter(labels)
    groups = [[key] for key in totals]
    while len(groups) > 1:
        sizes = [sum(there[key] for key in group) for group in groups]
        small = next((place for place, size in enumerate(sizes) if size < least), None)
        if small is None:
            break
        near = small + 1 if small + 1 < len(groups) else small - 1
        first, second = sorted((small, near))
        groups[first : second + 1] = [groups[first] + groups[second]]
    cells = {key: TOGETHER.join(group) for group in groups for key in group}
    return cells, tuple(tuple(group) for group in groups if len(group) > 1)
