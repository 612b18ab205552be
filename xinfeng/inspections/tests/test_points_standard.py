"""A standard of points: what is read at which types of points, and with which limits."""

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from xinfeng.base.document import BadDocument
from xinfeng.base.refusal import Refusal
from xinfeng.inspections import commands, explaining, reading
from xinfeng.inspections.tree import NO_TIER, Answer
from xinfeng.places.tests.build import NINE, a_city

from .build import a_standard

TEXT = (Path(__file__).parents[3] / "tests/cities/tiny/standards/tiny-city.yaml").read_text()


def tree(text: str = TEXT):
    return reading.parse(text)[0]


def wrong(text: str) -> str:
    with pytest.raises(BadDocument) as caught:
        tree(text)
    return str(caught.value)


def test_each_type_of_point_has_its_own_lines():
    found = tree()

    assert found.grain == "point"
    assert [line.code for line in found.lines_at("hospital")] == ["I-2-1", "I-2-2", "II-1-1"]
    assert [line.code for line in found.lines_at("forest")] == []
    assert found.lines["I-1-1"].weight == {NO_TIER: 4}
    assert found.lines["II-1-3"].field is None


def test_what_is_counted_is_met_within_its_limit():
    few, waiting = tree().lines["I-1-3"].field, tree().lines["I-2-2"].field

    assert (few.answer, few.at_most) == (Answer.COUNT, 3)
    assert [few.is_met(n) for n in (0, 3, 4)] == [True, True, False]
    assert [waiting.is_met(n) for n in (1, 2)] == [False, True]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("answer: count\n            at_most: 3", "answer: count", "needs at_least or at_most"),
        (
            "            answer: count\n            at_most: 3",
            "            at_most: 3",
            "verdict",
        ),
        ("points: [hospital, service-window]", "unit: x", "points"),
        ("method: survey", "method: survey\n            points: [farm-market]", "on the spot"),
        ("method: filing", "method: figure", "read on the spot, filed or asked"),
        ("survey: 20}", "survey: 10}", "90"),
        ("grain: point", "grain: place", "tiers"),
        ("grain: point", "grain: street", "street"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(before, after, said):
    assert before in TEXT
    assert said in wrong(TEXT.replace(before, after, 1))


def test_what_is_asked_is_said_without_a_tier():
    lines = tree().lines

    assert explaining.by_tier(lines["I-1-3"]) == [("", "at most 3")]
    assert explaining.by_tier(lines["I-1-1"]) == [("", "as found on the spot")]


@pytest.mark.django_db
def test_it_judges_no_places_and_its_page_opens_in_both_languages(client):
    a_city()
    standard = a_standard(TEXT)

    with pytest.raises(Refusal, match="read at points"):
        commands.evaluate(standard_id=standard.pk, period="2022Q2", actor=None, at=NINE)

    address = reverse("inspections:standard", args=[standard.name, standard.version])
    page = client.get(address).content.decode()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "无障碍通道" in page
    assert "At most 3 stickers" in client.get(address).content.decode()
