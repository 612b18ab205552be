"""Schematic geography: points spread inside a frame, and cells round them as outlines.

For cities whose true outlines are not openly published. Sites with their areas share a frame
as a power diagram does, groups spread inside each share, and the cells round the points,
joined by group, are the outlines. All from one seed; nothing here is a survey.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

Points = NDArray[np.float64]
Codes = NDArray[np.int64]

KM_PER_DEGREE = 111.32
SAMPLES_PER_POINT = 40


class Site(NamedTuple):
    """Where a share of the frame lies: the middle of its area, its town, its size in km²."""

    code: int
    middle: tuple[float, float]
    town: tuple[float, float]
    km2: float


class Plane:
    """Degrees to kilometres and back, flat enough for one city."""

    def __init__(self, degrees: Points) -> None:
        self.origin = degrees.mean(axis=0)
        self.scale = KM_PER_DEGREE * np.array([np.cos(np.radians(self.origin[1])), 1.0])

    def flat(self, degrees: Any) -> Points:
        return np.asarray((np.asarray(degrees, float) - self.origin) * self.scale)

    def degrees(self, flat: Any) -> Points:
        return np.asarray(np.asarray(flat, float) / self.scale + self.origin)


def scatter(
    sites: Sequence[Site],
    groups: Mapping[int, Sequence[tuple[int, int]]],
    hull: Polygon,
    rng: np.random.Generator,
) -> list[Points]:
    """Points in the plane for every group of every site, in the order of both.

    `groups` gives per site its groups as (rank, size): low ranks lie nearest the town.
    """
    count = sum(size for of_site in groups.values() for _, size in of_site)
    samples = _sample(hull, SAMPLES_PER_POINT * count, rng)
    share = shares(samples, sites, hull.area)
    placed: list[Points] = []
    for index, site in enumerate(sites):
        placed += _fill(samples[share == index], site, groups[site.code], rng)
    return placed


def shares(samples: Points, sites: Sequence[Site], area: float) -> NDArray[np.intp]:
    """Which site each sample belongs to, so that the shares have the sites' areas."""
    middles = np.array([site.middle for site in sites])
    wanted = np.array([site.km2 for site in sites], float)
    wanted *= area / wanted.sum()
    radius = np.sqrt(wanted / np.pi)
    distance = ((samples[:, None, :] - middles) ** 2).sum(axis=2)
    weight = radius**2
    for _ in range(300):
        nearest = np.asarray((distance - weight).argmin(axis=1))
        got = np.bincount(nearest, minlength=len(sites)) * area / len(samples)
        # A share that is too narrow by one kilometre moves its borders by about half of it.
        weight += radius * (radius - np.sqrt(got / np.pi))
    return nearest


def frame(sites: Sequence[Site], rng: np.random.Generator) -> Polygon:
    """One outline round all sites, with the area of all of them and an uneven edge."""
    discs = [shapely.Point(site.middle).buffer((site.km2 / np.pi) ** 0.5) for site in sites]
    area = sum(site.km2 for site in sites)
    width = (area / np.pi) ** 0.5
    whole = shapely.union_all(discs).buffer(width).buffer(-width)
    if not isinstance(whole, Polygon):
        whole = whole.convex_hull
    edge = _uneven(Polygon(whole.exterior), width / 40, rng)
    grown = edge
    for _ in range(20):
        grown = _only(grown.buffer((area - grown.area) / grown.length))
    return grown


def voronoi_outlines(points: Points, group: Codes, hull: Polygon) -> dict[int, BaseGeometry]:
    """The cells round the points, clipped to the hull and joined by group."""
    cells = shapely.voronoi_polygons(
        shapely.MultiPoint(points), extend_to=hull.buffer(hull.length), ordered=True
    )
    clipped = shapely.intersection(shapely.get_parts(cells), hull)
    return {int(code): shapely.union_all(clipped[group == code]) for code in np.unique(group)}


def simplified(
    outlines: Mapping[int, BaseGeometry], tolerance: float
) -> dict[int, BaseGeometry]:
    """Fewer corners; borders that two outlines share stay shared."""
    coarse = shapely.coverage_simplify(list(outlines.values()), tolerance)
    return dict(zip(outlines, coarse, strict=True))


def _sample(hull: Polygon, count: int, rng: np.random.Generator) -> Points:
    """Points spread evenly over the hull."""
    west, south, east, north = hull.bounds
    tries = int(count * (east - west) * (north - south) / hull.area)
    points = rng.uniform((west, south), (east, north), (tries, 2))
    return np.asarray(points[shapely.contains_xy(hull, points)])


def _fill(
    samples: Points, site: Site, groups: Sequence[tuple[int, int]], rng: np.random.Generator
) -> list[Points]:
    """The points of each group of one site: group centres first, then points about them."""
    if not groups:
        return []
    assert len(samples), f"no room in the frame for {site.code}"
    reach = (site.km2 / np.pi) ** 0.5
    town = np.array(site.town)
    near_town = 1 + 12 * np.exp(-np.hypot(*(samples - town).T) / (reach / 4))
    centres = spread(samples, near_town, len(groups), rng)
    centres = centres[np.argsort(np.hypot(*(centres - town).T), kind="stable")]
    by_rank = sorted(range(len(groups)), key=lambda index: groups[index][0])
    centre_of = dict(zip(by_rank, centres, strict=True))
    nearest = np.asarray(cKDTree(centres).query(samples)[1])
    place_of = {index: place for place, index in enumerate(by_rank)}
    filled = []
    for index, (_, size) in enumerate(groups):
        own = samples[nearest == place_of[index]]
        away = np.hypot(*(own - centre_of[index]).T)
        filled.append(spread(own, 1 + 3 * np.exp(-away / (away.mean() + 1e-9)), size, rng))
    return filled


def spread(
    samples: Points, weight: NDArray[np.float64], count: int, rng: np.random.Generator
) -> Points:
    """`count` points among the samples, denser where the weight is, none on another."""
    chosen = rng.choice(
        len(samples), count, replace=count > len(samples), p=weight / sum(weight)
    )
    points = samples[chosen] + rng.normal(0, 1e-3, (count, 2))
    for _ in range(3):
        nearest = cKDTree(points).query(samples)[1]
        mass = np.bincount(nearest, weight, count)
        middle = np.stack(
            [np.bincount(nearest, weight * samples[:, axis], count) for axis in (0, 1)], axis=1
        )
        filled = mass > 0
        # Half the way: fully relaxed points would look like a honeycomb.
        points[filled] += (middle[filled] / mass[filled, None] - points[filled]) / 2
    return np.asarray(points)


def _uneven(polygon: Polygon, size: float, rng: np.random.Generator) -> Polygon:
    """The outline pushed in and out by waves of random phase, as a river or a ridge would."""
    line = shapely.segmentize(polygon.exterior, size / 2)
    corners = shapely.get_coordinates(line)[:-1]
    along = 2 * np.pi * np.arange(len(corners)) / len(corners)
    normal = np.roll(corners, -1, axis=0) - np.roll(corners, 1, axis=0)
    normal = normal[:, ::-1] * (1, -1) / np.hypot(*normal.T)[:, None]
    push = sum(
        rng.normal() / waves**0.7 * np.sin(waves * along + rng.uniform(0, 2 * np.pi))
        for waves in range(5, 60)
    )
    return _only(Polygon(corners + normal * np.asarray(push)[:, None] * size).buffer(0))


def _only(shape: BaseGeometry) -> Polygon:
    """The largest piece, without holes."""
    largest = max(shapely.get_parts(shape), key=lambda part: float(part.area))
    return Polygon(largest.exterior)
