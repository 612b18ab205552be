"""Where divisions lie on a plane of metres, so that the timetable can count ways.

What lies above a village is in the middle of its villages; a village without a position is
where its township is. A city pack without positions makes every way nothing.
"""

from dataclasses import dataclass
from functools import cache
from math import cos, radians

from django.conf import settings

from xinfeng.base import pack
from xinfeng.base.codes import UNIT, Level
from xinfeng.base.positions import EARTH_M

Point = tuple[float, float]
_METRES_A_DEGREE = EARTH_M * radians(1)


@dataclass(frozen=True)
class Plane:
    """Metres east and north of the middle of the city."""

    middle: Point
    known: dict[int, Point]

    def of(self, lon: float, lat: float) -> Point:
        east = (lon - self.middle[0]) * cos(radians(self.middle[1]))
        return east * _METRES_A_DEGREE, (lat - self.middle[1]) * _METRES_A_DEGREE

    def of_e6(self, lon_e6: int | None, lat_e6: int | None, division_id: int) -> Point:
        """A place's own position, else where its division lies."""
        if lon_e6 is None or lat_e6 is None:
            return self.of_division(division_id)
        return self.of(lon_e6 / 1e6, lat_e6 / 1e6)

    def of_division(self, code: int) -> Point:
        """The nearest division at or above it that has a position."""
        for level in reversed(Level):
            if (found := self.known.get(code // UNIT[level] * UNIT[level])) is not None:
                return self.of(*found)
        return 0.0, 0.0


def plane() -> Plane:
    return _plane(settings.CITY_PACK)


@cache
def _plane(folder: str) -> Plane:
    city = pack.load(folder)
    villages = city.positions() or {seat.code: (seat.lon, seat.lat) for seat in city.seats}
    sums: dict[int, tuple[float, float, int]] = {}
    for code, (lon, lat) in villages.items():
        for level in Level:
            above = code // UNIT[level] * UNIT[level]
            x, y, n = sums.get(above, (0.0, 0.0, 0))
            sums[above] = (x + lon, y + lat, n + 1)
    known = {code: (x / n, y / n) for code, (x, y, n) in sums.items()}
    return Plane(known.get(city.code, (0.0, 0.0)), known)
