"""How far answers depend on who asked.

Kish (1962), "Studies of interviewer variance for attitudinal variables", JASA 57: the
intraclass correlation of surveyors, from an analysis of variance inside the blocks. The test
deals sheets out anew inside the blocks, so that places that differ accuse nobody.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from xinfeng.surveys.estimates import holm
from xinfeng.surveys.estimates.labels import Floats, Ints, added

from .chance import at_least, by_shuffling
from .sheets import Sheets

LEVEL = 0.05


@dataclass(frozen=True)
class Effect:
    """`likeness` of sheets of one surveyor: 0 by chance; None: not known.

    `inflation` is how many times larger it makes the variance, 1 + (m̄−1)ρ. `outstanding` are
    the surveyors whose mean differs from their colleagues' (Holm over all of them).
    """

    likeness: float | None
    inflation: float | None
    p: float | None
    outstanding: tuple[int, ...]


def surveyor_effect(values: Floats, sheets: Sheets, seed: int) -> Effect:
    """Of any value of a sheet: its score, its length, whether it is a straight line."""
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return Effect(None, None, None, ())
    surveyor, block = sheets.surveyor[known], sheets.block[known]
    width = int(surveyor.max()) + 1
    apart = values[known] - _means(values[known], block, int(block.max()) + 1)[block]

    def means(labels: Ints) -> Floats:
        return _means(apart, labels, width)

    shuffled = by_shuffling(means, surveyor, block, seed)
    if shuffled is None:
        return Effect(None, None, None, ())
    sizes = np.bincount(surveyor, minlength=width)
    observed = means(surveyor)
    between = float((sizes * observed**2).sum())
    likeness, typical = _likeness(apart, surveyor, between)
    return Effect(
        likeness,
        None if likeness is None else max(1.0, 1 + (typical - 1) * likeness),
        at_least(between, (shuffled**2) @ sizes),
        _outstanding(observed, shuffled, sizes),
    )


def _means(values: Floats, labels: Ints, width: int) -> Floats:
    counts = np.bincount(labels, minlength=width)
    return added(labels, values, width) / np.maximum(counts, 1)


def _likeness(apart: Floats, surveyor: Ints, between: float) -> tuple[float | None, float]:
    sizes = np.bincount(surveyor)
    sizes = sizes[sizes > 0]
    n, groups = len(apart), len(sizes)
    typical = float(n - (sizes**2).sum() / n) / (groups - 1) if groups > 1 else 0.0
    within = float((apart**2).sum()) - between
    if groups < 2 or n <= groups or within + between <= 0:
        return None, typical
    inside, outside = within / (n - groups), between / (groups - 1)
    return (outside - inside) / (outside + (typical - 1) * inside), n / groups


def _outstanding(observed: Floats, shuffled: Floats, sizes: Ints) -> tuple[int, ...]:
    """Holm over tails of normal curves: a thousand shuffles have no tail for many surveyors."""
    asked = np.flatnonzero((sizes > 0) & (shuffled.std(axis=0) > 0))
    apart = observed[asked] - shuffled[:, asked].mean(axis=0)
    p = 2 * ndtr(-np.abs(apart) / shuffled[:, asked].std(axis=0))
    told = zip(asked, holm(p.tolist()), strict=True)
    return tuple(int(s) for s, each in told if each is not None and each <= LEVEL)
