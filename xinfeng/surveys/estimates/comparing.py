"""Estimates set beside each other, a threshold, or last year's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isnan, sqrt

import numpy as np
from scipy.special import stdtr

from .design import Design
from .estimating import mean, share
from .intervals import LEVEL, student
from .labels import Labels
from .quantities import Domains
from .results import Estimate, Estimates


class Verdict(StrEnum):
    MET = "MET"
    NOT_MET = "NOT_MET"
    NOT_KNOWN = "NOT_KNOWN"


def verdict(estimate: Estimate, threshold: float) -> Verdict:
    """Met if the whole interval is at or above the threshold, not met if it is all below.

    An interval that straddles it, or that is not there, leaves it not known.
    """
    if estimate.low is None or estimate.high is None:
        return Verdict.NOT_KNOWN
    if estimate.low >= threshold:
        return Verdict.MET
    return Verdict.NOT_MET if estimate.high < threshold else Verdict.NOT_KNOWN


@dataclass(frozen=True)
class Contrast:
    """A weighted sum of estimates, e.g. this year less last year, and the test that it is 0."""

    value: float | None
    se: float | None
    low: float | None
    high: float | None
    df: int
    p: float | None


def contrast(
    estimates: Estimates, weights: Mapping[str, float], level: float = LEVEL
) -> Contrast:
    """Uses the covariance: years that share their communities differ less than they vary."""
    vector = np.zeros(len(estimates))
    for name, weight in weights.items():
        vector[estimates.place(name)] = weight
    used = [row for row, weight in zip(estimates, vector, strict=True) if weight]
    value = float(vector[vector != 0] @ estimates.values()[vector != 0])
    if isnan(value):
        return Contrast(None, None, None, None, estimates.df, None)
    df = estimates.df
    variance = float(vector @ np.nan_to_num(estimates.covariance) @ vector)
    if df < 1 or variance <= 0 or any(row.se is None for row in used):
        return Contrast(value, None, None, None, df, None)
    se = sqrt(variance)
    low, high = student(value, se, df, level) or (None, None)
    return Contrast(value, se, low, high, df, 2 * float(stdtr(df, -abs(value) / se)))


def change(earlier: Estimate, later: Estimate, df: int, level: float = LEVEL) -> Contrast:
    """Later less earlier, of samples drawn apart: nothing varies together.

    The same as `contrast` over `stack_apart`, from what is kept of each; `df` is that of both
    designs. Where a year shows no variance, there is a difference and no test.
    """
    if earlier.value is None or later.value is None:
        return Contrast(None, None, None, None, df, None)
    value = later.value - earlier.value
    if df < 1 or not earlier.se or not later.se:
        return Contrast(value, None, None, None, df, None)
    se = sqrt(earlier.se**2 + later.se**2)
    low, high = student(value, se, df, level) or (None, None)
    return Contrast(value, se, low, high, df, 2 * float(stdtr(df, -abs(value) / se)))


def holm(p: Sequence[float | None]) -> list[float | None]:
    """P-values of many tests at once, so that 5 % is the chance of any false alarm among them.

    Holm (1979), "A simple sequentially rejective multiple test procedure".
    """
    told = sorted((value, place) for place, value in enumerate(p) if value is not None)
    found: list[float | None] = [None] * len(p)
    worst = 0.0
    for rank, (value, place) in enumerate(told):
        worst = max(worst, min(1.0, value * (len(told) - rank)))
        found[place] = worst
    return found


@dataclass(frozen=True)
class Apart:
    """How far an area is from all the others together, and p for all areas tested at once."""

    name: str
    difference: Contrast
    p: float | None


def against_the_rest(design: Design, y: Labels, by: Domains) -> list[Apart]:
    """Each area against the others, by Holm: of many areas some always look unusual.

    An area of few units says little, so its degrees of freedom are its own; where all in it
    agree, the sample shows no variance, and there is no test.
    """
    values = np.asarray(y, dtype=np.float64)
    estimator = share if np.isin(values[~np.isnan(values)], (0, 1)).all() else mean
    found = [
        _apart(estimator(design, y, _area_and_rest(by, number))) for number in range(len(by))
    ]
    adjusted = holm([each.p for each in found])
    return [Apart(*each) for each in zip(by.names, found, adjusted, strict=True)]


def _apart(both: Estimates) -> Contrast:
    """The contrast with no more degrees of freedom than the area itself has."""
    own = min(both.df, both["area"].df)
    return contrast(Estimates(both.rows, both.covariance, own), {"area": 1, "rest": -1})


def _area_and_rest(by: Domains, number: int) -> Domains:
    codes = np.where(by.codes < 0, -1, (by.codes != number).astype(np.int64))
    return Domains(codes, ("area", "rest"))


@dataclass(frozen=True)
class Place:
    """The best and the worst place that the intervals allow, and who cannot be told apart.

    No place where there is no interval: that is said, not guessed.
    """

    name: str
    best: int | None
    worst: int | None
    tied: tuple[str, ...] = ()


def places(estimates: Sequence[Estimate]) -> list[Place]:
    """Who stands where, best first; one is ahead of another only if their intervals part."""
    told = [row for row in estimates if row.low is not None and row.high is not None]
    low = np.array([row.low for row in told], dtype=np.float64)
    high = np.array([row.high for row in told], dtype=np.float64)
    found = []
    for number, row in enumerate(told):
        better, worse = low > high[number], high < low[number]
        tied = ~(better | worse)
        tied[number] = False
        names = tuple(told[other].name for other in np.flatnonzero(tied))
        best, worst = 1 + int(better.sum()), len(told) - int(worse.sum())
        found.append((-(row.value or 0.0), Place(row.name, best, worst, names)))
    ahead = [place for _value, place in sorted(found, key=lambda item: (item[0], item[1].name))]
    untold = sorted(row.name for row in estimates if row.low is None or row.high is None)
    return ahead + [Place(name, None, None) for name in untold]
