"""Samples of several years in one design, so that their covariance is estimated, not guessed.

The years become domains of the stacked rows: estimate by them, then take a contrast.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .calibrating import Bounds, Calibration, Coded
from .design import BadDesign, Design, Stage, declare
from .labels import Floats, Labels
from .quantities import Domains


def stack_shared(samples: Mapping[str, Design]) -> tuple[Design, Domains]:
    """Samples in the same first-stage units, or some of them: told apart by their labels.

    Their strata bear the same labels and have the same population. Inside the units each year
    is drawn anew.
    """
    return _stacked(samples, shared=1)


def stack_apart(samples: Mapping[str, Design]) -> tuple[Design, Domains]:
    """Samples drawn independently: each has strata of its own, so nothing varies together."""
    return _stacked(samples, shared=0)


def _stacked(samples: Mapping[str, Design], *, shared: int) -> tuple[Design, Domains]:
    depths = {len(design.stages) for design in samples.values()}
    rules = {design.lonely for design in samples.values()}
    if len(depths) != 1 or len(rules) != 1:
        raise BadDesign("the samples differ in their stages or in the rule for lonely units")
    stages = [
        (_together if number < shared else _apart)(
            {name: design.stages[number] for name, design in samples.items()}
        )
        for number in range(depths.pop())
    ]
    weights = np.concatenate([design.weights for design in samples.values()])
    whole = declare(*stages, weights=weights, lonely=rules.pop())
    years = np.repeat(np.arange(len(samples)), [len(design) for design in samples.values()])
    calibrated = _calibrated(whole, list(samples.values()))
    return calibrated, Domains(years.astype(np.int64), tuple(samples))


def _together(stages: Mapping[str, Stage]) -> Stage:
    return Stage(
        _joined([_labels(stage.units) for stage in stages.values()]),
        _column([stage.strata for stage in stages.values()]),
        _column([stage.population for stage in stages.values()]),
        nested=any(stage.nested for stage in stages.values()),
    )


def _apart(stages: Mapping[str, Stage]) -> Stage:
    strata = []
    for name, stage in stages.items():
        own = [""] * len(stage.units) if stage.strata is None else stage.strata
        strata.append(np.array([f"{name}: {label}" for label in own]))
    populations = _column([stage.population for stage in stages.values()])
    units = _joined([_labels(stage.units) for stage in stages.values()])
    # The same unit may have been drawn in both years, each time in that year's stratum.
    return Stage(units, _joined(strata), populations, nested=True)


def _column(columns: list[Labels | None]) -> NDArray[Any] | None:
    given = [_labels(column) for column in columns if column is not None]
    if given and len(given) != len(columns):
        raise BadDesign("one sample has strata or populations, and another has none")
    return _joined(given) if given else None


def _labels(labels: Labels) -> NDArray[Any]:
    return np.asarray(labels)


def _joined(columns: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(columns)


def _calibrated(whole: Design, samples: list[Design]) -> Design:
    """The margins of each sample stay its own; of the other rows they say nothing."""
    if all(design.calibration is None for design in samples):
        return whole
    if len({_bounds(design) for design in samples}) > 1:
        raise BadDesign("the samples were raked to different bounds")
    margins, start = [], 0
    for design in samples:
        end = start + len(design)
        for margin in design.calibration.margins if design.calibration else ():
            codes = np.full(len(whole), -1, dtype=np.int64)
            codes[start:end] = margin.codes
            margins.append(Coded(margin.name, codes, margin.cells, margin.targets))
        start = end
    base = np.concatenate([_base(design) for design in samples])
    units = len(whole.last.stratum)
    how = Calibration(
        base, whole.weights, tuple(margins), whole.last.unit, units, _bounds(samples[0])
    )
    return replace(whole, calibration=how)


def _base(design: Design) -> Floats:
    return design.calibration.base if design.calibration else design.weights


def _bounds(design: Design) -> Bounds | None:
    return design.calibration.bounds if design.calibration else None
