"""A city is a folder; what is wrong in it is told at once, by file and line."""

import shutil
from pathlib import Path

import pytest

from xinfeng.base import pack
from xinfeng.base.codes import Level
from xinfeng.base.pack import PackError

ROOT = Path(__file__).resolve().parents[3]
HENGYANG = ROOT / "cities" / "hengyang"
TINY = ROOT / "tests" / "cities" / "tiny"


@pytest.fixture
def city(tmp_path):
    """A copy of the tiny city that a test may spoil."""
    return Path(shutil.copytree(TINY, tmp_path / "city"))


def problems_of(folder):
    with pytest.raises(PackError) as error:
        pack.load(folder)
    return "\n".join(error.value.problems)


def test_hengyang_has_its_divisions():
    levels = [row.level for row in pack.load(HENGYANG).divisions]

    assert [levels.count(level) for level in Level] == [1, 14, 191, 2785]


def test_hengyang_has_thirty_categories_or_more_each_with_an_english_name():
    categories = pack.load(HENGYANG).categories

    assert len(categories) >= 30
    assert all(category.name_en for category in categories)


def test_another_folder_is_another_city():
    tiny = pack.load(TINY)

    assert (tiny.code, tiny.name) == (460100000000, "海口市")
    assert [row.level for row in tiny.divisions].count(Level.VILLAGE) == 6


def test_a_folder_without_a_city_says_so(tmp_path):
    assert "city.yaml" in problems_of(tmp_path)


def test_a_division_outside_the_city_is_named(city):
    with (city / "divisions.csv").open("a", encoding="utf-8") as file:
        file.write("430405000000,2,珠晖区,,2000-01-01\n")

    assert "430405000000" in problems_of(city)


def test_a_code_that_stands_twice_is_named_with_its_line(city):
    file = city / "divisions.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")

    assert f"divisions.csv:{len(lines) + 1}" in problems_of(city)


def test_all_problems_are_told_at_once(city):
    (city / "categories.yaml").write_text("categories:\n  - {code: a}\n  - {name: 乙}\n")
    (city / "figures.yaml").write_text("figures: 7\n")

    problems = problems_of(city)

    assert "categories.yaml:2" in problems
    assert "categories.yaml:3" in problems
    assert "figures.yaml:1" in problems


def test_broken_yaml_is_told_with_its_line(city):
    (city / "programmes.yaml").write_text("programmes:\n  - {code: a\n  - b\n")

    [problem] = problems_of(city).splitlines()
    assert "programmes.yaml:4" in problem


def test_an_unknown_key_is_told_with_the_known_ones(city):
    (city / "figures.yaml").write_text("figures:\n  - {name: places, goal: 5}\n")

    problems = problems_of(city)

    assert "goal" in problems
    assert "target" in problems


def test_a_file_that_is_not_utf_8_says_so(city):
    (city / "programmes.yaml").write_bytes(
        "programmes:\n  - {code: a, name: 洁净}\n".encode("gbk")
    )

    assert "UTF-8" in problems_of(city)
