"""Evenings of a week as seven bits (bit 0 is Monday), and days as the timetable counts them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from xinfeng.base import workdays

WEEK = timedelta(weeks=1)
ALL = 2**7 - 1
# So long before an evening its learners must know whether it takes place.
KNOWN_BEFORE = timedelta(hours=1)


def bits(weekdays: Iterable[int]) -> int:
    return sum(1 << day for day in set(weekdays))


def weekdays(evenings: int) -> tuple[int, ...]:
    return tuple(day for day in range(7) if evenings >> day & 1)


def monday(day: date) -> date:
    """The Monday of the week in which a day lies."""
    return day - timedelta(days=day.weekday())


def moment(day: date, minute: int) -> datetime:
    """A minute of a day on the city's own clock."""
    midnight = datetime.combine(day, time(), timezone.get_current_timezone())
    return midnight + timedelta(minutes=minute)


def is_holiday(day: date) -> bool:
    """A public holiday, as far as the State Council has announced the year."""
    return workdays.kind(day) is workdays.Kind.HOLIDAY


def weekly(first: date, count: int) -> list[date]:
    """The days of so many sessions, week by week; a holiday is left out, the first day is not:
    whoever names it has chosen it."""
    days = [first]
    while len(days) < count:
        first += WEEK
        if not is_holiday(first):
            days.append(first)
    return days
