from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base import workdays
from xinfeng.base.workdays import Kind

DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2022, 7, 18), Kind.WORKDAY),
        (date(2022, 7, 17), Kind.WEEKEND),
        (date(2022, 10, 3), Kind.HOLIDAY),
        (date(2022, 10, 1), Kind.HOLIDAY),
        (date(2022, 10, 8), Kind.SHIFTED),
        (date(2090, 10, 3), Kind.WORKDAY if date(2090, 10, 3).weekday() < 5 else Kind.WEEKEND),
    ],
)
def test_days_are_what_the_notice_says(day, kind):
    assert workdays.kind(day) == kind


def test_ten_working_days_step_over_the_national_holiday():
    # Held on 28 September 2022: 29, 30, then 8–12 October without the 1st to the 7th.
    assert workdays.after(date(2022, 9, 28), 10) == date(2022, 10, 17)


@given(day=DAYS, count=st.integers(1, 30))
def test_after_and_passed_agree(day, count):
    end = workdays.after(day, count)

    assert workdays.is_working(end)
    assert workdays.passed(day, end) == count
    assert workdays.passed(end, day) == 0


@given(day=DAYS)
def test_a_day_is_worked_when_its_kind_says_so(day):
    worked = workdays.kind(day) in {Kind.WORKDAY, Kind.SHIFTED}

    assert workdays.is_working(day) == worked
    assert workdays.passed(day - timedelta(days=1), day) == worked
