"""Weights that meet what is known of the population, and what that does to the variance.

Raking: Deming and Stephan (1940); post-stratification is raking to one margin. Variance: that
of the residuals from a regression on the margins with the weights before (Deville and Särndal
1992, "Calibration estimators in survey sampling", JASA 87, who show it for all such methods).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .design import BadDesign, Design
from .labels import Floats, Ints, Labels, added, blank, coded, compact

# Relative distance from a target that counts as met.
MET = 1e-11
ROUNDS = 500


class NotConverged(ArithmeticError):
    """The margins cannot all be met, or not within the bounds."""


@dataclass(frozen=True)
class Margin:
    """What is known of the population: so many of each label, e.g. of each sex."""

    name: str
    labels: Labels
    targets: Mapping[str, float]


@dataclass(frozen=True)
class Bounds:
    """No weight below or above, as trimming wants it; or none moved further, `of_base`."""

    low: float
    high: float
    # The limits are multiples of the weight before.
    of_base: bool = False


@dataclass(frozen=True)
class Coded:
    """A margin in numbers; −1 is a row that this margin says nothing of."""

    name: str
    codes: Ints
    cells: tuple[str, ...]
    targets: Floats

    def sums(self, amounts: Floats) -> Floats:
        inside = self.codes >= 0
        return added(self.codes[inside], amounts[inside], len(self.cells))


@dataclass(frozen=True)
class Calibration:
    """How weights were made to meet margins: kept for the variance and for replicates."""

    base: Floats
    weights: Floats
    margins: tuple[Coded, ...]
    unit: Ints
    units: int
    bounds: Bounds | None = None

    def again(self, base: Floats) -> Floats:
        """The weights that the same margins make of another base, e.g. a replicate's."""
        return _raked(base, self.margins, self.bounds)

    def residual(
        self, totals: Floats, known: NDArray[np.bool_], domain: Ints, moved: Floats
    ) -> Floats:
        """Totals by unit less what the margins explain of them: the regression's residuals."""
        width = totals.shape[1]
        weighted = self.base[known] * moved
        products = [
            _crossed(margin.codes[known], len(margin.cells), domain, width, weighted)
            for margin in self.margins
        ]
        slopes = self._inverse @ np.concatenate(products)
        found: Floats = totals - self._by_unit @ slopes
        return found

    @cached_property
    def _inverse(self) -> Floats:
        # Margins overlap in their sums, so there is a pseudo-inverse only.
        rows = [
            np.concatenate([
                _crossed(one.codes, len(one.cells), other.codes, len(other.cells), self.base)
                for other in self.margins
            ], axis=1)
            for one in self.margins
        ]  # fmt: skip
        return np.linalg.pinv(np.concatenate(rows), hermitian=True)

    @cached_property
    def _by_unit(self) -> Floats:
        parts = [
            _crossed(self.unit, self.units, margin.codes, len(margin.cells), self.weights)
            for margin in self.margins
        ]
        return np.concatenate(parts, axis=1)


def _crossed(rows: Ints, height: int, columns: Ints, width: int, amounts: Floats) -> Floats:
    inside = (rows >= 0) & (columns >= 0)
    keys = rows[inside] * width + columns[inside]
    return added(keys, amounts[inside], height * width).reshape(height, width)


def post_stratify(design: Design, margin: Margin) -> Design:
    """Weights that add up to the population of each class."""
    return rake(design, margin)


def rake(design: Design, *margins: Margin, bounds: Bounds | None = None) -> Design:
    """Weights that meet all margins, as near to the given ones as raking keeps them.

    Raises BadDesign if a class has no respondents or no target, and NotConverged.
    """
    if design.calibration is not None:
        raise BadDesign("the weights are calibrated already: name all margins at once")
    known = tuple(_coded(margin, len(design)) for margin in margins)
    _same_population(known)
    weights = _raked(design.weights, known, bounds)
    units = len(design.last.stratum)
    how = Calibration(design.weights, weights, known, design.last.unit, units, bounds)
    return replace(design, weights=weights, calibration=how)


def trim(design: Design, bounds: Bounds) -> Design:
    """Weights cut to the bounds; what is cut off is shared out evenly among the others.

    They no longer meet any margin, so the variance is that of plain weights. R's `trimWeights`
    gives the same weights but keeps subtracting what the margins explained, which calls a
    share certain that trimming has just moved; hence other standard errors there. To keep the
    margins, give `rake` the bounds.
    """
    weights = design.weights.copy()
    _bounds_hold(bounds, weights.mean())
    whole = weights.sum()
    for _ in range(ROUNDS):
        cut = np.clip(weights, bounds.low, bounds.high)
        spare = whole - cut.sum()
        if abs(spare) < MET * whole:
            return replace(design, weights=cut, calibration=None)
        has_room = cut < bounds.high if spare > 0 else cut > bounds.low
        untouched = has_room & (cut == weights)
        takes = untouched if untouched.any() else has_room
        weights = cut + np.where(takes, spare / takes.sum(), 0.0)
    raise NotConverged(f"trimming does not end between {bounds.low:g} and {bounds.high:g}")


