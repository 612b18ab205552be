"""Places as an Excel table that an import reads back without a change."""

from typing import Any

from django.db.models import QuerySet

from xinfeng.base import books, codes
from xinfeng.base.codes import Level
from xinfeng.base.table_cells import word_of

from .columns import COLUMNS, STATES, TIERS
from .models import Division, Place, PlaceState, Tier

_WIDTHS = {"name": 36, "address": 40, "division": 14}
_LEVELS = {"county": Level.COUNTY, "township": Level.TOWNSHIP, "village": Level.VILLAGE}


class Where:
    """The columns that say where: the code, and the names down to it."""

    def __init__(self) -> None:
        self.names = dict(Division.objects.values_list("code", "name"))

    def cells(self, code: int) -> dict[str, str]:
        level = codes.level_of(code)
        named = {
            column: self.names.get(code // codes.UNIT[at] * codes.UNIT[at], "")
            for column, at in _LEVELS.items()
            if at <= level
        }
        return {"division": str(code), **named}


def workbook(places: "QuerySet[Place]") -> bytes:
    """All given places in reading order; two queries."""
    where = Where()
    heads = {column: titles[0] for column, titles in COLUMNS.items()}
    rows = (_cells(place, where) for place in places.order_by("division_id", "code", "pk"))
    return books.table("阵地", heads, rows, _WIDTHS)


def _cells(place: Place, where: Where) -> dict[str, Any]:
    return {
        "code": place.code,
        "name": place.name,
        "name_en": place.name_en,
        "tier": word_of(TIERS, Tier(place.tier)),
        "kind": place.kind,
        "state": word_of(STATES, PlaceState(place.state)),
        "address": place.address,
        "lon": "" if place.lon_e6 is None else place.lon_e6 / 1e6,
        "lat": "" if place.lat_e6 is None else place.lat_e6 / 1e6,
        **where.cells(place.division_id),
    }
