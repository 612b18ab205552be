"""Draw a city that has no open map: `python -m xinfeng.base.drawing cities/hengyang`.

Writes positions.csv (a simulated point for every village) and outline.geojson (schematic
outlines of city, counties and townships) into the pack's folder; the same seed draws the same.
"""

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from . import cells, codes
from .codes import Level
from .pack import DivisionRow, Pack, PackError, load

TOLERANCE_KM = 0.35


@dataclass(frozen=True)
class Drawing:
    """A drawn city: a point per village and an outline per division above, in degrees."""

    positions: dict[int, tuple[float, float]]
    outlines: dict[int, BaseGeometry]


def draw(pack: Pack, seed: int) -> Drawing:
    """Lay the city out from its seats, areas and divisions."""
    plane, sites = _sites(pack)
    rng = np.random.default_rng(seed)
    hull = cells.frame(sites, rng)
    members = _members(pack)
    groups = {
        site.code: [(_rank(town), len(villages)) for town, villages in members[site.code]]
        for site in sites
    }
    points = np.concatenate(cells.scatter(sites, groups, hull, rng))
    codes_ = np.array(
        [v.code for site in sites for _, villages in members[site.code] for v in villages]
    )
    degrees = np.round(plane.degrees(points), 5)
    return Drawing(
        positions={
            int(c): (float(x), float(y)) for c, (x, y) in zip(codes_, degrees, strict=True)
        },
        outlines=_outlines(points, codes_, hull, plane),
    )


def write(pack: Pack, drawing: Drawing) -> None:
    """positions.csv and outline.geojson, in the order of the divisions."""
    with (pack.folder / "positions.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["code", "lon", "lat", "source"])
        for code, (lon, lat) in sorted(drawing.positions.items()):
            table.writerow([code, f"{lon:.5f}", f"{lat:.5f}", "simulated"])
    features = ",\n".join(
        json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
        for feature in _features(pack, drawing)
    )
    text = f'{{"type":"FeatureCollection","features":[\n{features}\n]}}\n'
    (pack.folder / "outline.geojson").write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Draw the folder named first, from the seed named second or the city's own code."""
    if not settings.configured:
        settings.configure(USE_I18N=False)
    pack = load(arguments[0])
    seed = int(arguments[1]) if len(arguments) > 1 else pack.code // codes.UNIT[Level.CITY]
    write(pack, draw(pack, seed))
    return 0


def _sites(pack: Pack) -> tuple[cells.Plane, list[cells.Site]]:
    seats = {seat.code: seat for seat in pack.seats}
    counties = [row for row in pack.divisions if row.level is Level.COUNTY]
    absent = [row for row in counties if row.code not in seats]
    if absent:
        raise PackError(
            [
                f"{pack.folder / 'seats.yaml'}: {row.name} ({row.code}) has no seat;"
                " a drawn map needs its lon, lat and km2"
                for row in absent
            ]
        )
    plane = cells.Plane(np.array([seats[row.code].middle for row in counties]))
    return plane, [
        cells.Site(
            code=row.code,
            middle=tuple(plane.flat(seats[row.code].middle)),
            town=tuple(plane.flat((seats[row.code].lon, seats[row.code].lat))),
            km2=seats[row.code].km2,
        )
        for row in counties
    ]


def _members(pack: Pack) -> dict[int, list[tuple[DivisionRow, list[DivisionRow]]]]:
    """Each county's townships that have villages, with their villages."""
    villages: dict[int, list[DivisionRow]] = {}
    for row in pack.divisions:
        if row.level is Level.VILLAGE:
            above = codes.parent(row.code, row.level)
            assert above is not None
            villages.setdefault(above, []).append(row)
    members: dict[int, list[tuple[DivisionRow, list[DivisionRow]]]] = {
        row.code: [] for row in pack.divisions if row.level is Level.COUNTY
    }
    for row in pack.divisions:
        if row.level is Level.TOWNSHIP and row.code in villages:
            above = codes.parent(row.code, row.level)
            assert above is not None
            members[above].append((row, villages[row.code]))
    return members


def _rank(township: DivisionRow) -> int:
    """Streets lie in the town, then the towns, then the rest."""
    return 0 if township.name.endswith("街道") else 1 if township.name.endswith("镇") else 2


def _outlines(
    points: cells.Points, village: cells.Codes, hull: Polygon, plane: cells.Plane
) -> dict[int, BaseGeometry]:
    """Townships by their villages' cells; counties and the city are what those cover."""
    unit = codes.UNIT[Level.TOWNSHIP]
    townships = cells.simplified(
        cells.voronoi_outlines(points, village // unit * unit, hull), TOLERANCE_KM
    )
    outlines: dict[int, BaseGeometry] = {}
    for level in (Level.CITY, Level.COUNTY, Level.TOWNSHIP):
        for code, shape in _joined(townships, codes.UNIT[level]).items():
            rounded = shapely.transform(shape, lambda xy: np.round(plane.degrees(xy), 4))
            outlines.setdefault(code, rounded)
    return outlines


def _joined(townships: dict[int, BaseGeometry], unit: int) -> dict[int, BaseGeometry]:
    parts: dict[int, list[BaseGeometry]] = {}
    for code, shape in townships.items():
        parts.setdefault(code // unit * unit, []).append(shape)
    return {code: shapely.union_all(shapes) for code, shapes in parts.items()}


def _features(pack: Pack, drawing: Drawing) -> Iterator[dict[str, Any]]:
    for row in pack.divisions:
        if row.code in drawing.outlines and row.level is not Level.VILLAGE:
            yield {
                "type": "Feature",
                "properties": {
                    "code": row.code,
                    "name": row.name,
                    "level": row.level.name.lower(),
                    "schematic": True,
                },
                "geometry": shapely.geometry.mapping(drawing.outlines[row.code]),
            }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
