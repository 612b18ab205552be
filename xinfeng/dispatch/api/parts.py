"""Parts of the week as a volunteer's profile writes them: "1-MORNING" is Monday morning."""

from typing import Annotated

from pydantic import StringConstraints

from xinfeng.people.models import SLOTS, PartOfDay

FreePart = Annotated[str, StringConstraints(pattern=r"^[1-7]-(MORNING|AFTERNOON|EVENING)$")]

_PARTS = len(PartOfDay)


def parts_of(bits: int | None) -> list[str]:
    """Which parts are meant; none where the whole week is."""
    days = range(SLOTS // _PARTS)
    return [
        f"{day + 1}-{part.name}"
        for day in days
        for part in PartOfDay
        if (bits or 0) >> day * _PARTS + part & 1
    ]


def bit_of(part: str) -> int:
    day, _dash, name = part.partition("-")
    return (int(day) - 1) * len(PartOfDay) + PartOfDay[name].value