def respond(weights: Floats, cells: Labels, answered: NDArray[np.bool_]) -> Floats:
    """Weights of those who answered, who also stand for the others of their cell.

    Weighting-class adjustment (Oh and Scheuren 1983). Raises BadDesign if nobody of a cell did.
    """
    codes, names = coded(cells)
    asked = added(codes, weights, len(names))
    heard = added(codes[answered], weights[answered], len(names))
    for number in np.flatnonzero(heard == 0)[:1]:
        raise BadDesign(f"nobody answered in {names[number]}: join it to another cell")
    found: Floats = (weights * (asked / heard)[codes])[answered]
    return found


def _coded(margin: Margin, size: int) -> Coded:
    if len(margin.labels) != size:
        raise BadDesign(f"margin {margin.name} has {len(margin.labels)} rows of {size}")
    missing = int(blank(margin.labels).sum())
    if missing:
        raise BadDesign(f"margin {margin.name} is missing in {missing} rows")
    codes, found = coded(margin.labels)
    cells = [str(name) for name in found]
    targets = {str(name): float(target) for name, target in margin.targets.items()}
    for name in cells:
        if not targets.get(name, 0) > 0:
            raise BadDesign(f"margin {margin.name} has no target for {name}")
    for name, target in targets.items():
        if target > 0 and name not in cells:
            raise BadDesign(f"nobody was asked of {name} in margin {margin.name}")
    return Coded(margin.name, codes, tuple(cells), np.array([targets[name] for name in cells]))


def _same_population(margins: Sequence[Coded]) -> None:
    if not margins:
        raise BadDesign("no margin was named")
    first = margins[0]
    for other in margins[1:]:
        if not np.isclose(other.targets.sum(), first.targets.sum(), rtol=1e-9):
            raise BadDesign(
                f"margins {first.name} and {other.name} are of different populations:"
                f" {first.targets.sum():g} and {other.targets.sum():g}"
            )


def _bounds_hold(bounds: Bounds, middle: float) -> None:
    if not bounds.low <= middle <= bounds.high:
        raise BadDesign(f"the mean weight {middle:g} is outside the bounds")


def _raked(base: Floats, margins: Sequence[Coded], bounds: Bounds | None) -> Floats:
    cells, of_cell = _cells(margins)
    weights = base
    for _ in range(ROUNDS):
        factors = _fitted(added(cells, weights, len(of_cell[0].codes)), of_cell)
        weights = weights * factors[cells]
        if bounds is None:
            return weights
        start = base if bounds.of_base else np.ones(len(base))
        cut = np.clip(weights, bounds.low * start, bounds.high * start)
        if np.allclose(cut, weights, rtol=1e-9, atol=0):
            return weights
        weights = cut
    assert bounds is not None
    raise NotConverged(
        f"no weights between {bounds.low:g} and {bounds.high:g} meet the margins"
    )


def _cells(margins: Sequence[Coded]) -> tuple[Ints, list[Coded]]:
    """Rows that are alike in every margin share one factor, so only their cells are raked."""
    keys = np.zeros(len(margins[0].codes), dtype=np.int64)
    width = 1
    for margin in margins:
        keys = keys + (margin.codes + 1) * width
        width *= len(margin.cells) + 1
    cells, present = compact(keys)
    reduced = []
    for margin in margins:
        present, codes = np.divmod(present, len(margin.cells) + 1)
        reduced.append(Coded(margin.name, codes - 1, margin.cells, margin.targets))
    return cells, reduced


def _fitted(amounts: Floats, margins: Sequence[Coded]) -> Floats:
    factors = np.ones(len(amounts))
    for _ in range(ROUNDS):
        worst = 0.0
        for margin in margins:
            now = margin.sums(amounts * factors)
            for cell in np.flatnonzero(now <= 0)[:1]:
                raise NotConverged(f"nobody is left of {margin.cells[cell]} in {margin.name}")
            step = margin.targets / now
            worst = max(worst, float(np.abs(step - 1).max()))
            factors *= np.append(step, 1.0)[margin.codes]
        if worst < MET:
            return factors
    raise NotConverged(f"raking stands {worst:.2g} from its targets after {ROUNDS} rounds")
