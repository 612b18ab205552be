"""The ground the city stands on: divisions of the pack as arrays, sizes and positions."""

import csv
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinfeng.base.codes import Level
from xinfeng.base.pack import Pack

from .scale import Chance

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_STREETS = ("街道", "社区", "居委会", "居民委员会")


@dataclass(frozen=True)
class Ground:
    """All divisions sorted by code; villages are the pools that people live in."""

    pack: Pack
    codes: Ints
    levels: Ints
    names: list[str]
    # Index of each village within the divisions, and its share of the people.
    villages: Ints
    weights: Floats
    lon: Floats
    lat: Floats

    def of_level(self, level: Level) -> Ints:
        return np.flatnonzero(self.levels == level)

    @property
    def village_codes(self) -> Ints:
        return self.codes[self.villages]

    def spans(self, codes: Ints, units: Ints) -> tuple[Ints, Ints]:
        """First and last-plus-one village at or under each code of that unit."""
        lo = codes // units * units
        return (
            np.searchsorted(self.village_codes, lo),
            np.searchsorted(self.village_codes, lo + units),
        )

    def village_of(self, codes: Ints, rng: np.random.Generator) -> Ints:
        """A village under each code, at random; wider where it has none."""
        found = np.full(len(codes), -1, dtype=np.int64)
        for unit in (1, 10**3, 10**6, 10**8):
            first, last = self.spans(codes, np.maximum(units_of(codes), unit))
            drawn = rng.integers(first, np.maximum(last, first + 1))
            found = np.where((found < 0) & (last > first), drawn, found)
        return found

    def name_of(self, code: int) -> str:
        return self.names[int(np.searchsorted(self.codes, code))]


def units_of(codes: Ints) -> Ints:
    """How many codes lie under each: 10^8 for the city down to 1 for a village."""
    return np.select(
        [codes % unit == 0 for unit in (10**8, 10**6, 10**3)], [10**8, 10**6, 10**3], 1
    )


def of(pack: Pack, chance: Chance) -> Ground:
    rows = sorted(pack.divisions, key=lambda row: row.code)
    codes = np.array([row.code for row in rows], dtype=np.int64)
    levels = np.array([row.level for row in rows], dtype=np.int64)
    names = [row.name for row in rows]
    villages = np.flatnonzero(levels == Level.VILLAGE)
    rng = chance("ground")
    lon, lat = _positions(pack, codes)
    weights = _sizes(codes, names, villages, rng)
    return Ground(pack, codes, levels, names, villages, weights, lon, lat)


def _sizes(codes: Ints, names: list[str], villages: Ints, rng: np.random.Generator) -> Floats:
    """Streets and communities are larger than villages, and towns differ."""
    township = codes[villages] // 1000
    _, which = np.unique(township, return_inverse=True)
    town = rng.lognormal(0, 0.35, which.max() + 1)[which]
    urban = np.array([any(word in names[v] for word in _STREETS) for v in villages])
    weight = town * rng.lognormal(0, 0.3, len(villages)) * np.where(urban, 1.7, 1.0)
    return np.asarray(weight / weight.sum(), dtype=np.float64)


def _positions(pack: Pack, codes: Ints) -> tuple[Floats, Floats]:
    """The villages' positions of the pack; what lies above is in the middle of its villages."""
    where = np.full((len(codes), 2), np.nan)
    file = pack.folder / "positions.csv"
    if file.is_file():
        with file.open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines):
                at = int(np.searchsorted(codes, int(line["code"])))
                where[at] = float(line["lon"]), float(line["lat"])
    known = ~np.isnan(where[:, 0])
    for i in np.flatnonzero(~known):
        below = known & (
            codes // units_of(codes[i : i + 1]) == codes[i] // units_of(codes[i : i + 1])
        )
        if below.any():
            where[i] = where[below].mean(axis=0)
    return where[:, 0], where[:, 1]
