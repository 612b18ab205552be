"""What pages, commands and upper rooms ask about units and points."""

from .members import (
    heads,
    heads_of_units,
    members_of,
    members_within,
    units_headed_by,
    units_of,
)

__all__ = [
    "heads",
    "heads_of_units",
    "members_of",
    "members_within",
    "units_headed_by",
    "units_of",
]
