"""How well a place is kept: counties, towns and places differ, and weak ones cluster."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from .scale import Chance

Ints = NDArray[np.int64]


class Kept(IntEnum):
    """Whether a line of the standard is met at a place, as far as anybody entered it."""

    UNKNOWN = 0
    NOT_MET = 1
    MET = 2


class Quality:
    """One number per place, and from it what each line of the five haves looks like there."""

    def __init__(self, divisions: Ints, tiers: Ints, chance: Chance) -> None:
        rng = chance("quality")
        county = _effect(divisions // 10**6, 0.55, rng)
        town = _effect(divisions // 10**3, 0.5, rng)
        # In one town of eight nobody looks after the places.
        weak = _effect(divisions // 10**3, 1.0, rng) > 1.15
        tier = np.choose(tiers, [1.0, 0.35, 0.0, -0.1])
        own = rng.normal(0, 0.7, len(divisions))
        self.value = county + town - 1.3 * weak + tier + own
        self.lines: dict[str, Ints] = {}
        self._chance = chance

    def line(self, name: str, *, met: float, unknown: float = 0.0) -> Ints:
        """Kept per place: `met` of all places meet it, of `unknown` nobody knows."""
        rng = self._chance(f"line {name}")
        score = self.value + rng.normal(0, 1.0, len(self.value))
        bar = np.quantile(score, 1 - met)
        lost = rng.random(len(score)) < unknown / max(1 - met, unknown, 1e-9)
        kept = np.where(score >= bar, Kept.MET, np.where(lost, Kept.UNKNOWN, Kept.NOT_MET))
        self.lines[name] = kept
        return kept

    def defects(self) -> Ints:
        """How many lines each place does not meet."""
        return np.asarray(np.sum([kept != Kept.MET for kept in self.lines.values()], axis=0))


def _effect(groups: Ints, spread: float, rng: np.random.Generator) -> NDArray[np.float64]:
    _, which = np.unique(groups, return_inverse=True)
    return np.asarray(rng.normal(0, spread, which.max() + 1)[which], dtype=np.float64)
