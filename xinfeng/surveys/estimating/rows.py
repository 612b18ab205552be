"""What goes into an estimation: communities as they were drawn, sheets as answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from xinfeng.surveys.asking import Bank
from xinfeng.surveys.estimates import Lonely, Method

# Changes when the same inputs would give other numbers.
EDITION = 1
COUNTY = "county"


@dataclass(frozen=True)
class Settings:
    """How the numbers are made; with the inputs it repeats them."""

    # Households that answered also stand for the silent ones of their stratum.
    non_response: bool = True
    # A class with fewer sheets, and a cell of a margin, is joined to its neighbour.
    least_in_class: int = 10
    least_in_cell: int = 10
    # Margins that the weights are raked to, of those that the frame has totals for.
    margins: tuple[str, ...] = (COUNTY, "sex", "age")
    # Raking moves no weight further than so many times.
    low: float = 0.3
    high: float = 3.0
    lonely: Lonely = Lonely.ADJUST
    method: Method = Method.KORN_GRAUBARD

    def as_json(self) -> dict[str, Any]:
        return {
            "edition": EDITION, "non_response": self.non_response,
            "least_in_class": self.least_in_class, "least_in_cell": self.least_in_cell,
            "margins": list(self.margins), "low": self.low, "high": self.high,
            "lonely": self.lonely.value, "method": self.method.value,
        }  # fmt: skip

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Settings":
        return cls(
            said["non_response"], said["least_in_class"], said["least_in_cell"],
            tuple(said["margins"]), said["low"], said["high"], Lonely(said["lonely"]),
            Method(said["method"]),
        )  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A community of the sample, with its chance and what became of its households."""

    code: str
    stratum: str
    county: str
    is_urban: bool
    # Of the community; each of its households then has the chance taken ÷ households.
    chance: Fraction
    households: int
    taken: int
    # {disposition: households}; "" was never tried.
    dispositions: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_certain(self) -> bool:
        return self.chance == 1

    @property
    def household_weight(self) -> float:
        return float(1 / (self.chance * Fraction(self.taken, self.households)))


@dataclass(frozen=True)
class Sheet:
    """A complete sheet that counts. Community "": nobody was drawn, or none is known."""

    id: str
    community: str
    county: str
    adults: int | None
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Inputs:
    """One sample: what is asked, who could be chosen, who answered what."""

    bank: Bank
    communities: Sequence[Asked]
    sheets: Sequence[Sheet]
    # {margin: {key: adults}}, as counted elsewhere.
    totals: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
