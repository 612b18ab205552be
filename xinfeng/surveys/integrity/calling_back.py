"""Asking some people again, and what that tells."""

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil

import numpy as np

from xinfeng.base.sampling import number
from xinfeng.surveys.estimates.labels import Ints

from .sheets import BLANK

SHARE = 0.10


def to_call_back(codes: Collection[str], seed: str, share: float = SHARE) -> tuple[str, ...]:
    """The sheets to call back: those with the smallest SHA-256 numbers, rounded up."""
    wanted = ceil(round(share * len(codes), 6))
    return tuple(sorted(codes, key=lambda code: number(seed, code))[:wanted])


@dataclass(frozen=True)
class Agreement:
    """How often the second answer was the first one again, beside what chance would bring.

    `kappa` (Cohen 1960): 1 for always, 0 for chance; None where everybody always said the same.
    """

    compared: int
    same: float | None
    expected: float | None
    kappa: float | None


def agreement(first: Ints, again: Ints) -> Agreement:
    """Of one question; a blank on either side is not compared."""
    known = (first != BLANK) & (again != BLANK)
    one, two = first[known], again[known]
    if not len(one):
        return Agreement(0, None, None, None)
    width = int(max(one.max(), two.max())) + 1
    same = float((one == two).mean())
    shares = [np.bincount(answers, minlength=width) / len(one) for answers in (one, two)]
    expected = float(shares[0] @ shares[1])
    kappa = (same - expected) / (1 - expected) if expected < 1 - 1e-12 else None
    return Agreement(len(one), same, expected, kappa)
