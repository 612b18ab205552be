"""What importing a table of this room would do."""

from dataclasses import dataclass
from typing import Any

from xinfeng.base import previews


@dataclass(frozen=True)
class Row:
    """One line that is right: what it says, where it counts, and what is known already."""

    number: int
    name: str
    division_id: int
    said: dict[str, Any]
    known_id: int | None = None
    differs: bool = True


class Preview(previews.Preview[Row]):
    """Rows and problems; with a single problem nothing would be imported."""
