"""Intervals of shares that come from a design; never the plain normal one.

Each takes the share, its variance under the design, how many answered, and degrees of freedom.
None where nothing can be said: too few units, or a share that is not known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import exp, isfinite, log, sqrt

from scipy.special import betaincinv, stdtrit

Ends = tuple[float, float]
LEVEL = 0.95
# So small a part of a simple random sample's variance is rounding.
DUST = 1e-9


class Method(StrEnum):
    STUDENT = "Student t"
    LOGIT = "logit"
    WILSON = "Wilson"
    KORN_GRAUBARD = "Korn–Graubard"
    CLOPPER_PEARSON = "Clopper–Pearson"


@dataclass(frozen=True)
class Observed:
    """A share as the sample gave it.

    `effect` is the design effect to reckon with where all or none said yes, when the sample
    itself shows no variance.
    """

    share: float
    variance: float
    n: int
    df: int
    effect: float = 1.0

    @property
    def at_edge(self) -> bool:
        return not 0 < self.share < 1

    @property
    def effective(self) -> float:
        """As many simple random answers tell as much: p(1−p)/V.

        Units that happen to agree to the last answer show no variance: then no more is claimed
        than that the answers are simple random ones.
        """
        if self.at_edge:
            return self.n / max(self.effect, 1.0)
        simple = self.share * (1 - self.share)
        return simple / self.variance if self.variance * self.n > DUST * simple else self.n


def student(value: float, se: float, df: int, level: float = LEVEL) -> Ends | None:
    if df < 1 or not isfinite(se):
        return None
    half = _t(df, level) * se
    return value - half, value + half


def logit(seen: Observed, level: float = LEVEL) -> Ends | None:
    """Symmetric on the scale of log odds, so that it stays between 0 and 1."""
    if seen.at_edge:
        return clopper_pearson(seen, level)
    if seen.df < 1:
        return None
    odds = log(seen.share / (1 - seen.share))
    half = _t(seen.df, level) / sqrt(seen.effective * seen.share * (1 - seen.share))
    return 1 / (1 + exp(half - odds)), 1 / (1 + exp(-half - odds))


def wilson(seen: Observed, level: float = LEVEL) -> Ends | None:
    """Wilson's (1927) with the effective size and Student's t (Dean and Pagano 2015)."""
    if seen.at_edge:
        return clopper_pearson(seen, level)
    size = seen.effective
    if seen.df < 1:
        return None
    t2 = _t(seen.df, level) ** 2
    middle = (seen.share + t2 / (2 * size)) / (1 + t2 / size)
    half = sqrt(t2) * sqrt(seen.share * (1 - seen.share) / size + t2 / (4 * size**2))
    half /= 1 + t2 / size
    return middle - half, middle + half


def korn_graubard(
    seen: Observed, level: float = LEVEL, *, most: float | None = None
) -> Ends | None:
    """The exact binomial interval with the effective size, corrected for degrees of freedom.

    Korn and Graubard (1998). `most` caps the effective size: a sample that strata make better
    than a simple random one is then treated as simple random, which is rather too wide.
    """
    size = seen.effective
    if seen.df < 1 or seen.n < 2:
        return None
    size *= (_t(seen.n - 1, level) / _t(seen.df, level)) ** 2
    return exact(seen.share, size if most is None else min(size, most), level)


def clopper_pearson(seen: Observed, level: float = LEVEL) -> Ends | None:
    """Korn and Graubard's at 0 and 1, where the assumed design effect stands for variance."""
    return korn_graubard(seen, level, most=seen.n)


def exact(share: float, size: float, level: float = LEVEL) -> Ends:
    """Clopper and Pearson's limits (1934) of `share` among `size`, which need not be whole."""
    hits, tail = share * size, (1 - level) / 2
    low = 0.0 if share <= 0 else float(betaincinv(hits, size - hits + 1, tail))
    high = 1.0 if share >= 1 else float(betaincinv(hits + 1, size - hits, 1 - tail))
    return low, high


def of_share(seen: Observed, method: Method, level: float = LEVEL) -> Ends | None:
    if method is Method.KORN_GRAUBARD:
        return korn_graubard(seen, level, most=seen.n)
    return _OF_SHARE[method](seen, level)


def _plain(seen: Observed, level: float) -> Ends | None:
    raise ValueError("a share's interval is never the plain one: choose another method")


_OF_SHARE: dict[Method, Callable[[Observed, float], Ends | None]] = {
    Method.STUDENT: _plain,
    Method.LOGIT: logit,
    Method.WILSON: wilson,
    Method.CLOPPER_PEARSON: clopper_pearson,
}


def _t(df: int, level: float) -> float:
    return float(stdtrit(df, (1 + level) / 2))
