"""One for all modules of this room, and what their addresses and lists have in common."""

from typing import Annotated

from ninja import Router
from pydantic import StringConstraints

from xinfeng.base.contract import unreadable

router = Router(tags=["units and points"])
AREAS = (10**11, 10**12)
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,20}$")]


def division_key(after: str) -> tuple[int, str] | None:
    """Where a list in reading order goes on: division and code."""
    if after == "":
        return None
    division, _sep, code = after.partition("_")
    if not (division.isascii() and division.isdigit() and len(division) == 12 and code):
        raise unreadable()
    return int(division), code
