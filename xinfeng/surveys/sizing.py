"""What the calculator says: sizes and powers from what a clerk knows."""

from dataclasses import dataclass

from .designing import (
    Plan,
    Size,
    design_effect,
    power_of_change,
    size_for_change,
    size_for_share,
)


@dataclass(frozen=True)
class Told:
    """How many answers and people, what they cost more than by pure lot, what they show."""

    effect: float
    needed: Size
    # Communities, if each gives so many households that are asked.
    communities: int | None
    # The change against last year, how likely it is seen, and what would do to see it.
    change: float | None
    power: float | None
    for_change: Size | None
    # The smallest change that is mostly seen with so many answers a year.
    visible: float


def told(
    *, share: float, margin: float, last: float | None, per_community: int, likeness: float,
    population: int | None, response: float,
) -> Told:  # fmt: skip
    """All shares in per cent."""
    effect = design_effect(per_community * response / 100, likeness)
    plan = Plan(max(effect, 1.0), population, response / 100)
    needed = size_for_share(share / 100, margin / 100, plan)
    known = (last or 0) / 100
    # Compared as they are worked with: a hair's breadth may be lost by the division.
    change = None if last is None or known == share / 100 else share - last
    return Told(
        plan.effect, needed,
        None if needed.asked is None else -(-needed.asked // per_community),
        change,
        None if change is None else power_of_change(known, share / 100, needed.answers, plan),
        None if change is None else size_for_change(known, share / 100, plan),
        _visible(share / 100, needed.answers, plan) * 100,
    )  # fmt: skip


def _visible(share: float, answers: int, plan: Plan) -> float:
    """By halves: power grows with the distance, towards the middle of the scale."""
    low, high = 0.0, max(share, 1 - share) - 1e-6
    way = -1 if share > 1 / 2 else 1
    for _turn in range(40):
        middle = (low + high) / 2
        if middle > 0 and power_of_change(share, share + way * middle, answers, plan) >= 0.8:
            high = middle
        else:
            low = middle
    return high
