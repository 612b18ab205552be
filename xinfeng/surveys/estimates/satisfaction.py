"""满意率 and 满意度: two numbers from one answer, both published, each with its denominator."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .design import Design
from .estimating import mean, share
from .intervals import LEVEL, Method
from .labels import Floats, Labels, blank, coded
from .quantities import Domains
from .results import Estimates


@dataclass(frozen=True)
class Scale:
    """What each answer is worth, and which of them are satisfied.

    An answer without a score, such as “cannot say”, is neither: it leaves the denominator.
    """

    scores: Mapping[str, float]
    satisfied: frozenset[str]
    no_opinion: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        strangers = self.satisfied - self.scores.keys()
        if strangers:
            raise ValueError(f"satisfied without a score: {', '.join(sorted(strangers))}")

    def knows(self, answer: str) -> bool:
        return answer in self.scores or answer in self.no_opinion


@dataclass(frozen=True)
class Counted:
    """How the answers of a domain divide; their sum is all who were asked."""

    rated: int
    no_opinion: int
    blank: int


@dataclass(frozen=True)
class Satisfaction:
    """The share satisfied (满意率), the mean satisfaction (满意度), and the answers behind."""

    share: Estimates
    mean: Estimates
    counted: tuple[Counted, ...]


def satisfaction(
    design: Design,
    answers: Labels,
    scale: Scale,
    by: Domains | None = None,
    *,
    method: Method = Method.KORN_GRAUBARD,
    level: float = LEVEL,
) -> Satisfaction:
    """Both numbers from the same answers. Raises ValueError for an answer not on the scale."""
    empty = blank(answers)
    values = np.asarray(answers)[~empty]
    score, hit = np.full(len(empty), np.nan), np.full(len(empty), np.nan)
    score[~empty] = _read(values, scale, scale.scores)
    hit[~empty] = _read(
        values, scale, {name: float(name in scale.satisfied) for name in scale.scores}
    )
    silent = np.isnan(score) & ~empty
    codes = np.zeros(len(design), dtype=np.int64) if by is None else by.codes
    width = 1 if by is None else len(by)
    counts = [
        np.bincount(codes[(codes >= 0) & mask], minlength=width)
        for mask in (~np.isnan(score), silent, empty)
    ]
    return Satisfaction(
        share(design, hit, by, method=method, level=level),
        mean(design, score, by),
        tuple(Counted(*(int(count[d]) for count in counts)) for d in range(width)),
    )


def _read(answers: Labels, scale: Scale, worth: Mapping[str, float]) -> Floats:
    """What each answer is worth; NaN for no opinion."""
    if not len(answers):
        return np.zeros(0)
    codes, names = coded(answers)
    strangers = [str(name) for name in names if not scale.knows(str(name))]
    if strangers:
        raise ValueError(f"not on the scale: {', '.join(strangers)}")
    by_code = np.array([worth.get(str(name), np.nan) for name in names], dtype=np.float64)
    found: Floats = by_code[codes]
    return found
