"""What the pages of units and points read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from xinfeng.base import codes, scope
from xinfeng.people.queries import masked_names
from xinfeng.units.models import (
    MemberQuerySet,
    Point,
    PointQuerySet,
    PointState,
    Unit,
    UnitMember,
    UnitQuerySet,
)

PAGE = 50
# A map shows so many points at once, and the list says when there are more.
ON_MAP = 3_000
Key = tuple[int, str]


@dataclass(frozen=True)
class Choice:
    """How the list of points is narrowed."""

    within: int | None = None
    type: str = ""
    unit: str = ""
    state: str = ""
    words: str = ""


def chosen(choice: Choice) -> PointQuerySet:
    found = Point.objects.all()
    if choice.within is not None:
        found = found.inside(*codes.span(choice.within, codes.level_of(choice.within)))
    if choice.type:
        found = found.filter(type__code=choice.type)
    if choice.unit:
        found = found.filter(unit__code=choice.unit)
    # Closed points are history: they are shown when they are asked for.
    found = found.filter(state=choice.state) if choice.state else _kept(found)
    if choice.words:
        found = found.filter(Q(name__icontains=choice.words) | Q(code__iexact=choice.words))
    return found


def _kept(found: PointQuerySet) -> PointQuerySet:
    return found.exclude(state=PointState.CLOSED)


@dataclass(frozen=True)
class Listed:
    """A page of points in reading order; `after` opens the next one."""

    points: Sequence[Point]
    total: int
    after: Key | None


def listed(choice: Choice, after: Key | None = None) -> Listed:
    """Two queries, whatever the number of points."""
    found = chosen(choice)
    total = found.count()
    if after is not None:
        division, code = after
        found = found.filter(
            Q(division_id__gt=division) | Q(division_id=division, code__gt=code)
        )
    rows = found.select_related("type", "unit", "division").in_reading_order()
    page = list(rows[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    return Listed(page[:PAGE], total, (last.division_id, last.code) if last else None)


def features(choice: Choice, href: Any) -> dict[str, Any]:
    """The points of a list as GeoJSON for its map."""
    found = chosen(choice).filter(lat_e6__isnull=False).select_related("type")
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [(point.lon_e6 or 0) / 1e6, (point.lat_e6 or 0) / 1e6],
                },
                "properties": {
                    "name": point.name,
                    "note": point.type.title,
                    "href": href(point),
                    "verdict": "calm" if point.state == PointState.OPEN else "not_known",
                },
            }
            for point in found.in_reading_order()[:ON_MAP]
        ],
    }


def units_listed(words: str = "", within: int | None = None) -> UnitQuerySet:
    """The units in use with the number of their points; one query."""
    found = Unit.objects.active().select_related("division")
    if within is not None:
        found = found.inside(*codes.span(within, codes.level_of(within)))
    if words:
        found = found.filter(Q(name__icontains=words) | Q(code__iexact=words))
    kept = Count("points", filter=~Q(points__state=PointState.CLOSED))
    return found.annotate(kept=kept).in_reading_order()


@dataclass(frozen=True)
class UnitsListed:
    """A page of units in reading order; `after` opens the next one."""

    units: Sequence[Unit]
    after: Key | None


def units_page(words: str, within: int | None, after: Key | None) -> UnitsListed:
    """One query, whatever the number of units."""
    found = units_listed(words, within)
    if after is not None:
        division, code = after
        found = found.filter(
            Q(division_id__gt=division) | Q(division_id=division, code__gt=code)
        )
    page = list(found[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    return UnitsListed(page[:PAGE], (last.division_id, last.code) if last else None)


@dataclass(frozen=True)
class Member:
    """Somebody who acts for a unit, by their family name."""

    row: UnitMember
    name: str


def members_listed(
    unit: Unit, reader: int | None, spans: Sequence[tuple[int, int]]
) -> list[Member]:
    """The people of a unit that this reader may see."""
    with scope.reading(person_id=reader, spans=spans):
        rows = list(_current(unit))
    names = masked_names(row.person_id for row in rows)
    return [Member(row, names.get(row.person_id, "")) for row in rows]


def _current(unit: Unit) -> MemberQuerySet:
    rows = UnitMember.objects.current().filter(unit=unit).select_related("person")
    return rows.order_by("role", "since", "pk")
