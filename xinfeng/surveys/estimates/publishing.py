"""What may be shown: a cell of few answers says little, and may say who gave them."""

from dataclasses import dataclass
from enum import StrEnum

from .results import Estimate


@dataclass(frozen=True)
class Policy:
    """A cell is held back with fewer answers, or a larger coefficient of variation."""

    least_n: int = 30
    most_cv: float = 0.30


class HeldBack(StrEnum):
    FEW = "FEW"
    UNCERTAIN = "UNCERTAIN"


@dataclass(frozen=True)
class Published:
    """An estimate to show, or the reason why there is none; n is shown in any case."""

    name: str
    n: int
    estimate: Estimate | None
    reason: HeldBack | None


def publish(estimate: Estimate, policy: Policy | None = None) -> Published:
    reason = _reason(estimate, policy or Policy())
    shown = None if reason else estimate
    return Published(estimate.name, estimate.n, shown, reason)


def _reason(estimate: Estimate, policy: Policy) -> HeldBack | None:
    if estimate.n < policy.least_n or estimate.value is None:
        return HeldBack.FEW
    # Without an interval nobody can say how far off the number is.
    if estimate.low is None:
        return HeldBack.UNCERTAIN
    if estimate.cv is not None and estimate.cv > policy.most_cv:
        return HeldBack.UNCERTAIN
    return None
