"""The surveys of a demo are published by the commands, and one can be played with."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from xinfeng.base import clock, pack, scope
from xinfeng.config import demo, first_surveys
from xinfeng.journal.models import Entry
from xinfeng.simulate.build import build
from xinfeng.surveys import commands
from xinfeng.surveys.commands import Receipt
from xinfeng.surveys.models import Mode, Response, SampleUnit, Survey
from xinfeng.surveys.sent import Sheet

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
TINY = Path(__file__).resolve().parents[3] / "tests" / "cities" / "tiny"


@pytest.fixture
def held(settings):
    """The tiny city after its office has held its surveys; gives pack, letter and words."""
    settings.CITY_PACK = str(TINY)
    city = pack.load(TINY)
    ahead = city.demo_start - datetime.now(UTC)
    settings.CLOCK_OFFSET_SECONDS = round(ahead.total_seconds())
    build(city, "tiny", progress=lambda line: None)
    said = []
    return city, first_surveys.hold(city.code, said.append), said


def test_three_years_are_published_as_stated_and_one_is_in_the_field(held):
    city, letter, said = held
    states = dict(Survey.objects.order_by("year").values_list("year", "state"))
    assert states == {
        2019: "PUBLISHED", 2020: "PUBLISHED", 2021: "PUBLISHED", 2022: "IN_FIELD",
    }  # fmt: skip
    assert "published 3 surveys" in said[0]

    lines = {line.name: line for line in demo.table(city)}
    shares = {name: line.counted for name, line in lines.items() if line.is_share}
    assert shares == {
        "resident_satisfaction": 985, "resident_satisfaction 2019": 898,
        "resident_satisfaction 2020": 974, "resident_satisfaction 2021": 985,
    }  # fmt: skip
    assert all(line.agrees for name, line in lines.items() if line.is_share)
    verbs = Entry.objects.filter(verb="survey.published")
    assert [each.at.year for each in verbs.order_by("at")] == [2019, 2020, 2021]

    _there_is_something_left_to_do()
    _the_letter_opens_a_sheet(letter)


def _there_is_something_left_to_do():
    with scope.whole_city():
        units = SampleUnit.objects.filter(sample__survey__year=2022)
        mine = units.filter(person__username="surveyor", is_final=False)
        assert mine.exists()
        answered = Response.objects.filter(sample__survey__year=2022)
        for mode in (Mode.HOUSEHOLD, Mode.WEB_CODE):
            assert answered.filter(sample__mode=mode).exists()
            assert units.filter(sample__mode=mode, is_final=False).exists()


def _the_letter_opens_a_sheet(letter):
    sheet = Sheet(
        answers={"used_hotline": "not_called", "overall": "very", "sex": "f", "age": "a18_39"},
        adults=2,
    )
    sent = {"code": letter.code, "sheet": sheet, "at": clock.now()}
    assert commands.answer_by_code(**sent) == Receipt.RECEIVED
    assert commands.answer_by_code(**sent) == Receipt.ALREADY
