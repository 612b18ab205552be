"""The answers as they came in, and a sign found in them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from xinfeng.surveys.estimates.labels import Floats, Ints

BLANK = -1


class Kind(StrEnum):
    IDENTICAL = "IDENTICAL"
    SPEEDER = "SPEEDER"
    STRAIGHT = "STRAIGHT"
    ALIKE = "ALIKE"
    OVERLAP = "OVERLAP"
    ROUND_TIME = "ROUND_TIME"


@dataclass(frozen=True)
class Sheets:
    """One row for each sheet.

    `answers`: of each question the number of the answer on the scale that the questions share,
    −1 for blank. `block`: what a surveyor's sheets are compared within, e.g. the stratum.
    Times in seconds since any moment, NaN where nobody knows. `lasted`: for whom only the
    length is known, as on the web.
    """

    answers: Ints
    surveyor: Ints
    community: Ints
    block: Ints
    started: Floats
    ended: Floats
    lasted: Floats | None = None

    def __post_init__(self) -> None:
        sizes = {
            len(column)
            for column in (self.answers, self.surveyor, self.community, self.block,
                           self.started, self.ended)
        }  # fmt: skip
        if len(sizes) != 1 or self.answers.ndim != 2:
            raise ValueError("every column has one row for each sheet")

    def __len__(self) -> int:
        return len(self.answers)

    @property
    def seconds(self) -> Floats:
        between: Floats = self.ended - self.started
        if self.lasted is None:
            return between
        return np.where(np.isnan(between), self.lasted, between)

    @property
    def score(self) -> Floats:
        """The mean answer of each sheet; NaN if all is blank."""
        known = self.answers != BLANK
        with np.errstate(invalid="ignore"):
            found: Floats = np.where(known, self.answers, 0).sum(axis=1) / known.sum(axis=1)
        return found


@dataclass(frozen=True)
class Sign:
    """`observed` of `of` show it; chance alone would bring `expected`.

    `p` is the chance of as many or more. None: not known. `rows` are the sheets (or, of whole
    communities, their numbers) to look at.
    """

    kind: Kind
    observed: int
    of: int
    expected: float | None
    p: float | None
    rows: tuple[int, ...]

    @property
    def rate(self) -> float | None:
        return self.observed / self.of if self.of else None

    @property
    def expected_rate(self) -> float | None:
        return self.expected / self.of if self.of and self.expected is not None else None
