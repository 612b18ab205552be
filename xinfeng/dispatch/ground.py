"""Where villages lie, on a plane in metres: where somebody lives is known by village only."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from xinfeng.base import codes, pack
from xinfeng.base.cells import Plane
from xinfeng.base.codes import Level

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_METRES = 1000


@dataclass(frozen=True)
class Ground:
    """The city's villages by code, and where each lies; `tree` finds those round a point."""

    codes: Ints
    xy: Floats
    plane: Plane
    tree: cKDTree

    def point(self, lat_e6: int, lon_e6: int) -> Floats:
        return self.plane.flat([lon_e6 / 1e6, lat_e6 / 1e6]) * _METRES

    def of(self, code: int) -> Floats | None:
        """The village itself, or the middle of the villages under a higher division."""
        lo, hi = codes.span(code, codes.level_of(code))
        if codes.level_of(code) == Level.VILLAGE:
            row = np.searchsorted(self.codes, code)
            if row < len(self.codes) and self.codes[row] == code:
                return np.asarray(self.xy[row])
            # Not placed on its own: the middle of its township.
            lo, hi = codes.span(codes.parent(code, Level.VILLAGE) or code, Level.TOWNSHIP)
        first, last = np.searchsorted(self.codes, [lo, hi])
        return np.asarray(self.xy[first:last].mean(axis=0)) if first < last else None

    def around(self, point: Floats, radius_m: int) -> tuple[Ints, Floats]:
        """Codes of the villages within a radius and how far each is, the nearest first."""
        rows = np.asarray(self.tree.query_ball_point(point, radius_m), np.int64)
        metres = np.hypot(*(self.xy[rows] - point).T)
        line = np.lexsort((self.codes[rows], metres))
        return self.codes[rows][line], metres[line]

    def near_any(self, points: Floats, radius_m: int) -> Ints:
        """Codes of the villages within a radius of at least one point."""
        if not len(points):
            return self.codes[:0]
        metres = cKDTree(points).query(self.xy, distance_upper_bound=radius_m)[0]
        near: Ints = self.codes[np.isfinite(metres)]
        return near


def ground() -> Ground:
    """The city as its pack places it."""
    return _read(str(settings.CITY_PACK))


@cache
def _read(folder: str) -> Ground:
    placed = pack.load(folder).positions()
    villages = np.array(sorted(placed), np.int64)
    degrees = np.array([placed[int(code)] for code in villages], float).reshape(-1, 2)
    plane = Plane(degrees if len(degrees) else np.zeros((1, 2)))
    xy = plane.flat(degrees) * _METRES
    return Ground(villages, xy, plane, cKDTree(xy))
