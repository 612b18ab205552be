"""What upper rooms show on the page of a unit or of a point; each says it once, when loaded.

    @sections.of_unit
    def results(unit: Unit, reader: Reader) -> Section | None:
        …

They come in the order of the rooms. None: nothing of it is for this reader.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xinfeng.base.standing import Standing

from .models import Point, Unit


@dataclass(frozen=True)
class Reader:
    """Who looks, from where, and when."""

    person_id: int | None
    standing: Standing
    units: frozenset[int]
    at: datetime


@dataclass(frozen=True)
class Section:
    """A template of the upper room, and what it shows under the name `shown`."""

    template: str
    shown: Mapping[str, Any] = field(default_factory=dict)


UnitShows = Callable[[Unit, Reader], Section | None]
PointShows = Callable[[Point, Reader], Section | None]
_of_units: list[UnitShows] = []
_of_points: list[PointShows] = []


def of_unit(shows: UnitShows) -> UnitShows:
    _of_units.append(shows)
    return shows


def of_point(shows: PointShows) -> PointShows:
    _of_points.append(shows)
    return shows


def for_unit(unit: Unit, reader: Reader) -> list[Section]:
    return _shown(shows(unit, reader) for shows in _of_units)


def for_point(point: Point, reader: Reader) -> list[Section]:
    return _shown(shows(point, reader) for shows in _of_points)


def _shown(found: Iterable[Section | None]) -> list[Section]:
    return [each for each in found if each is not None]
