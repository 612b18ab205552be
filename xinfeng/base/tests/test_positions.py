from math import asin, atan2, cos, degrees, radians, sin

import h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinfeng.base import positions

# What the pages offer; from the south of Hainan to the north of Heilongjiang.
RADII = [1_000, 3_000, 5_000, 10_000, 20_000]
LATITUDES = st.integers(18_000_000, 53_500_000)
LONGITUDES = st.integers(73_500_000, 135_000_000)
BEARINGS = st.floats(0, 360)


def towards(lat_e6, lon_e6, bearing, metres):
    """The point so far away in a direction, on a sphere."""
    lat, lon, way = radians(lat_e6 / 1e6), radians(lon_e6 / 1e6), radians(bearing)
    far = metres / positions.EARTH_M
    lat2 = asin(sin(lat) * cos(far) + cos(lat) * sin(far) * cos(way))
    lon2 = lon + atan2(sin(way) * sin(far) * cos(lat), cos(far) - sin(lat) * sin(lat2))
    return round(degrees(lat2) * 1e6), round(degrees(lon2) * 1e6)


@pytest.mark.parametrize("radius_m", RADII)
@given(lat=LATITUDES, lon=LONGITUDES, bearing=BEARINGS, share=st.floats(0.9, 1))
@settings(max_examples=150, deadline=None)
def test_the_disk_covers_the_circle(radius_m, lat, lon, bearing, share):
    edge = towards(lat, lon, bearing, radius_m * share)

    assert positions.cell(*edge) in set(positions.disk(lat, lon, radius_m))


@given(lat=LATITUDES, lon=LONGITUDES, bearing=BEARINGS, far=st.integers(1, 50_000))
@settings(max_examples=100, deadline=None)
def test_metres_are_metres_both_ways(lat, lon, bearing, far):
    there = towards(lat, lon, bearing, far)

    assert abs(positions.metres((lat, lon), there) - far) <= 2
    assert positions.metres((lat, lon), there) == positions.metres(there, (lat, lon))


def test_a_cell_is_a_signed_number_of_resolution_seven():
    cell = positions.cell(26_893_000, 112_572_000)

    assert 0 < cell < 2**63
    assert h3.get_resolution(h3.int_to_str(cell)) == positions.RESOLUTION
