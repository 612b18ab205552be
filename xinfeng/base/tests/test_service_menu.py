"""The menu of a city: read whole, and told what is wrong with it by line."""

import pytest
from django.utils import translation

from xinfeng.base import pack
from xinfeng.base.service_menu import DEFAULTS, NO_MENU, Deadline, Step
from xinfeng.base.worktime import Span, Unit

from .test_pack import HENGYANG, TINY, city, problems_of  # noqa: F401


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_hengyang_offers_as_many_classes_and_items_as_the_field_knows():
    menu = pack.load(HENGYANG).menu

    assert 8 <= len(menu.classes) <= 13
    assert 45 <= sum(len(one.items) for one in menu.classes) <= 73


def test_every_class_and_item_has_its_name_in_both_languages():
    for folder in (HENGYANG, TINY):
        for one in pack.load(folder).menu.classes:
            assert one.name_en
            assert all(item.name_en for item in one.items)


def test_a_deadline_is_the_urgent_one_then_the_class_s_then_everybody_s_then_ours():
    menu = pack.load(TINY).menu

    def found(step, of="elder-care", *, is_urgent=False):
        return menu.deadline(step, of_class=of, is_urgent=is_urgent)

    assert found(Step.ACCEPT, is_urgent=True) == Deadline(Span(4, Unit.HOURS))
    assert found(Step.FINISH, "cleaning") == Deadline(Span(72, Unit.HOURS))
    assert found(Step.ACCEPT) == Deadline(Span(24, Unit.HOURS), 75)
    assert found(Step.FINISH) == DEFAULTS[Step.FINISH]


def test_every_step_has_a_deadline_of_ours():
    assert DEFAULTS.keys() == set(Step)


def test_a_city_without_a_menu_offers_nothing(city):  # noqa: F811
    (city / "menu.yaml").unlink()

    assert pack.load(city).menu is NO_MENU


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("- {code: x, name: 甲, category: nowhere, minutes: 5}", "none of the city's categ"),
        ("- {code: x, name: 甲, category: elderly}", "“minutes” must be a whole number"),
        ("- {code: company, name: 甲, category: elderly, minutes: 5}", "stands twice"),
        ("- {code: x, name: 甲, category: elderly, minutes: 5, skill: [a]}", "unknown key"),
        ("- {code: x, name: 甲, category: elderly, minutes: 5, skills: [fly]}", "skills.yaml"),
        ("- {code: x, name: 甲, category: elderly, minutes: 5, mode: LOTTERY}", "mode: "),
        ("- {code: x, name: 甲, category: elderly, minutes: 5, months: [13]}", "1 to 12"),
        ("- {code: x, category: elderly, minutes: 5}", "“name” is missing"),
        ("- just words", "an entry is written as"),
    ],
)
def test_what_is_wrong_with_an_item_is_told_by_its_line(city, line, told):  # noqa: F811
    file = city / "menu.yaml"
    file.write_text(file.read_text() + f"      {line}\n")

    assert told in problems_of(city)
    assert f"menu.yaml:{len(file.read_text().splitlines())}:" in problems_of(city)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("accept: {hours: 24, days: 3}", "unknown key “days”"),
        ("accept: {hours: 24, working_days: 3}", "name one of"),
        ("accept: {hours: 0}", "must be a whole number"),
        ("accept: {hours: 24, yellow_percent: 101}", "yellow_percent"),
        ("acept: {hours: 24}", "unknown key “acept”"),
    ],
)
def test_what_is_wrong_with_a_deadline_is_told_by_its_line(city, wrong, told):  # noqa: F811
    file = city / "menu.yaml"
    right = "accept: {hours: 24, yellow_percent: 75}"
    file.write_text(file.read_text().replace(right, wrong))

    assert told in problems_of(city)
    assert "menu.yaml:2:" in problems_of(city)


def test_offices_that_close_before_they_open_are_told(city):  # noqa: F811
    (city / "rules.yaml").write_text("rules:\n  office_opens_minute: 1300\n")

    assert "office hours" in problems_of(city)
