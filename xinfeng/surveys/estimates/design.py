"""How a sample was drawn: strata, stages, how many there were of each, and weights.

A stage's units lie in its strata, and each stratum in one unit of the stage above. Without a
population at the first stage the sample counts as drawn with replacement: the first stage's
units then carry all variance (ultimate clusters; Hansen, Hurwitz and Madow 1953).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .labels import Floats, Ints, Labels, blank, coded, compact, first_of

if TYPE_CHECKING:
    from .calibrating import Calibration


class BadDesign(ValueError):
    """What was declared cannot be how a sample was drawn."""


class Lonely(StrEnum):
    """What a stratum tells of variance when only one of its units was drawn."""

    FAIL = "FAIL"
    # Its distance from the mean of all units, which is rather too much.
    ADJUST = "ADJUST"
    # As much as the other strata tell on average.
    AVERAGE = "AVERAGE"


@dataclass(frozen=True)
class Stage:
    """Of each respondent the unit drawn at this stage, its stratum, and how many that has.

    Units may bear the same label in two strata only if `nested`: else it is a mistake.
    """

    units: Labels
    strata: Labels | None = None
    population: Labels | None = None
    nested: bool = False


@dataclass(frozen=True)
class Level:
    """A stage in numbers: units in strata, strata in units of the level above."""

    unit: Ints  # of each respondent
    stratum: Ints  # of each unit
    parent: Ints  # of each unit: the unit above
    drawn: Ints  # of each stratum: how many units
    population: Floats | None  # of each stratum
    names: tuple[str, ...]  # of each stratum

    @property
    def left_out(self) -> Floats:
        """The share of each stratum's units that was not drawn: 1 − f."""
        if self.population is None:
            return np.ones(len(self.drawn))
        return 1 - self.drawn / self.population


@dataclass(frozen=True)
class Design:
    """A sample with the way it was drawn; see `declare`."""

    weights: Floats
    levels: tuple[Level, ...]
    lonely: Lonely
    stages: tuple[Stage, ...]
    calibration: "Calibration | None" = None

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def first(self) -> Level:
        return self.levels[0]

    @property
    def last(self) -> Level:
        """The last level that carries variance: totals are kept by its units."""
        return self.levels[-1]

    @cached_property
    def df(self) -> int:
        return len(self.first.stratum) - len(self.first.drawn)

    @cached_property
    def weight_effect(self) -> float:
        """What uneven weights alone cost: n Σw² / (Σw)² (Kish 1992)."""
        return float(len(self) * (self.weights**2).sum() / self.weights.sum() ** 2)


def declare(
    *stages: Stage, weights: Labels | None = None, lonely: Lonely = Lonely.FAIL
) -> Design:
    """The design of a sample, checked; weights follow from full populations if not given.

    Raises BadDesign with the stage, the stratum and the reason.
    """
    if not stages:
        raise BadDesign("a design needs at least one stage")
    size = len(stages[0].units)
    if not size:
        raise BadDesign("nobody was asked: the design has no rows")
    levels: list[Level] = []
    for number, stage in enumerate(stages, start=1):
        above = levels[-1].unit if levels else np.zeros(size, dtype=np.int64)
        levels.append(_level(stage, above, size, f"stage {number}"))
    _populations_without_gap(levels)
    chances = _weights_of(levels, size) if weights is None else _weights_given(weights, size)
    told = _that_tell(levels)
    if lonely is Lonely.FAIL:
        _nobody_is_lonely(told)
    return Design(chances, told, lonely, stages)


