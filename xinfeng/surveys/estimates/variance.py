"""The covariance of estimated totals, stage by stage.

Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, result 4.3.1, for simple
random sampling at each stage, as Bellhouse (1985) computes it: a stage's variance inside its
strata, times the share drawn of each unit above.
"""

import numpy as np

from .design import Design, Level, Lonely
from .labels import Floats, sums


def covariance(design: Design, totals: Floats) -> Floats:
    """Covariance of the columns' sums; `totals` has one row for each unit of the last level."""
    found = np.zeros((totals.shape[1], totals.shape[1]))
    for number in reversed(range(len(design.levels))):
        level = design.levels[number]
        found += _within(level, totals, _shares_above(design, number), design.lonely)
        if number:
            totals = sums(level.parent, totals, len(design.levels[number - 1].stratum))
    return found


def _shares_above(design: Design, number: int) -> Floats:
    """Of each stratum of a level the share drawn at all stages above it: Π f."""
    level = design.levels[number]
    share = np.ones(len(level.drawn))
    parent = np.zeros(len(level.drawn), dtype=np.int64)
    parent[level.stratum] = level.parent
    for above in reversed(design.levels[:number]):
        share *= (1 - above.left_out)[above.stratum][parent]
        parent = above.parent[parent]
    return share


def _within(level: Level, totals: Floats, share: Floats, lonely: Lonely) -> Floats:
    strata = len(level.drawn)
    means = sums(level.stratum, totals, strata) / level.drawn[:, None]
    alone = level.drawn == 1
    means[alone] = totals.mean(axis=0)
    spread = np.where(alone, 1.0, level.drawn / np.maximum(level.drawn - 1, 1))
    scale = share * level.left_out * spread
    # Units drawn with certainty vary no more, lonely or not.
    alone &= level.left_out > 0
    if lonely is not Lonely.ADJUST:
        scale[alone] = 0
    apart = totals - means[level.stratum]
    found: Floats = apart.T @ (apart * scale[level.stratum][:, None])
    if lonely is Lonely.AVERAGE and alone.any():
        found *= strata / max(strata - int(alone.sum()), 1)
    return found
