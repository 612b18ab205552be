"""Parts of the week as a volunteer's profile writes them: "1-MORNING" is Monday morning."""

from typing import Annotated

from pydantic import StringConstraints

from xinfeng.people.models import PartOfDay

FreePart = Annotated[str, StringConstraints(pattern=r"^[1-7]-(MORNING|AFTERNOON|EVENING)$")]


def bit_of(part: str) -> int:
    day, _dash, name = part.partition("-")
    return (int(day) - 1) * len(PartOfDay) + PartOfDay[name].value
