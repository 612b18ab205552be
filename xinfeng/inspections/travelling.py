"""Who visits which points of a round: rows to the pure engine of ways and back."""

from collections.abc import Sequence

import numpy as np

from xinfeng.units.models import Point

from .models import Inspector, RoundPoint
from .rounds import Inspectors, Points, Routes, assign

_METRES_E6 = 0.111_32  # one micro-degree of latitude


def ways(
    points: Sequence[RoundPoint], inspectors: Sequence[Inspector]
) -> tuple[Routes, list[int]]:
    """The least travel and the metres of each way; nobody is sent to a unit of their own.

    Raises NobodyMay.
    """
    places = _positions([each.point for each in points])
    centre = places.mean(axis=0) if len(places) else np.zeros(2)
    starts = [
        (each.lat_e6, each.lon_e6) if each.lat_e6 is not None else tuple(centre)
        for each in inspectors
    ]
    squeeze = np.cos(np.radians(centre[0] / 1e6))
    scale = np.array([_METRES_E6, _METRES_E6 * squeeze])
    to_visit = Points(places * scale, tuple(str(each.unit_id) for each in points))
    going = Inspectors(
        np.array(starts, dtype=float).reshape(-1, 2) * scale,
        tuple(frozenset(str(unit) for unit in each.own_units) for each in inspectors),
    )
    routes = assign(to_visit, going)
    return routes, [
        _length(going.position[row], to_visit.position[list(way)])
        for row, way in enumerate(routes.visits)
    ]


def _length(home: np.ndarray, stops: np.ndarray) -> int:
    way = np.vstack([home, stops, home])
    return round(float(np.hypot(*np.diff(way, axis=0).T).sum()))


def _positions(points: Sequence[Point]) -> np.ndarray:
    """Latitude and longitude in micro-degrees; one without lies amid its neighbours."""
    found = np.array(
        [(each.lat_e6, each.lon_e6) if each.lat_e6 is not None else (np.nan, np.nan)
         for each in points],
        dtype=float,
    ).reshape(-1, 2)  # fmt: skip
    county = np.array([each.division_id // 10**6 for each in points])
    for here in set(county[np.isnan(found[:, 0])].tolist()):
        known = found[(county == here) & ~np.isnan(found[:, 0])]
        if not len(known):
            known = found[~np.isnan(found[:, 0])]
        middle = known.mean(axis=0) if len(known) else np.zeros(2)
        found[(county == here) & np.isnan(found[:, 0])] = middle
    return found