def _level(stage: Stage, above: Ints, size: int, where: str) -> Level:
    columns = {"units": stage.units, "strata": stage.strata, "population": stage.population}
    for name, column in columns.items():
        if column is None:
            continue
        if len(column) != size:
            raise BadDesign(f"{where}: {name} has {len(column)} rows, units have {size}")
        if blank(column).any():
            raise BadDesign(f"{where}: {name} is missing in {int(blank(column).sum())} rows")
    labels, unit_names = coded(stage.units)
    given, names = (np.zeros_like(above), [""]) if stage.strata is None else coded(stage.strata)
    stratum, strata = compact(above * len(names) + given)
    unit, units = compact(stratum * len(unit_names) + labels)
    _each_in_one_stratum(stage, above, labels, len(units), unit, where)
    row = first_of(unit, len(units))
    of_unit = stratum[row]
    drawn = np.bincount(of_unit, minlength=len(strata))
    # A stratum inside a unit above is told from its namesakes by that unit.
    called = tuple(f"{where}: {_named(int(key), names, len(names), where)}" for key in strata)
    population = _population(stage, stratum, drawn, called)
    return Level(unit, of_unit, above[row], drawn, population, called)


def _named(key: int, names: Sequence[object], width: int, where: str) -> str:
    above, name = divmod(key, width)
    inside = "" if where == "stage 1" else f" in unit {above} of the stage above"
    return f"stratum {names[name]!s}{inside}" if names[name] != "" else f"all units{inside}"


def _each_in_one_stratum(
    stage: Stage, above: Ints, labels: Ints, units: int, unit: Ints, where: str
) -> None:
    if stage.nested or stage.strata is None:
        return
    apart, present = compact(above * (int(labels.max()) + 1) + labels)
    if len(present) == units:
        return
    seen = np.full(len(present), -1, dtype=np.int64)
    seen[apart] = unit
    row = int(np.flatnonzero(seen[apart] != unit)[0])
    name = np.asarray(stage.units, dtype=object)[row]
    raise BadDesign(
        f"{where}: unit {name} lies in two strata; if labels repeat, declare it nested"
    )


def _population(
    stage: Stage, stratum: Ints, drawn: Ints, called: tuple[str, ...]
) -> Floats | None:
    if stage.population is None:
        return None
    values = np.asarray(stage.population, dtype=np.float64)
    population = values[first_of(stratum, len(drawn))]
    uneven = np.flatnonzero(values != population[stratum])
    if len(uneven):
        raise BadDesign(f"{called[stratum[uneven[0]]]} has two populations")
    for number in np.flatnonzero(~(population >= drawn))[:1]:
        raise BadDesign(
            f"{called[number]} has a population of {population[number]:g},"
            f" but {drawn[number]} units were drawn from it"
        )
    return population


def _populations_without_gap(levels: Sequence[Level]) -> None:
    known = [level.population is not None for level in levels]
    if known != sorted(known, reverse=True):
        raise BadDesign("a later stage has a population, but a stage above it has none")


def _weights_given(weights: Labels, size: int) -> Floats:
    if len(weights) != size:
        raise BadDesign(f"weights have {len(weights)} rows, units have {size}")
    if blank(weights).any():
        raise BadDesign(f"weights are missing in {int(blank(weights).sum())} rows")
    values = np.asarray(weights, dtype=np.float64)
    if not ((values > 0) & np.isfinite(values)).all():
        raise BadDesign("a weight is not a number above 0")
    return values


def _weights_of(levels: Sequence[Level], size: int) -> Floats:
    """One over the chance of each respondent, stage by stage."""
    weights = np.ones(size)
    for level in levels:
        if level.population is None:
            raise BadDesign("weights are missing, and so is the population of a stage")
        weights *= (level.population / level.drawn)[level.stratum][level.unit]
    if len(levels[-1].unit) != len(levels[-1].stratum):
        raise BadDesign("weights are missing, and the last stage's units are not the rows")
    return weights


def _that_tell(levels: Sequence[Level]) -> tuple[Level, ...]:
    """Levels with a population, and the one below them; the rest adds nothing."""
    known = sum(level.population is not None for level in levels)
    return tuple(levels[: known + 1])


def _nobody_is_lonely(levels: Sequence[Level]) -> None:
    for level in levels:
        for number in np.flatnonzero((level.drawn == 1) & (level.left_out > 0))[:1]:
            raise BadDesign(
                f"{level.names[number]} has one unit only, so its variance is not known:"
                " join it to another stratum, or choose adjust or average"
            )
