"""The whole way from inputs to numbers, with how far it is told to whoever waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xinfeng.surveys.estimates.labels import Floats

from .computing import Computed, Tell, compute, count
from .rows import Inputs, Settings
from .second import apart, second_opinion
from .weights import weigh


@dataclass(frozen=True)
class Outcome:
    """What an estimation keeps: numbers, weights by sheet (None: nobody was drawn), notes."""

    rows: Sequence[Computed]
    base: Floats | None
    final: Floats | None
    told: dict[str, Any] = field(default_factory=dict)


def work_out(
    inputs: Inputs, settings: Settings, *, is_drawn: bool, tell: Tell | None = None
) -> Outcome:
    """Weights and all numbers of a drawn sample; of another one counts. Raises CannotWeigh."""
    if not is_drawn:
        return Outcome(count(inputs), None, None)
    weighted = weigh(inputs, settings)
    rows, effect = compute(inputs, settings, weighted.design, _part(tell, 0.1, 0.7))
    told = weighted.told | {"assumed_effect": effect, "apart": apart(inputs, weighted.design)}
    if tell:
        tell(0.8)
    told["second"] = second_opinion(inputs, weighted.design)
    return Outcome(rows, weighted.base, weighted.design.weights, told)


def _part(tell: Tell | None, start: float, length: float) -> Tell | None:
    """The same step of a longer way."""
    return None if tell is None else lambda done: tell(start + length * done)
