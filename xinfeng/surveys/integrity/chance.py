"""What chance alone would bring: shuffled labels, and tails of counts."""

from collections.abc import Callable

import numpy as np
from scipy.special import bdtrc

from xinfeng.surveys.estimates.labels import Floats, Ints, compact

ROUNDS = 999


def by_shuffling(
    statistic: Callable[[Ints], Floats], labels: Ints, blocks: Ints, seed: int
) -> Floats | None:
    """The statistic of labels dealt out anew inside the blocks, once in each row.

    None where every block has one label only, so that there is nothing to deal out: then a
    surveyor cannot be told from the place where they worked.
    """
    if _alone(labels, blocks):
        return None
    chance = np.random.default_rng(seed)
    home = np.argsort(blocks, kind="stable")
    dealt = np.empty_like(labels)
    found = []
    for _ in range(ROUNDS):
        dealt[home] = labels[np.lexsort((chance.random(len(labels)), blocks))]
        found.append(statistic(dealt))
    return np.stack(found)


def at_least(observed: float, shuffled: Floats) -> float:
    """The chance of as much or more; the observed labels count as one of the ways to deal."""
    return float((1 + (shuffled >= observed - 1e-9).sum()) / (1 + len(shuffled)))


def as_many(observed: int, of: int, rate: float) -> float:
    """The chance that a rate brings so many or more of independent tries."""
    return 1.0 if observed == 0 else float(bdtrc(observed - 1, of, rate))


def as_many_of(observed: int, rates: Floats) -> float:
    """The same where each try has a rate of its own (Poisson binomial, by convolution)."""
    below = np.ones(1)
    for rate in rates:
        below = np.convolve(below, (1 - rate, rate))
    return float(min(1.0, below[observed:].sum()))


def _alone(labels: Ints, blocks: Ints) -> bool:
    width = int(labels.max()) + 1 if len(labels) else 1
    pairs = len(compact(blocks * width + labels)[1]) if len(labels) else 0
    return pairs == len(np.unique(blocks))
