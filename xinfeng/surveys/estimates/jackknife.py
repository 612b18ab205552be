"""The second opinion: leave one first-stage unit out at a time and look how estimates move.

JKn (Wolter 2007, Introduction to Variance Estimation, §4.5; Rust and Rao 1996), or JK1 where
there is one stratum. Calibrated weights are calibrated anew in each replicate. Deviations are
taken from the mean of the stratum's replicates. The population of the first stage counts when
it alone carries the variance; with later stages it is left out, which is rather too wide.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from .design import BadDesign, Design
from .labels import Floats, Ints
from .quantities import Quantity


@dataclass(frozen=True)
class Replicated:
    """One value with standard error for each domain; None is not known."""

    names: tuple[str, ...]
    values: tuple[float | None, ...]
    se: tuple[float | None, ...]
    covariance: Floats
    replicates: int


def jackknife(design: Design, quantity: Quantity) -> Replicated:
    """Values and errors by replicates. Raises BadDesign where a stratum has one unit."""
    first = design.first
    if (first.drawn < 2).any():
        raise BadDesign("a stratum with one unit has no replicate: join it to another")
    base = design.weights if design.calibration is None else design.calibration.base
    replicates = np.stack(
        [_without(design, base, unit, quantity) for unit in range(len(first.stratum))]
    )
    middle = np.stack([_mean(replicates, first.stratum, h) for h in range(len(first.drawn))])
    left_out = first.left_out if len(design.levels) == 1 else np.ones(len(first.drawn))
    scale = (left_out * (first.drawn - 1) / first.drawn)[first.stratum]
    apart = replicates - middle[first.stratum]
    together = apart.T @ (apart * scale[:, None])
    values = quantity.values(design.weights)
    return Replicated(
        quantity.by.names,
        tuple(_known(value) for value in values),
        tuple(None if np.isnan(v) else sqrt(v) for v in np.diagonal(together)),
        together, len(replicates),
    )  # fmt: skip


def _without(design: Design, base: Floats, unit: int, quantity: Quantity) -> Floats:
    first = design.first
    stratum = first.stratum[unit]
    drawn = first.drawn[stratum]
    factors = np.where(first.stratum == stratum, drawn / (drawn - 1), 1.0)
    factors[unit] = 0
    weights = base * factors[first.unit]
    if design.calibration is not None:
        weights = design.calibration.again(weights)
    return quantity.values(weights)


def _mean(replicates: Floats, strata: Ints, stratum: int) -> Floats:
    found: Floats = replicates[strata == stratum].mean(axis=0)
    return found


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
