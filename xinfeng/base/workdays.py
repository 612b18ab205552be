"""Working days of the country, with the weekends worked in exchange for holidays (调休).

The calendar is the State Council's yearly notice as the package `chinesecalendar` ships it.
A year it does not know yet falls back on Monday to Friday, and says so through `is_known`.
"""

from datetime import date, timedelta
from enum import StrEnum

import chinese_calendar

ONE_DAY = timedelta(days=1)
FRIDAY = 4


def is_known(day: date) -> bool:
    """Has the notice for this year been published in the calendar we ship?"""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def is_working(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() <= FRIDAY


class Kind(StrEnum):
    """What a day is to those who plan one."""

    WORKDAY = "WORKDAY"
    WEEKEND = "WEEKEND"
    HOLIDAY = "HOLIDAY"
    # A weekend day worked in exchange for a holiday.
    SHIFTED = "SHIFTED"


def kind(day: date) -> Kind:
    weekend = day.weekday() > FRIDAY
    if is_working(day):
        return Kind.SHIFTED if weekend else Kind.WORKDAY
    # A holiday may fall on a weekend; it is told as the holiday that it is.
    named = is_known(day) and chinese_calendar.get_holiday_detail(day)[1] is not None
    return Kind.HOLIDAY if named or not weekend else Kind.WEEKEND


def after(day: date, count: int) -> date:
    """The `count`-th working day after a day; the day itself is not counted."""
    assert count > 0
    while count:
        day += ONE_DAY
        count -= is_working(day)
    return day


def passed(since: date, until: date) -> int:
    """Working days after `since`, up to and including `until`; zero when it lies before."""
    days = (until - since).days
    return sum(is_working(since + n * ONE_DAY) for n in range(1, days + 1))
