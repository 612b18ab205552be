"""What people say of a place: read by forms and tables, carried out by commands."""

from dataclasses import dataclass

from .models import FacilityKind, PlaceState, Tier


@dataclass(frozen=True)
class Wish:
    """What can be said of a place at any time; positions in micro-degrees WGS84."""

    name: str
    name_en: str = ""
    kind: str = ""
    address: str = ""
    lon_e6: int | None = None
    lat_e6: int | None = None


@dataclass(frozen=True)
class NewPlace:
    """A place that comes into being, planned or open."""

    code: str
    tier: Tier
    division_id: int
    wish: Wish
    state: PlaceState = PlaceState.PLANNED


@dataclass(frozen=True)
class NewFacility:
    """Something a place has; area in m², seats and items as counts, None: not measured."""

    kind: FacilityKind
    name: str = ""
    area_m2: int | None = None
    seats: int | None = None
    items: int | None = None


@dataclass(frozen=True)
class Opening:
    """One opening of the week: weekday 0 = Monday, minutes of the day."""

    weekday: int
    opens_minute: int
    closes_minute: int
