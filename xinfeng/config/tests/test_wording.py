import re
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from django.utils import translation

from xinfeng.config import drawing, wording


@pytest.fixture(autouse=True)
def _chinese():
    with translation.override("zh-hans"):
        yield


def read(text):
    return re.sub(r"<[^>]+>", "", text)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (3527, "3,527", "3,527"),
        (81_000, "8.1 万", "81,000"),
        (1_440_000, "144 万", "1.44 M"),
        (1_443_210, "144 万", "1.44 M"),
        (221_000_000, "2.21 亿", "221 M"),
        (-12_300, "-1.23 万", "-12,300"),
    ],
)
def test_large_numbers_are_written_as_people_say_them(value, chinese, english):
    assert read(wording.people(value)) == chinese
    with translation.override("en"):
        assert read(wording.people(value)) == english


def test_the_exact_number_stands_in_the_title():
    assert 'title="1,443,210"' in wording.people(1_443_210)


@pytest.mark.parametrize(
    "written",
    [
        wording.number, wording.people, wording.share, wording.hours, wording.day,
        wording.date_of, wording.moment, wording.month, wording.period, wording.signed,
    ],
)  # fmt: skip
def test_what_is_not_known_is_said_and_never_zero(written):
    assert written(None) == '<span class="unknown">未测</span>'


@pytest.mark.parametrize(
    ("value", "whole", "text"),
    [
        (985, None, "98.5 %"),
        (Fraction(1, 3), None, "33.3 %"),
        (0.5, None, "50.0 %"),
        (1999, 2000, "99.9 %"),
        (2000, 2000, "100.0 %"),
        (1, 100_000, "< 0.1 %"),
        (0, 7, "0.0 %"),
        (-25, None, "−2.5 %"),
    ],
)
def test_a_share_is_exact_to_a_tenth_and_never_rounded_to_all_or_nothing(value, whole, text):
    assert wording.share(value, whole) == text


def test_a_share_of_nothing_is_not_known():
    assert "未测" in wording.share(0, 0)


def test_minutes_are_written_as_hours():
    assert wording.hours(150) == "2 小时 30 分"
    assert wording.hours(120) == "2 小时"
    assert wording.hours(0) == "0 分"
    assert wording.hours(-90) == "−1 小时 30 分"


def test_days_and_moments_are_the_citys():
    at = datetime(2022, 7, 17, 0, 0, tzinfo=UTC)

    assert wording.moment(at) == "7月17日 周日 08:00"
    assert wording.day(date(2022, 7, 17)) == "7月17日 周日"
    assert wording.date_of(at) == "2022年7月17日"
    assert wording.month(at) == "2022年7月"
    with translation.override("en"):
        assert wording.moment(at) == "Sun 17 July 08:00"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("2022", "2022年"), ("2022Q2", "2022年第2季度"), ("2022H1", "2022年上半年"),
        ("2022-06", "2022年6月"), ("else", "else"),
    ],
)  # fmt: skip
def test_periods_are_written_out(code, text):
    assert wording.period(code) == text


def test_equal_values_share_a_place_and_unknown_ones_have_none():
    rows = [{"n": "a", "v": 5}, {"n": "b", "v": None}, {"n": "c", "v": 9}, {"n": "d", "v": 5}]

    standing = [(place, shared, row["n"]) for place, shared, row in wording.ranked(rows, "v")]

    assert standing == [(1, False, "c"), (2, True, "a"), (2, True, "d"), (None, False, "b")]


def test_a_gap_in_history_stays_a_gap():
    shape = drawing.sparkline([1, 2, None, 4])

    assert shape.path.count("M") == 2
    assert drawing.sparkline([None, None]).last is None


def test_the_smallest_part_of_a_whole_stays_visible():
    parts = drawing.split([10_000, 1, 0])

    assert parts[1][1] >= 1
    assert parts[2] == (pytest.approx(parts[2][0]), 0)
    assert parts[1][0] + parts[1][1] == pytest.approx(100, abs=0.1)
