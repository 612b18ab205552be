from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.activities import recurrence
from xinfeng.activities.recurrence import Every
from xinfeng.base.refusal import Refusal
from xinfeng.base.workdays import Kind

SATURDAY = date(2022, 9, 17)
FIRSTS = st.dates(date(2020, 1, 1), date(2026, 12, 31))


def test_every_week_ten_times():
    rule = recurrence.rule(Every.WEEK, SATURDAY, count=10, until=None)

    days = recurrence.days(rule, SATURDAY)

    assert rule == "FREQ=WEEKLY;COUNT=10"
    assert days == [SATURDAY + timedelta(weeks=n) for n in range(10)]


def test_every_two_weeks_until_a_day_that_still_counts():
    rule = recurrence.rule(Every.TWO_WEEKS, SATURDAY, count=None, until=date(2022, 10, 15))

    assert recurrence.days(rule, SATURDAY)[-1] == date(2022, 10, 15)


def test_every_third_saturday_of_the_month():
    rule = recurrence.rule(Every.MONTH_WEEKDAY, SATURDAY, count=3, until=None)

    days = recurrence.days(rule, SATURDAY)

    assert days == [SATURDAY, date(2022, 10, 15), date(2022, 11, 19)]


def test_a_fifth_weekday_means_the_last_one():
    rule = recurrence.rule(Every.MONTH_WEEKDAY, date(2022, 7, 30), count=2, until=None)

    assert recurrence.days(rule, date(2022, 7, 30))[1] == date(2022, 8, 27)


def test_the_31st_comes_only_in_months_that_have_one():
    rule = recurrence.rule(Every.MONTH_DAY, date(2022, 7, 31), count=3, until=None)

    days = recurrence.days(rule, date(2022, 7, 31))

    assert days == [date(2022, 7, 31), date(2022, 8, 31), date(2022, 10, 31)]


def test_the_preview_marks_holidays_and_weekends_worked():
    shown = recurrence.preview("FREQ=WEEKLY;COUNT=4", SATURDAY)

    assert [(one.on.day, one.kind) for one in shown] == [
        (17, Kind.WEEKEND), (24, Kind.WEEKEND), (1, Kind.HOLIDAY), (8, Kind.SHIFTED),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("FREQ=WEEKLY", "series_endless"),
        ("FREQ=WEEKLY;COUNT=61", "series_too_long"),
        ("FREQ=DAILY;UNTIL=20991231T000000", "series_too_long"),
        ("FREQ=SECONDLY;COUNT=3", "rrule_unreadable"),
        ("FREQ=WEEKLY;INTERVAL=0;COUNT=3", "rrule_unreadable"),
        ("FREQ=WEEKLY;COUNT=-1", "rrule_unreadable"),
        ("FREQ=WEEKLY;COUNT=3\nDTSTART:20200101", "rrule_unreadable"),
        ("FREQ=WEEKLY;UNTIL=tomorrow", "rrule_unreadable"),
        ("FREQ=WEEKLY;BYDAY=;COUNT=3", "rrule_unreadable"),
        ("every week", "rrule_unreadable"),
        ("", "rrule_unreadable"),
    ],
)
def test_what_cannot_be_a_series_is_refused(rule, code):
    with pytest.raises(Refusal) as refusal:
        recurrence.days(rule, SATURDAY)

    assert refusal.value.code == code


@pytest.mark.parametrize(("count", "until"), [(None, None), (3, SATURDAY)])
def test_a_series_ends_in_one_way(count, until):
    with pytest.raises(Refusal):
        recurrence.rule(Every.WEEK, SATURDAY, count=count, until=until)


@given(every=st.sampled_from(Every), first=FIRSTS, count=st.integers(1, 24))
def test_a_simple_choice_begins_on_its_day_and_goes_forward(every, first, count):
    days = recurrence.days(recurrence.rule(every, first, count=count, until=None), first)

    assert days[0] == first
    assert days == sorted(set(days))
    assert count <= len(days) <= count + 1
