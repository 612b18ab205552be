"""What pages, commands and upper rooms ask about units and points."""

from .members import (
    heads,
    heads_of_units,
    members_of,
    members_within,
    units_headed_by,
    units_of,
)
from .pages import (
    Choice,
    Key,
    chosen,
    features,
    listed,
    members_listed,
    units_listed,
    units_page,
)

__all__ = [
    "Choice",
    "Key",
    "chosen",
    "features",
    "heads",
    "heads_of_units",
    "listed",
    "members_listed",
    "members_of",
    "members_within",
    "units_headed_by",
    "units_listed",
    "units_of",
    "units_page",
]
