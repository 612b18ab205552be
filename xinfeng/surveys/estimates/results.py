"""A number with all that must stand beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

import numpy as np

from .intervals import Method
from .labels import Floats


@dataclass(frozen=True)
class Estimate:
    """A number about a domain; None is not known, never 0.

    `n` answered, `missing` were asked and their answer is blank or says nothing.
    `design_effect` compares with a simple random sample of n without replacement;
    `effective_n` (of a share) is how many simple random answers would tell as much.
    """

    name: str
    n: int
    missing: int
    population: float
    df: int
    method: Method
    level: float
    value: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    design_effect: float | None = None
    effective_n: float | None = None

    @property
    def missing_share(self) -> float | None:
        asked = self.n + self.missing
        return self.missing / asked if asked else None

    @property
    def cv(self) -> float | None:
        """The standard error as a part of the value itself."""
        if self.se is None or not self.value:
            return None
        return self.se / abs(self.value)


@dataclass(frozen=True)
class Estimates:
    """One estimate for each domain, and how they vary together (units that domains share)."""

    rows: tuple[Estimate, ...]
    covariance: Floats
    df: int

    def __iter__(self) -> Iterator[Estimate]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> Estimate:
        return self.rows[self.place(name)]

    @property
    def only(self) -> Estimate:
        (row,) = self.rows
        return row

    def place(self, name: str) -> int:
        for number, row in enumerate(self.rows):
            if row.name == name:
                return number
        raise KeyError(name)

    def values(self) -> Floats:
        return np.array([nan if row.value is None else row.value for row in self.rows])
