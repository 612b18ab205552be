"""Working time: office hours of working days, over weekends and holidays."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base import workdays, worktime
from xinfeng.base.worktime import OfficeHours, Span, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = OfficeHours()
# Hypothesis asks for bounds without a zone.
FIRST, LAST = datetime(2021, 1, 1), datetime(2026, 6, 1)  # noqa: DTZ001
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(SHANGHAI))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("begins", "minutes", "ends"),
    [
        # Within the morning, over lunch, over the night, from the night.
        ("2022-07-18 09:00", 60, "2022-07-18 10:00"),
        ("2022-07-18 11:30", 60, "2022-07-18 15:00"),
        ("2022-07-18 17:00", 60, "2022-07-19 09:00"),
        ("2022-07-18 03:00", 60, "2022-07-18 09:30"),
        ("2022-07-18 13:00", 60, "2022-07-18 15:30"),
        # To the very end of the day, and one minute more.
        ("2022-07-18 08:30", 390, "2022-07-18 17:30"),
        ("2022-07-18 08:30", 391, "2022-07-19 08:31"),
        # Friday evening to Monday; over the national holiday with its shifted Saturday.
        ("2022-07-15 17:30", 1, "2022-07-18 08:31"),
        ("2022-09-30 17:00", 60, "2022-10-08 09:00"),
    ],
)
def test_minutes_run_while_offices_work(begins, minutes, ends):
    assert worktime.after_minutes(at(begins), minutes, OFFICE) == at(ends)


@pytest.mark.parametrize(
    ("begins", "days", "ends"),
    [
        ("2022-07-18 23:59", 1, "2022-07-19 17:30"),
        ("2022-07-15 09:00", 1, "2022-07-18 17:30"),
        ("2022-07-17 09:00", 2, "2022-07-19 17:30"),
        ("2022-09-30 09:00", 1, "2022-10-08 17:30"),
    ],
)
def test_working_days_end_when_offices_close(begins, days, ends):
    assert worktime.after_days(at(begins), days, OFFICE) == at(ends)


@given(begins=MOMENTS, minutes=st.integers(1, 3000))
def test_exactly_so_much_was_worked_until_then(begins, minutes):
    ends = worktime.after_minutes(begins, minutes, OFFICE)

    assert worktime.between(begins, ends, OFFICE) == timedelta(minutes=minutes)
    assert workdays.is_working(ends.date())


@given(begins=MOMENTS, first=st.integers(1, 900), then=st.integers(1, 900))
def test_two_stretches_are_one_long_one(begins, first, then):
    middle = worktime.after_minutes(begins, first, OFFICE)

    assert worktime.after_minutes(middle, then, OFFICE) == worktime.after_minutes(
        begins, first + then, OFFICE
    )


@given(begins=MOMENTS, later=st.timedeltas(timedelta(), timedelta(days=9)))
@pytest.mark.parametrize("unit", list(Unit))
def test_what_begins_later_never_ends_earlier(unit, begins, later):
    span = Span(3, unit)

    assert span.after(begins, OFFICE) <= span.after(begins + later, OFFICE)
    assert span.after(begins, OFFICE) > begins


def test_plain_hours_run_at_night_too():
    assert Span(24, Unit.HOURS).after(at("2022-07-15 22:00"), OFFICE) == at("2022-07-16 22:00")


def test_offices_that_close_before_they_open_are_refused():
    with pytest.raises(ValueError, match=r"办公时间|office hours"):
        OfficeHours(opens=900, closes=600)
