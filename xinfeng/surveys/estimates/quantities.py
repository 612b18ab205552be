"""What can be estimated: a sum or a ratio of sums, in each domain.

Each knows its value for any weights (which the jackknife asks) and how much one respondent
moves it (which linearisation asks; Demnati and Rao 2004, Deville 1999).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .labels import Floats, Ints, Labels, added, blank, coded


@dataclass(frozen=True)
class Domains:
    """Which part of the population each respondent belongs to; −1 for none of them."""

    codes: Ints
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)


def domains(labels: Labels, names: Sequence[str] | None = None) -> Domains:
    """Domains by label; `names` also fixes their order, and keeps those nobody is in."""
    missing = blank(labels)
    if names is None:
        known = np.asarray(labels)[~missing]
        codes, found = coded(known) if len(known) else (np.zeros(0, dtype=np.int64), [])
        placed = np.full(len(missing), -1, dtype=np.int64)
        placed[~missing] = codes
        return Domains(placed, tuple(str(name) for name in found))
    rank: Mapping[Any, int] = {name: number for number, name in enumerate(names)}
    return Domains(
        np.array([rank.get(str(label), -1) for label in labels], dtype=np.int64), tuple(names)
    )


def everybody(size: int) -> Domains:
    return Domains(np.zeros(size, dtype=np.int64), ("",))


class Quantity(Protocol):
    """Something to estimate in each domain."""

    @property
    def by(self) -> Domains: ...

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whose answer goes in: not blank, and in a domain."""
        ...

    def values(self, weights: Floats) -> Floats:
        """One for each domain; NaN where nothing is known."""
        ...

    def influence(self, weights: Floats, values: Floats) -> Floats:
        """How much a unit of each respondent's weight moves the own domain's value."""
        ...


@dataclass(frozen=True)
class Ratio:
    """Σ w·top / Σ w·bottom; the mean of `top` where `bottom` is not given."""

    top: Floats
    bottom: Floats | None
    by: Domains

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        answered = ~np.isnan(self.top)
        if self.bottom is not None:
            answered &= ~np.isnan(self.bottom)
        return answered & (self.by.codes >= 0)

    def _below(self, weights: Floats) -> Floats:
        return weights if self.bottom is None else weights * self.bottom

    def values(self, weights: Floats) -> Floats:
        above = _by_domain(self, weights * self.top)
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = above / _by_domain(self, self._below(weights))
        return found

    def influence(self, weights: Floats, values: Floats) -> Floats:
        size = _by_domain(self, self._below(weights))
        own = np.where(self.known, self.by.codes, 0)
        each = np.where(np.isnan(values), 0.0, values)[own]
        apart = self.top - each * (1.0 if self.bottom is None else self.bottom)
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = np.where(self.known, apart / size[own], 0.0)
        return found


@dataclass(frozen=True)
class Sum:
    """Σ w·y over those whose answer is known: too low by what is missing, which is told."""

    of: Floats
    by: Domains

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.of) & (self.by.codes >= 0)

    def values(self, weights: Floats) -> Floats:
        found = _by_domain(self, weights * self.of)
        found[np.bincount(self.by.codes[self.known], minlength=len(self.by)) == 0] = np.nan
        return found

    def influence(self, weights: Floats, values: Floats) -> Floats:
        return np.where(self.known, self.of, 0.0)


def _by_domain(quantity: Quantity, amounts: Floats) -> Floats:
    known = quantity.known
    return added(quantity.by.codes[known], amounts[known], len(quantity.by))
