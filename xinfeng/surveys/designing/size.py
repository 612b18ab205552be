"""How many people must be asked for a share, a change, or a threshold.

Cochran (1977), Sampling Techniques, §4.4 for shares; Fleiss, Levin and Paik (2003), Statistical
Methods for Rates and Proportions, ch. 4 for the difference of two; Kish (1965), Survey
Sampling, §5.4 for what clusters cost.
"""

from dataclasses import dataclass
from math import ceil, sqrt

from scipy.special import ndtr, ndtri

LEVEL = 0.95
POWER = 0.80


@dataclass(frozen=True)
class Plan:
    """The circumstances of a survey.

    `effect` is its design effect, `population` how many adults there are (None: very many),
    `response` the part of those asked that will answer.
    """

    effect: float = 1.0
    population: int | None = None
    response: float = 1.0

    def __post_init__(self) -> None:
        if not (self.effect > 0 and 0 < self.response <= 1):
            raise ValueError("a design effect is above 0, and a response above 0 and at most 1")
        if self.population is not None and self.population < 1:
            raise ValueError("a population has somebody in it")


@dataclass(frozen=True)
class Size:
    """How many answers are needed, and how many people must be asked for them.

    `asked` None: the population is too small, even if all of it is asked.
    """

    answers: int
    asked: int | None


def design_effect(per_community: float, likeness: float, weights_cv: float = 0.0) -> float:
    """What clusters and uneven weights cost: (1 + (m−1)ρ)(1 + cv²).

    `likeness` ρ is the correlation between two people of one community.
    """
    return (1 + (per_community - 1) * likeness) * (1 + weights_cv**2)


def size_for_share(
    share: float, margin: float, plan: Plan | None = None, level: float = LEVEL
) -> Size:
    """For an interval of `share` ± `margin`. Near 0 and 1 it will be lopsided, and wider."""
    _inside(share, margin)
    return _sized(_quantile(level) ** 2 * share * (1 - share) / margin**2, plan or Plan())


def half_width(
    share: float, answers: int, plan: Plan | None = None, level: float = LEVEL
) -> float:
    """How far off a share may be with so many answers: the margin that they buy."""
    plan = plan or Plan()
    simple = answers / plan.effect
    left_out = 1.0 if plan.population is None else max(0.0, 1 - answers / plan.population)
    return _quantile(level) * sqrt(share * (1 - share) / simple * left_out)


def size_to_show(
    share: float,
    threshold: float,
    plan: Plan | None = None,
    *,
    level: float = LEVEL,
    power: float = POWER,
) -> Size:
    """So that a true `share` above (or below) a threshold will mostly be found to be so."""
    _inside(share, threshold)
    _apart(share, threshold)
    root = _quantile(level) * _sd(threshold) + float(ndtri(power)) * _sd(share)
    return _sized((root / (share - threshold)) ** 2, plan or Plan())


def size_for_change(
    before: float,
    after: float,
    plan: Plan | None = None,
    *,
    level: float = LEVEL,
    power: float = POWER,
) -> Size:
    """In each of two independent years, so that the change is found with the given power."""
    _inside(before, after)
    _apart(before, after)
    middle = (before + after) / 2
    root = _quantile(level) * sqrt(2) * _sd(middle)
    root += float(ndtri(power)) * sqrt(_sd(before) ** 2 + _sd(after) ** 2)
    return _sized((root / (before - after)) ** 2, plan or Plan())


def power_of_change(
    before: float, after: float, answers: int, plan: Plan | None = None, level: float = LEVEL
) -> float:
    """The chance that so many answers a year will show the change."""
    _inside(before, after)
    _apart(before, after)
    plan = plan or Plan()
    simple = answers / plan.effect
    if plan.population is not None:
        if answers >= plan.population:
            return 1.0
        simple /= 1 - answers / plan.population
    seen = abs(before - after) * sqrt(simple)
    beyond = seen - _quantile(level) * sqrt(2) * _sd((before + after) / 2)
    return float(ndtr(beyond / sqrt(_sd(before) ** 2 + _sd(after) ** 2)))


def _sized(simple: float, plan: Plan) -> Size:
    """From simple random answers of an endless population to people of this one."""
    answers = simple * plan.effect
    if plan.population is not None:
        answers /= 1 + answers / plan.population
    needed = _up(answers)
    asked = _up(needed / plan.response)
    if plan.population is not None and asked > plan.population:
        return Size(needed, None)
    return Size(needed, asked)


def _up(amount: float) -> int:
    # 400 × 1.1 is 440.00000000000006: nobody more is needed for a rounding error.
    return ceil(round(amount, 6))


def _quantile(level: float) -> float:
    return float(ndtri((1 + level) / 2))


def _sd(share: float) -> float:
    return sqrt(share * (1 - share))


def _inside(*shares: float) -> None:
    if not all(0 < share < 1 for share in shares):
        raise ValueError("shares and margins lie between 0 and 1")


def _apart(one: float, other: float) -> None:
    if one == other:
        raise ValueError("no sample shows a difference that is not there")
