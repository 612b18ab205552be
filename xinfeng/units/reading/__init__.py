"""Tables of units, members and points as offices keep them: read, never written here.

One module a kind of table; each gives a Preview that says what importing would do.
"""

from datetime import date

from xinfeng.units.models import SheetKind

from . import members, points, units
from .preview import Preview

__all__ = ["Preview", "preview"]

_READERS = {
    SheetKind.UNITS: units.read,
    SheetKind.MEMBERS: members.read,
    SheetKind.POINTS: points.read,
}


def preview(kind: SheetKind, data: bytes, today: date) -> Preview:
    """What importing a table would do; with a single problem it would do nothing."""
    return _READERS[kind](data, today)
