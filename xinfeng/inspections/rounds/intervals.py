"""Intervals of shares whose observations come in clusters: the lines read at one point.

Point estimate: the ratio of weighted sums. Variance: linearised ratio with points as clusters,
drawn with replacement (Cochran 1977, Sampling Techniques, §6.4 and §11.9), which forgets that
the number of points is finite and is therefore rather too wide than too narrow.
Interval: Korn and Graubard (1998), "Confidence intervals for proportions with small expected
number of positive counts estimated from survey data", Survey Methodology 24: an exact binomial
interval with the effective sample size, corrected for the degrees of freedom.
Sums of independent parts: Zou and Donner (2008), "Construction of confidence limits about
effect measures", Statistics in Medicine 27 (recovered variances).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, stdtrit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SOURCE = "Korn–Graubard (1998)"
LEVEL = 0.95


@dataclass(frozen=True)
class Shares:
    """One row for each group: its share with interval; NaN where it is not known.

    `clusters` and `known` count points and readings behind it.
    """

    share: Floats
    low: Floats
    high: Floats
    clusters: Ints
    known: Ints
    met: Ints


@dataclass(frozen=True)
class Estimate:
    """A share from 0 to 1 with its interval; None: not known."""

    share: float
    low: float | None
    high: float | None


def shares(group: Ints, cluster: Ints, hit: Floats, weight: Floats, groups: int) -> Shares:
    """Weighted share of hits in each group, with the interval; only known readings go in."""
    known = np.bincount(group, minlength=groups)
    met = np.bincount(group, weights=hit, minlength=groups).astype(np.int64)
    pair, of_pair = np.unique(np.stack([group, cluster]), axis=1, return_inverse=True)
    of_pair = of_pair.reshape(-1)
    top = np.bincount(of_pair, weights=weight * hit, minlength=pair.shape[1])
    bottom = np.bincount(of_pair, weights=weight, minlength=pair.shape[1])
    owner = pair[0]
    clusters = np.bincount(owner, minlength=groups)
    whole = np.bincount(owner, weights=bottom, minlength=groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.bincount(owner, weights=top, minlength=groups) / whole
        residual = top - share[owner] * bottom
        spread = np.bincount(owner, weights=residual**2, minlength=groups)
        variance = spread * clusters / (clusters - 1) / whole**2
    # A share of all or none is exact, but for the last bits of a sum.
    share = np.where(met == known, np.where(known > 0, 1.0, np.nan), share)
    share = np.where((met == 0) & (known > 0), 0.0, share)
    low, high = korn_graubard(share, variance, clusters, known)
    return Shares(share, low, high, clusters, known, met)


def korn_graubard(
    share: Floats, variance: Floats, clusters: Ints, known: Ints, level: float = LEVEL
) -> tuple[Floats, Floats]:
    """Limits per row; NaN where fewer than two points were seen: one says nothing of others."""
    half = (1 + level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = share * (1 - share) / variance
        # All or none were met: the points alone count, as if each spoke with one voice.
        effective = np.where((share <= 0) | (share >= 1), clusters, effective)
        # Points more alike than chance would make them tell no more than their readings do.
        effective = np.minimum(effective, known)
        freedom = np.maximum(clusters - 1, 1)
        correction = stdtrit(np.maximum(known - 1, 1), half) / stdtrit(freedom, half)
        size = effective * correction**2
        hits = share * size
        low = np.where(share <= 0, 0.0, betaincinv(hits, size - hits + 1, 1 - half))
        high = np.where(share >= 1, 1.0, betaincinv(hits + 1, size - hits, half))
    few = clusters < 2
    return np.where(few, np.nan, low), np.where(few, np.nan, high)


def together(parts: Sequence[tuple[float, Estimate]]) -> Estimate:
    """The weighted mean of independent parts; without an interval if one part has none."""
    whole = sum(weight for weight, _part in parts)
    share = sum(weight * part.share for weight, part in parts) / whole
    below = above = 0.0
    for weight, part in parts:
        if part.low is None or part.high is None:
            return Estimate(share, None, None)
        below += (weight / whole * (part.share - part.low)) ** 2
        above += (weight / whole * (part.high - part.share)) ** 2
    return Estimate(share, max(0.0, share - below**0.5), min(1.0, share + above**0.5))
