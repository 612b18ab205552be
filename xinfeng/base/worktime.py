"""Deadlines in working time: office hours of working days, in the city's own time zone.

Plain hours run at night as well: who waits for an answer waits then too.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from . import workdays

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class OfficeHours:
    """When offices work on a working day, in minutes after midnight: morning and afternoon."""

    opens: int = 510
    lunch_from: int = 720
    lunch_until: int = 870
    closes: int = 1050

    def __post_init__(self) -> None:
        times = (0, self.opens, self.lunch_from, self.lunch_until, self.closes, 1440)
        if list(times) != sorted(times) or self.opens == self.lunch_from:
            raise ValueError(_("office hours must open before they close."))

    @property
    def stretches(self) -> tuple[tuple[int, int], ...]:
        return (self.opens, self.lunch_from), (self.lunch_until, self.closes)


class Unit(StrEnum):
    WORKING_DAYS = "working_days"
    WORKING_HOURS = "working_hours"
    HOURS = "hours"


@dataclass(frozen=True)
class Span:
    """How long something may take: so many hours, working hours or working days."""

    count: int
    unit: Unit

    def after(self, at: datetime, office: OfficeHours) -> datetime:
        """When it is over for what began at a moment."""
        if self.unit == Unit.HOURS:
            return at + timedelta(hours=self.count)
        if self.unit == Unit.WORKING_HOURS:
            return after_minutes(at, self.count * 60, office)
        return after_days(at, self.count, office)


def after_days(at: datetime, count: int, office: OfficeHours) -> datetime:
    """When offices close on the `count`-th working day; the day itself is not counted."""
    return _moment(workdays.after(timezone.localtime(at).date(), count), office.closes)


def after_minutes(at: datetime, minutes: int, office: OfficeHours) -> datetime:
    """The moment at which offices have worked so many minutes since."""
    assert minutes > 0
    left = timedelta(minutes=minutes)
    day = timezone.localtime(at).date()
    while True:
        for opens, closes in office.stretches if workdays.is_working(day) else ():
            begins = max(_moment(day, opens), at)
            worked = max(_moment(day, closes) - begins, timedelta())
            if left <= worked:
                return begins + left
            left -= worked
        day += ONE_DAY


def between(since: datetime, until: datetime, office: OfficeHours) -> timedelta:
    """How long offices worked from one moment to another."""
    worked, day = timedelta(), timezone.localtime(since).date()
    while day <= timezone.localtime(until).date():
        for opens, closes in office.stretches if workdays.is_working(day) else ():
            stretch = min(_moment(day, closes), until) - max(_moment(day, opens), since)
            worked += max(stretch, timedelta())
        day += ONE_DAY
    return worked


def _moment(day: date, minute: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time())) + minute * ONE_MINUTE
