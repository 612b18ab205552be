"""A frame between its rows and the pure engine of the draw."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from xinfeng.base import codes
from xinfeng.base.codes import Level
from xinfeng.places.models import Division

from . import drawing
from .models import Frame


class Counted(Protocol):
    """A community with its households, of a table or of the database."""

    @property
    def division_id(self) -> int: ...
    @property
    def is_urban(self) -> bool: ...
    @property
    def households(self) -> int: ...


@dataclass(frozen=True)
class InStratum:
    """What a stratum of a frame holds."""

    key: str
    county: int
    is_urban: bool
    communities: int
    households: int


def stratum_of(division_id: int, is_urban: bool) -> str:
    """ "430405-urban": the county's six digits, and town or country."""
    return f"{division_id // 10**6}-{'urban' if is_urban else 'rural'}"


def frame_of(listed: Iterable[Counted], as_of: date) -> drawing.Frame:
    """What is drawn from: households are the numbers of the community's list."""
    return drawing.Frame(
        {
            str(each.division_id): drawing.Community(
                str(each.division_id),
                stratum_of(each.division_id, each.is_urban),
                drawing.Numbered(each.households),
            )
            for each in listed
        },
        as_of,
    )


def read(frame: Frame) -> drawing.Frame:
    return frame_of(frame.listed.order_by("division_id"), frame.as_of)


def strata_of(frame: Frame) -> list[InStratum]:
    """County × urban or rural, in the order of their keys."""
    counted: dict[str, tuple[int, bool, int, int]] = {}
    for each in frame.listed.order_by("division_id"):
        key = stratum_of(each.division_id, each.is_urban)
        county = codes.span(each.division_id, Level.COUNTY)[0]
        _county, _area, communities, households = counted.get(key, (county, True, 0, 0))
        counted[key] = county, each.is_urban, communities + 1, households + each.households
    return [InStratum(key, *counted[key]) for key in sorted(counted)]


def counties_of(frame: Frame) -> dict[str, int]:
    """The frame's counties by code (six digits or twelve) and by name."""
    found = {
        codes.span(code, Level.COUNTY)[0]
        for code in frame.listed.order_by("division_id").values_list("division_id", flat=True)
    }
    names = Division.objects.filter(pk__in=found).values_list("pk", "name")
    return (
        {str(code): code for code in found}
        | {str(code)[:6]: code for code in found}
        | {name: code for code, name in names}
    )


def totals_of(frame: Frame) -> dict[tuple[str, str], tuple[int, int]]:
    """Known numbers by margin and key: the row's id, and how many people."""
    rows = frame.totals.order_by("pk").values_list("margin", "key", "pk", "people")
    return {(margin, key): (pk, people) for margin, key, pk, people in rows}
