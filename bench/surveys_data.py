"""A million respondents by random numbers, for our estimator and for R's."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PEOPLE, STRATA, UNITS, AREAS = 1_000_000, 50, 40, 12


@dataclass(frozen=True)
class Data:
    """Respondents in random units, areas, sexes and ages; the same ones for every estimator."""

    unit: NDArray[np.int64]
    area: NDArray[np.int64]
    sex: NDArray[np.int64]
    age: NDArray[np.int64]
    weights: NDArray[np.float64]
    satisfied: NDArray[np.float64]

    def write(self, path: Path) -> None:
        """As the table that R reads; a blank answer is empty."""
        said = ["" if np.isnan(value) else f"{value:.0f}" for value in self.satisfied.tolist()]
        columns = (self.unit, self.unit // UNITS, self.area, self.sex, self.age, self.weights)
        with path.open("w") as file:
            file.write("unit,stratum,area,sex,age,weight,satisfied\n")
            for row in zip(*(column.tolist() for column in columns), said, strict=True):
                file.write(",".join(map(str, row)) + "\n")


def data() -> Data:
    chance = np.random.default_rng(1)
    unit = chance.integers(0, STRATA * UNITS, PEOPLE)
    area, sex, age = (chance.integers(0, many, PEOPLE) for many in (AREAS, 2, 6))
    weights = chance.uniform(1, 3, PEOPLE)
    satisfied = (chance.random(PEOPLE) < 0.9).astype(float)
    satisfied[chance.random(PEOPLE) < 0.03] = np.nan
    return Data(unit, area, sex, age, weights, satisfied)
