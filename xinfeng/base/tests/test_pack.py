"""A city is a folder; what is wrong in it is told at once, by file and line."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from xinfeng.base import pack
from xinfeng.base.codes import Level
from xinfeng.base.pack import PackError
from xinfeng.base.policies import KINDS, Policy, in_force

ROOT = Path(__file__).resolve().parents[3]
HENGYANG = ROOT / "cities" / "hengyang"
TINY = ROOT / "tests" / "cities" / "tiny"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


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


def add_line(file, line):
    with file.open("a", encoding="utf-8") as lines:
        lines.write(line + "\n")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("46010,2,琼山区,,2000-01-01", "46010"),
        ("460107001001,3,府城街道,,2000-01-01", "460107001001"),
        ("460107000000,7,琼山区,,2000-01-01", "level"),
        ("460107000000,2,,,2000-01-01", "name"),
        ("460107000000,2,琼山区,,soon", "soon"),
        ("460107001000,3,府城街道,,2000-01-01", "460107000000"),
    ],
)
def test_a_wrong_line_of_divisions_is_told_by_number_and_reason(city, line, reason):
    add_line(city / "divisions.csv", line)

    [problem] = problems_of(city).splitlines()

    assert "divisions.csv:14:" in problem
    assert reason in problem.split("divisions.csv:14:")[1]


def test_missing_columns_of_divisions_are_named(city):
    (city / "divisions.csv").write_text("code,title\n460100000000,海口市\n")

    problems = problems_of(city)

    assert "divisions.csv:1: " in problems
    assert "level, name, valid_from" in problems


def test_a_city_without_its_own_line_is_told(city):
    file = city / "divisions.csv"
    file.write_text(file.read_text().replace("460100000000,1,海口市,Haikou,2000-01-01\n", ""))

    assert "460100000000" in problems_of(city)


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ('code: "4601"', 'code: "46"', 1),
        ("name: 海口市", 'name: ""', 2),
        ("time_zone: Asia/Shanghai", "time_zone: Mars/Olympus", 4),
        ("2022-07-17 08:00", "17 July 2022", 5),
        ("population: 2900000", "population: many", 6),
        ("population: 2900000", "population: 2900000\nmayor: nobody", 7),
    ],
)
def test_each_wrong_setting_is_told_with_its_line(city, before, after, line):
    file = city / "city.yaml"
    file.write_text(file.read_text().replace(before, after))

    assert f"city.yaml:{line}:" in problems_of(city)


@pytest.mark.parametrize(
    ("seat", "reason"),
    [
        ('{code: "460105", lon: 20.02, lat: 110.30, km2: 500}', "20.02, 110.3"),
        ('{code: "460105", lon: east, lat: 20.02, km2: 500}', "seats[1]"),
        ('{code: "430405", lon: 112.66, lat: 26.89, km2: 232}', "430405000000"),
        ('{code: "460105", lat: 20.02, km2: 500}', "lon"),
        ("Haikou", "seats[1]"),
    ],
)
def test_a_seat_that_cannot_be_is_told(city, seat, reason):
    (city / "seats.yaml").write_text(f"seats:\n  - {seat}\n")

    [problem] = problems_of(city).splitlines()

    assert "seats.yaml:2:" in problem
    assert reason in problem


def test_every_village_of_hengyang_has_a_position():
    hengyang = pack.load(HENGYANG)
    villages = {row.code for row in hengyang.divisions if row.level is Level.VILLAGE}

    assert set(hengyang.positions()) == villages


def test_a_city_may_go_without_positions(city):
    (city / "positions.csv").unlink(missing_ok=True)

    assert pack.load(city).positions() == {}


def test_a_pack_without_rules_has_the_usual_ones(city):
    (city / "rules.yaml").unlink()

    assert pack.load(city).rules.service_minutes_a_day == 480


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules:\n  service_minutes_a_day: lots\n", "rules.yaml:2: service_minutes_a_day:"),
        ("rules:\n  service_minutes_a_day: -1\n", "whole number"),
        ("rules:\n  hours_a_day: 8\n", "rules.yaml:2: hours_a_day: unknown key"),
        ("- 8\n", "must hold a list called “rules”"),
    ],
)
def test_a_mistake_in_the_rules_is_told_by_its_line(city, text, told):
    (city / "rules.yaml").write_text(text)

    assert told in problems_of(city)


@pytest.mark.parametrize("folder", [HENGYANG, TINY], ids=["hengyang", "tiny"])
def test_a_city_has_a_text_for_each_consent_in_both_languages(folder):
    policies = pack.load(folder).policies

    assert {policy.kind for policy in policies} == set(KINDS)
    assert all(policy.title_en and policy.text_en for policy in policies)
    assert len({policy.digest for policy in policies}) == len(policies)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("kind: dancing", "unknown kind “dancing”"),
        ("since: soon", "Invalid isoformat"),
        ("words: x", "unknown key “words”"),
        ("title: ''", "“title” is missing"),
        ("code: a-code-of-more-than-20-signs", "longer than 20"),
    ],
)
def test_a_mistake_in_a_text_is_told_by_line(city, line, reason):
    entry = {"code": "r-1", "kind": "registration", "since": "2022-01-01", "title": "甲",
             "text": "乙"}  # fmt: skip
    key, _colon, value = line.partition(": ")
    entry[key] = value.strip("'")
    lines = [f"    {name}: '{text}'" for name, text in entry.items()]
    text = "policies:\n  -\n" + "\n".join(lines)
    (city / "policies.yaml").write_text(text, encoding="utf-8")

    assert reason in problems_of(city)


@pytest.mark.parametrize(
    ("what", "entry", "reason"),
    [
        ("point_types", "{code: street, names: 街}", "unknown key “names”"),
        ("point_types", "{code: street}", "“name” is missing"),
        ("point_types", "{code: street, name: 街, charge: sea}", "unknown kind “sea”"),
        ("point_types", "{code: street, name: 街, weight: -1}", "“weight” must be a whole"),
        ("snap_classes", "{code: litter, names: 脏}", "unknown key “names”"),
        ("snap_classes", "{name: 脏}", "“code” is missing"),
        ("snap_classes", "{code: litter, name: 脏, term: H1}", "unknown kind “H1”"),
        ("snap_classes", "{code: litter, name: 脏, weight: 0}", "“weight” must be a whole"),
    ],
)
def test_a_mistake_in_what_inspections_are_about_is_told_by_line(city, what, entry, reason):
    (city / f"{what}.yaml").write_text(f"{what}:\n  - {entry}\n", encoding="utf-8")

    assert f"{what}.yaml:2: " in problems_of(city)
    assert reason in problems_of(city)


def test_the_newest_text_that_holds_already_is_in_force():
    old, new = (
        Policy(code, "registration", date.fromisoformat(since), "t", "", "x", "")
        for code, since in (("r-1", "2022-01-01"), ("r-2", "2022-08-01"))
    )

    assert in_force([new, old], "registration", date(2022, 7, 31)) == old
    assert in_force([new, old], "registration", date(2022, 8, 1)) == new
    assert in_force([new, old], "registration", date(2021, 1, 1)) is None
    assert in_force([new, old], "location", date(2022, 8, 1)) is None
    assert old.digest != new.digest
