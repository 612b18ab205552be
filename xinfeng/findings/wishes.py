"""What somebody wants written down: plain values, decided by the commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from .models import Source

# The questions of a class by their codes; several answers where several may be chosen.
Answers = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Upload:
    """A picture as it was sent."""

    content: bytes | BinaryIO
    name: str


# What is to be kept, or the number of what another room has kept already.
Picture = int | Upload


@dataclass(frozen=True)
class NewFinding:
    """One finding to raise. The code is made by the caller; the origin says what raised it."""

    code: str
    origin: str
    division_id: int
    text: str
    found_at: datetime
    source: Source = Source.INSPECTION
    submission_id: int | None = None
    point_id: int | None = None
    line: str = ""
    category_id: int | None = None
    lat_e6: int | None = None
    lon_e6: int | None = None
    found_by_id: int | None = None
    is_praise: bool = False
    # Files kept by `files.commands.keep`; they show it before the repair.
    files: tuple[int, ...] = ()


@dataclass(frozen=True)
class NewReport:
    """A snap report as the form sends it."""

    client_id: UUID
    code: str
    secret: str
    division_id: int
    text: str
    category_id: int | None = None
    lat_e6: int | None = None
    lon_e6: int | None = None
    name: str = ""
    phone: str = ""
    is_praise: bool = False
    # Where it was sent from, against floods; only a keyed digest is kept.
    address: str = ""
    pictures: tuple[Picture, ...] = ()
    source: Source = Source.SNAP
    # The program of others that sends it.
    program_id: int | None = None
    answers: Answers = field(default_factory=dict)
    # What else helps to reach the reporter, such as an address for letters by wire.
    reach: str = ""
