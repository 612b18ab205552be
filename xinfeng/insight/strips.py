"""A few figures above a list of another room: as stored, each with what it is a share of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .board import Reading, readings
from .models import RollUp
from .published import published


@dataclass(frozen=True)
class Strip:
    """The city's published ones of some figures, for one division."""

    division: int
    as_of: date
    readings: list[Reading]


def strip(names: Sequence[str], within: int | None = None) -> Strip | None:
    """Two queries; None while nothing is counted yet, or where the city publishes none."""
    choice = published()
    wanted = [name for name in names if name in choice.names]
    state = RollUp.objects.order_by("pk").first() if wanted else None
    if state is None:
        return None
    code = within or choice.city
    return Strip(code, state.as_of, readings(code, wanted, state.as_of, choice.targets))
