"""Where things are: H3 cells to find what is near, metres to say how far.

Positions are WGS84 in micro-degrees (`lat_e6`, `lon_e6`). A cell of resolution 7 is about
5 km² and 1.4 km from its centre to a corner; it is kept as a signed 64-bit number.
"""

from math import asin, cos, radians, sin, sqrt

import h3

RESOLUTION = 7
EARTH_M = 6_371_008
# The least that one ring of cells adds in any direction; cells differ in size over the earth.
_RING_M = 1_400
# The most that a cell reaches from its centre, with room to spare.
_CELL_M = 2_000


def cell(lat_e6: int, lon_e6: int) -> int:
    """The cell a point lies in."""
    return int(h3.str_to_int(h3.latlng_to_cell(lat_e6 / 1e6, lon_e6 / 1e6, RESOLUTION)))


def disk(lat_e6: int, lon_e6: int, radius_m: int) -> list[int]:
    """All cells that a circle touches, and a few more at its edge; fewer cells ask faster."""
    # One ring more: the point may lie at the edge of its own cell.
    rings = radius_m // _RING_M + 2
    middle = h3.latlng_to_cell(lat_e6 / 1e6, lon_e6 / 1e6, RESOLUTION)
    return sorted(
        h3.str_to_int(c)
        for c in h3.grid_disk(middle, rings)
        if metres((lat_e6, lon_e6), _centre(c)) <= radius_m + _CELL_M
    )


def _centre(name: str) -> tuple[int, int]:
    lat, lon = h3.cell_to_latlng(name)
    return round(lat * 1e6), round(lon * 1e6)


def metres(a: tuple[int, int], b: tuple[int, int]) -> int:
    """Distance between two (lat_e6, lon_e6) on a sphere, in whole metres."""
    (lat1, lon1), (lat2, lon2) = ((radians(y / 1e6), radians(x / 1e6)) for y, x in (a, b))
    half = sin((lat2 - lat1) / 2) ** 2
    half += cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH_M * asin(sqrt(half)))
