"""What is on near a point: cells find what may be near, metres say what is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from xinfeng.activities.models import HOLDING, Shift
from xinfeng.base import positions, scope
from xinfeng.places.models import Place

from .activity import position_of
from .listing import Line, places_of, with_words

PAGE = 30
# (metres, shift): where the next page begins.
NearKey = tuple[int, int]


@dataclass(frozen=True)
class Around:
    """A circle on the earth and how what lies in it is narrowed."""

    lat_e6: int
    lon_e6: int
    radius_m: int
    days: int = 30
    category: str = ""
    words: str = ""
    free_only: bool = False


@dataclass(frozen=True)
class Near:
    lines: list[Line]
    after: NearKey | None

    def features(self) -> list[tuple[Line, tuple[int, int]]]:
        """The lines that have a position, for a map."""
        found = ((line, position_of(line.shift.activity)) for line in self.lines)
        return [(line, position) for line, position in found if position]


# The distance is computed for what the index on (cell, start) leaves, and for nothing else.
_SQL = """
    SELECT found.id, found.metres FROM (
        SELECT s.id, s.capacity, round(
            2 * {earth} * asin(sqrt(
                sin(radians(({lat} - %(lat)s) / 1e6) / 2) ^ 2
                + cos(radians(%(lat)s / 1e6)) * cos(radians({lat} / 1e6))
                * sin(radians(({lon} - %(lon)s) / 1e6) / 2) ^ 2
            ))
        )::int AS metres
        FROM activities_shift s
        JOIN activities_activity a ON a.id = s.activity_id
        LEFT JOIN places_place p ON p.id = a.place_id
        WHERE s.cell = ANY(%(cells)s) AND s.starts_at > %(at)s AND s.starts_at < %(until)s
          AND a.state = 'ANNOUNCED' AND a.audience = 'OPEN' {narrowed}
    ) found
    WHERE found.metres <= %(radius)s AND (found.metres, found.id) > (%(metres)s, %(id)s) {free}
    ORDER BY found.metres, found.id LIMIT %(most)s
"""
_LAT = "CASE WHEN a.lat_e6 IS NULL THEN p.lat_e6 ELSE a.lat_e6 END"
_LON = "CASE WHEN a.lat_e6 IS NULL THEN p.lon_e6 ELSE a.lon_e6 END"
_FREE = """
    AND found.capacity > (
        SELECT count(*) FROM activities_signup u
        WHERE u.shift_id = found.id AND u.state = ANY(%(holding)s)
    )
    AND (
        NOT EXISTS (SELECT FROM activities_post o WHERE o.shift_id = found.id)
        OR EXISTS (
            SELECT FROM activities_post o
            WHERE o.shift_id = found.id AND o.audience = 'OPEN' AND o.capacity > (
                SELECT count(*) FROM activities_signup u
                WHERE u.post_id = o.id AND u.state = ANY(%(holding)s)
            )
        )
    )
"""


def near(around: Around, *, at: datetime, after: NearKey | None = None) -> Near:
    """Shifts that begin within the days and lie within the radius, nearest first."""
    with scope.whole_city():
        found = nearest(around, at=at, after=after)
        metres = dict(found[:PAGE])
        shifts = {shift.pk: shift for shift in with_words(Shift.objects.filter(pk__in=metres))}
        places = places_of(shifts.values())
    lines = [Line(shifts[pk], *places[pk], metres=far) for pk, far in metres.items()]
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Near(lines, (last[1], last[0]) if last else None)


def nearest(
    around: Around, *, at: datetime, after: NearKey | None = None
) -> list[tuple[int, int]]:
    """(shift, metres) in order, one more than a page; asks within a scope of its caller."""
    narrowed, values = "", _values(around, at, after)
    if around.category:
        narrowed += (
            " AND a.category_id = (SELECT c.id FROM activities_category c"
            " WHERE c.code = %(category)s)"
        )
    if around.words:
        narrowed += " AND a.title ILIKE %(words)s"
    sql = _SQL.format(
        earth=positions.EARTH_M, lat=f"({_LAT})", lon=f"({_LON})", narrowed=narrowed,
        free=_FREE if around.free_only else "",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [(int(pk), int(far)) for pk, far in cursor.fetchall()]


def point_of(village: int) -> tuple[int, int] | None:
    """The middle of a village, as far as known: where its first place with a position is."""
    placed = Place.objects.filter(division_id=village, lat_e6__isnull=False)
    place = placed.order_by("code", "pk").first()
    if place is None or place.lat_e6 is None or place.lon_e6 is None:
        return None
    return place.lat_e6, place.lon_e6


def _values(around: Around, at: datetime, after: NearKey | None) -> dict[str, Any]:
    metres, pk = after or (-1, 0)
    escaped = around.words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {
        "lat": around.lat_e6,
        "lon": around.lon_e6,
        "radius": around.radius_m,
        "cells": positions.disk(around.lat_e6, around.lon_e6, around.radius_m),
        "at": at,
        "until": at + timedelta(days=around.days),
        "category": around.category,
        "words": f"%{escaped}%",
        "holding": list(HOLDING),
        "metres": metres,
        "id": pk,
        "most": PAGE + 1,
    }
