"""Places as an Excel table that an import reads back without a change."""

import io

import xlsxwriter
from django.db.models import QuerySet

from xinfeng.base import codes
from xinfeng.base.codes import Level

from .columns import COLUMNS, STATES, TIERS, word_of
from .models import Division, Place, PlaceState, Tier

WIDTHS = {"name": 36, "address": 40, "division": 14, "opened_on": 12}


def workbook(places: "QuerySet[Place]") -> bytes:
    """All given places in reading order; two queries."""
    names = dict(Division.objects.values_list("code", "name"))
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("阵地")
    bold = book.add_format({"bold": True})
    for i, (column, titles) in enumerate(COLUMNS.items()):
        sheet.write_string(0, i, titles[0], bold)
        sheet.set_column(i, i, WIDTHS.get(column, 12))
    sheet.freeze_panes(1, 2)
    for number, place in enumerate(places.order_by("division_id", "code", "pk"), 1):
        for i, value in enumerate(_cells(place, names).values()):
            if isinstance(value, float):
                sheet.write_number(number, i, value)
            elif value:
                sheet.write_string(number, i, value)
    book.close()
    return file.getvalue()


def _cells(place: Place, names: dict[int, str]) -> dict[str, str | float]:
    """One value a column, in the order of the columns."""
    above = {
        level: names.get(place.division_id // codes.UNIT[level] * codes.UNIT[level], "")
        for level in (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)
        if level <= codes.level_of(place.division_id)
    }
    return {
        "code": place.code,
        "name": place.name,
        "name_en": place.name_en,
        "tier": word_of(TIERS, Tier(place.tier)),
        "kind": place.kind,
        "state": word_of(STATES, PlaceState(place.state)),
        "division": str(place.division_id),
        "county": above.get(Level.COUNTY, ""),
        "township": above.get(Level.TOWNSHIP, ""),
        "village": above.get(Level.VILLAGE, ""),
        "address": place.address,
        "lon": "" if place.lon_e6 is None else place.lon_e6 / 1e6,
        "lat": "" if place.lat_e6 is None else place.lat_e6 / 1e6,
        "opened_on": "",
    }
