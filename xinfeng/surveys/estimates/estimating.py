"""Mean, total, ratio and share with their standard errors by Taylor linearisation.

Binder (1983), "On the variances of asymptotically normal estimators from complex surveys":
the variance of an estimate is that of the total of what each respondent contributes to it.
"""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from .design import Design
from .intervals import LEVEL, Ends, Method, Observed, of_share, student
from .labels import Floats, Ints, Labels, added, sums
from .quantities import Domains, Quantity, Ratio, Sum, everybody
from .results import Estimate, Estimates
from .variance import covariance

# What rounding leaves of a share whose every answer is the same.
DUST = 1e-12


def mean(design: Design, y: Labels, by: Domains | None = None) -> Estimates:
    """The mean of a value; NaN or None is a blank answer and leaves the denominator."""
    return estimate(design, Ratio(_numbers(y), None, _by(design, by)))


def total(design: Design, y: Labels, by: Domains | None = None) -> Estimates:
    """The sum over the population of those whose answer is known."""
    return estimate(design, Sum(_numbers(y), _by(design, by)))


def ratio(design: Design, top: Labels, bottom: Labels, by: Domains | None = None) -> Estimates:
    return estimate(design, Ratio(_numbers(top), _numbers(bottom), _by(design, by)))


def share(
    design: Design,
    hit: Labels,
    by: Domains | None = None,
    *,
    method: Method = Method.KORN_GRAUBARD,
    level: float = LEVEL,
    assumed_effect: float | None = None,
) -> Estimates:
    """The share of 1 among 1 and 0, by domain; blank leaves the denominator.

    `assumed_effect` is the design effect reckoned with where all or none said yes; without it,
    that of the weights.
    """
    hits = _numbers(hit)
    if not np.isin(hits[~np.isnan(hits)], (0, 1)).all():
        raise ValueError("a share is of answers that are 1, 0 or blank")
    effect = design.weight_effect if assumed_effect is None else assumed_effect
    quantity = Ratio(hits, None, _by(design, by))
    return estimate(design, quantity, Wanted(method, level, effect))


@dataclass(frozen=True)
class Wanted:
    """Which interval; `edge` is the design effect reckoned with at 0 and 100 %."""

    method: Method = Method.STUDENT
    level: float = LEVEL
    edge: float = 1.0


def estimate(design: Design, quantity: Quantity, wanted: Wanted | None = None) -> Estimates:
    """Estimate a quantity in each of its domains, with the covariance among them."""
    if len(quantity.known) != len(design):
        raise ValueError(f"{len(quantity.known)} answers for {len(design)} rows of the design")
    values = quantity.values(design.weights)
    influence = quantity.influence(design.weights, values)
    together = covariance(design, _totals(design, quantity, influence))
    counts = _counts(design, quantity)
    simple = _as_if_simple(design, quantity, influence, counts)
    wanted = wanted or Wanted()
    variances = np.diagonal(together)
    rows = tuple(
        _row(
            _empty(name, counts, number, wanted),
            float(values[number]),
            float(variances[number]),
            float(simple[number]),
            wanted.edge,
        )
        for number, name in enumerate(quantity.by.names)
    )
    return Estimates(rows, together, design.df)


def _by(design: Design, by: Domains | None) -> Domains:
    return everybody(len(design)) if by is None else by


def _numbers(values: Labels) -> Floats:
    # None becomes NaN, True becomes 1.
    return np.asarray(values, dtype=np.float64)


def _totals(design: Design, quantity: Quantity, influence: Floats) -> Floats:
    """What each unit of the last level contributes to each domain's value."""
    known, width = quantity.known, len(quantity.by)
    units = len(design.last.stratum)
    domain, moved = quantity.by.codes[known], influence[known]
    keys = design.last.unit[known] * width + domain
    found = added(keys, design.weights[known] * moved, units * width)
    found = found.reshape(units, width)
    if design.calibration is None:
        return found
    return design.calibration.residual(found, known, domain, moved)


@dataclass(frozen=True)
class Counts:
    """Of each domain: how many answered and were asked, whom they stand for, and the df left.

    Degrees of freedom: first-stage units less strata, of those in which somebody answered.
    """

    n: Ints
    asked: Ints
    weight: Floats
    df: Ints


def _counts(design: Design, quantity: Quantity) -> Counts:
    known, codes, width = quantity.known, quantity.by.codes, len(quantity.by)
    units = len(design.first.stratum)
    keys = design.first.unit[known] * width + codes[known]
    there = np.bincount(keys, minlength=units * width).reshape(units, width) > 0
    strata = sums(design.first.stratum, there.astype(np.float64), len(design.first.drawn))
    return Counts(
        np.bincount(codes[known], minlength=width),
        np.bincount(codes[codes >= 0], minlength=width),
        added(codes[known], design.weights[known], width),
        there.sum(axis=0) - (strata > 0).sum(axis=0),
    )


def _as_if_simple(
    design: Design, quantity: Quantity, influence: Floats, counts: Counts
) -> Floats:
    """The variance that n simple random answers, without replacement, would have.

    The population's variance of what each contributes, estimated with the weights.
    """
    known, width = quantity.known, len(quantity.by)
    domain, weight, moved = quantity.by.codes[known], design.weights[known], influence[known]
    n, size = counts.n, counts.weight
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = added(domain, weight * moved, width) / size
        apart = (moved - middle[domain]) ** 2
        spread = added(domain, weight * apart, width) / size * n / (n - 1)
        return np.where(size > n, spread * size**2 / n * (1 - n / size), np.nan)


def _empty(name: str, counts: Counts, number: int, wanted: Wanted) -> Estimate:
    """What is counted in a domain, before its value is known."""
    n = int(counts.n[number])
    return Estimate(
        name,
        n=n,
        missing=int(counts.asked[number]) - n,
        population=float(counts.weight[number]),
        df=int(counts.df[number]),
        method=wanted.method,
        level=wanted.level,
    )


def _row(
    empty: Estimate, value: float, variance: float, simple: float, edge: float
) -> Estimate:
    """The estimate of one domain, from what is counted in it and its value and variance."""
    if np.isnan(value):
        return empty
    variance = max(variance, 0.0)
    se = sqrt(variance) if empty.df >= 1 else None
    if empty.method is Method.STUDENT:
        ends = student(value, sqrt(variance), empty.df, empty.level)
        return _filled(empty, value, se, ends, variance / simple if simple > 0 else None)
    value = float(round(value)) if min(value, 1 - value) < DUST else value
    seen = Observed(value, variance, empty.n, empty.df, edge)
    ends = of_share(seen, empty.method, empty.level)
    if seen.at_edge:
        # That all agree does not say that their like would: the sample shows no variance.
        at_edge = replace(empty, method=Method.CLOPPER_PEARSON, effective_n=seen.effective)
        return _filled(at_edge, value, None, ends, None)
    found = _filled(empty, value, se, ends, variance / simple if simple > 0 else None)
    return replace(found, effective_n=seen.effective if se is not None else None)


def _filled(
    empty: Estimate, value: float, se: float | None, ends: Ends | None, effect: float | None
) -> Estimate:
    low, high = ends or (None, None)
    effect = None if se is None else effect
    return replace(empty, value=value, se=se, low=low, high=high, design_effect=effect)
