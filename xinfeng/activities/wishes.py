"""What somebody who announces says, before any of it is a row."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from xinfeng.activities.models import Audience, Part, Risk


@dataclass(frozen=True)
class NewPost:
    name: str
    capacity: int
    conditions: str = ""
    skills: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    min_age: int | None = None
    max_age: int | None = None
    is_dangerous: bool = False
    part: str = Part.HELPER
    audience: str = Audience.OPEN


@dataclass(frozen=True)
class NewShift:
    starts_at: datetime
    ends_at: datetime
    capacity: int
    withdraw_until: datetime | None = None
    posts: tuple[NewPost, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an activity says of itself; the names are those of its columns."""

    title: str
    category_id: int
    division_id: int
    place_id: int | None = None
    team_id: int | None = None
    project_id: int | None = None
    programme_id: int | None = None
    # Empty in a draft that has not decided; publishing asks for it.
    nature: str = ""
    risk: str = Risk.LOW
    content: str = ""
    conditions: str = ""
    risks: str = ""
    protection: str = ""
    insurance: str = ""
    insured_from: date | None = None
    insured_until: date | None = None
    contact: str = ""
    meeting_point: str = ""
    deputies: tuple[int, ...] = ()
    lat_e6: int | None = None
    lon_e6: int | None = None
    fence_m: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewActivity(Plan):
    """A plan with its times. The code comes with the form: sent twice, there once."""

    code: str
    # Decided once: what people were asked to one by one never becomes a public list. By
    # invitation it lies in the township of the division named here, never in the village.
    audience: str = Audience.OPEN
    shifts: tuple[NewShift, ...] = ()


COLUMNS = tuple(field.name for field in fields(Plan))
# Where it lies and in whose name.
GROUNDS = ("division_id", "place_id", "team_id")
# What people signed up for; after announcing it stays as it was said.
PROMISED = (
    "title", "category_id", "division_id", "place_id", "team_id", "nature", "risk",
)  # fmt: skip
