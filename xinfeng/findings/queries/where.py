"""In which village a position lies, as the middles of villages in the city pack tell."""

from functools import cache

from django.conf import settings

from xinfeng.base import pack, positions

# Farther from every village it lies in another city.
_FAR_M = 20_000


def nearest_village(lat_e6: int, lon_e6: int) -> int | None:
    """The village whose middle lies closest; None: none within twenty kilometres."""
    found = min(
        _villages(settings.CITY_PACK),
        key=lambda one: (one[1] - lat_e6) ** 2 + (one[2] - lon_e6) ** 2,
        default=None,
    )
    far = found is None or positions.metres((lat_e6, lon_e6), found[1:]) > _FAR_M
    return None if far or found is None else found[0]


@cache
def _villages(folder: str) -> tuple[tuple[int, int, int], ...]:
    placed = pack.load(folder).positions()
    return tuple(
        (code, round(lat * 1e6), round(lon * 1e6)) for code, (lon, lat) in placed.items()
    )
