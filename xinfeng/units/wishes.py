"""What people say of units and points: read by forms and tables, carried out by commands."""

from dataclasses import dataclass

from .models import UnitKind


@dataclass(frozen=True)
class UnitWish:
    """What can be said of a unit at any time."""

    name: str
    short_name: str
    kind: UnitKind
    parent_id: int | None = None


@dataclass(frozen=True)
class NewUnit:
    code: str
    division_id: int
    wish: UnitWish


@dataclass(frozen=True)
class PointWish:
    """What can be said of a point at any time; positions in micro-degrees WGS84."""

    name: str
    type_id: int
    unit_id: int
    address: str = ""
    place_id: int | None = None
    lat_e6: int | None = None
    lon_e6: int | None = None


@dataclass(frozen=True)
class NewPoint:
    code: str
    division_id: int
    wish: PointWish
