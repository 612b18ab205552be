"""A drawn map is schematic, the same from the same seed, and whole."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from xinfeng.base import cells, codes, drawing, pack
from xinfeng.base.codes import Level
from xinfeng.base.pack import PackError

ROOT = Path(__file__).resolve().parents[3]
HENGYANG = ROOT / "cities" / "hengyang"
TINY = ROOT / "tests" / "cities" / "tiny"


@pytest.fixture(scope="module")
def outlines():
    """Hengyang's committed outlines by code."""
    features = json.loads((HENGYANG / "outline.geojson").read_text())["features"]
    return {f["properties"]["code"]: (f["properties"], shape(f["geometry"])) for f in features}


def drawn(tmp_path, name):
    folder = Path(shutil.copytree(TINY, tmp_path / name))
    drawing.main([str(folder)])
    return [(folder / file).read_bytes() for file in ("positions.csv", "outline.geojson")]


def test_the_same_seed_draws_the_same_city(tmp_path):
    assert drawn(tmp_path, "once") == drawn(tmp_path, "again")


def test_another_seed_draws_another_city():
    tiny = pack.load(TINY)

    assert drawing.draw(tiny, 1).positions != drawing.draw(tiny, 2).positions


def test_a_county_without_a_seat_is_named(tmp_path):
    folder = Path(shutil.copytree(TINY, tmp_path / "city"))
    (folder / "seats.yaml").unlink()

    with pytest.raises(PackError, match="460105000000"):
        drawing.draw(pack.load(folder), 1)


def test_hengyang_has_an_outline_for_city_counties_and_townships(outlines):
    above = {row.code for row in pack.load(HENGYANG).divisions if row.level < Level.VILLAGE}

    assert set(outlines) == above
    assert all(properties["schematic"] for properties, _ in outlines.values())
    assert all(geometry.is_valid for _, geometry in outlines.values())


def test_the_map_of_hengyang_stays_small():
    assert (HENGYANG / "outline.geojson").stat().st_size <= 150_000


def test_every_village_lies_in_its_own_county_or_a_rounded_corner_away(outlines):
    for code, (lon, lat) in pack.load(HENGYANG).positions().items():
        county = code // 10**6 * 10**6

        assert outlines[county][1].distance(shapely.Point(lon, lat)) < 0.01


def test_counties_do_not_overlap(outlines):
    counties = [g for properties, g in outlines.values() if properties["level"] == "county"]

    together = shapely.union_all(counties).area

    assert sum(county.area for county in counties) == pytest.approx(together, rel=1e-3)


def test_counties_have_about_the_areas_that_the_pack_says(outlines):
    for seat in pack.load(HENGYANG).seats:
        km2 = (
            outlines[seat.code][1].area * cells.KM_PER_DEGREE**2 * np.cos(np.radians(seat.lat))
        )

        assert km2 == pytest.approx(seat.km2, rel=0.1, abs=25)


def test_shares_of_a_square_follow_the_areas_of_their_sites():
    rng = np.random.default_rng(1)
    samples = rng.uniform(0, 10, (20_000, 2))
    sites = [cells.Site(1, (3, 5), (3, 5), 80), cells.Site(2, (7, 5), (7, 5), 20)]

    share = cells.shares(samples, sites, 100)

    assert np.mean(share == 0) == pytest.approx(0.8, abs=0.01)


def test_no_two_points_fall_together_even_where_room_is_scarce():
    rng = np.random.default_rng(1)
    samples = rng.uniform(0, 1, (5, 2))

    points = cells.spread(samples, np.ones(5), 40, rng)

    assert len(np.unique(points, axis=0)) == 40


def test_cells_joined_by_group_cover_the_hull_once():
    rng = np.random.default_rng(1)
    hull = shapely.box(0, 0, 10, 10)
    groups = np.repeat([1, 2, 3], 10)

    outlines = cells.voronoi_outlines(rng.uniform(0, 10, (30, 2)), groups, hull)

    assert set(outlines) == {1, 2, 3}
    assert sum(outline.area for outline in outlines.values()) == pytest.approx(100)


def test_streets_lie_nearer_the_town_than_villages_far_out():
    hengyang = pack.load(HENGYANG)
    seat = next(
        seat for seat in hengyang.seats if codes.short(seat.code, Level.COUNTY) == "430481"
    )
    names = {row.code: row.name for row in hengyang.divisions}
    away = {True: [], False: []}
    for code, (lon, lat) in hengyang.positions().items():
        if code // 10**6 * 10**6 == seat.code:
            street = names[code // 1000 * 1000].endswith("街道")
            away[street].append(np.hypot(lon - seat.lon, lat - seat.lat))

    assert np.mean(away[True]) < np.mean(away[False])
