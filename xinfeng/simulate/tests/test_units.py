"""The units and types of the simulated city fit the city's pack."""

import pytest

from xinfeng.base import pack
from xinfeng.simulate import ground, units
from xinfeng.simulate.scale import FULL, SCALES, Chance
from xinfeng.simulate.unit_names import DEPARTMENTS, TYPES, stem


def land():
    return ground.of(pack.load("cities/hengyang"), Chance(1))


def test_a_whole_city_has_118_units_whose_parents_come_before_them():
    made = units._units(land(), FULL.units)

    assert len(made) == len({unit.code for unit in made}) == 118
    assert len({unit.name for unit in made}) == 118
    assert all(unit.parent is None or unit.parent < at for at, unit in enumerate(made))


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
def test_every_type_finds_a_department_in_every_scale(scale):
    made = units._units(land(), scale.units)

    answering = {unit.key for unit in made if unit.parent is None}
    assert {key for key, _ending in TYPES.values()} <= answering
    assert {key for key, _name, _short in DEPARTMENTS} <= answering


def test_every_type_of_the_pack_has_a_name_for_its_points():
    assert {term.code for term in land().pack.point_types} == TYPES.keys()
    assert len(TYPES) == 29


def test_the_stem_of_a_name_leaves_out_what_it_is():
    assert [stem(name) for name in ("王江社区居委会", "茶山坳镇", "村")] == [
        "王江",
        "茶山坳",
        "村",
    ]
