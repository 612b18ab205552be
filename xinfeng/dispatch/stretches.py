"""Stretches of time as bits: morning, afternoon and evening of each of the next three weeks.

Bit `3 × day + part` counts from the first day of the horizon. Pure functions; the hours of
the parts are those in which somebody is at home to receive a volunteer.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from xinfeng.people.models import PartOfDay

DAYS = 21
PARTS = len(PartOfDay)
WEEK = 7 * PARTS
_ALL_WEEK = (1 << WEEK) - 1
HALF_AN_HOUR = timedelta(minutes=30)
# From when to when a part lasts, and when a service in it usually begins.
LASTS = {
    PartOfDay.MORNING: (time(8), time(12)),
    PartOfDay.AFTERNOON: (time(12), time(18)),
    PartOfDay.EVENING: (time(18), time(22)),
}
BEGINS = {
    PartOfDay.MORNING: time(9),
    PartOfDay.AFTERNOON: time(14, 30),
    PartOfDay.EVENING: time(19),
}
# Nobody is asked to be there sooner than so long after being asked.
NOTICE = timedelta(hours=3)
URGENT_NOTICE = timedelta(hours=1)
# A service may take longer than what is left of its part by so much.
_OVER = timedelta(minutes=30)


@dataclass(frozen=True)
class Horizon:
    """The next three weeks as seen at a moment."""

    at: datetime

    @cached_property
    def first(self) -> date:
        return timezone.localtime(self.at).date()

    def day(self, number: int) -> date:
        return self.first + timedelta(days=number // PARTS)

    def part(self, number: int) -> PartOfDay:
        return PartOfDay(number % PARTS)

    def of_week(self, week: int) -> int:
        """The 21 parts of a usual week (Monday morning first), laid over all the days."""
        away = PARTS * self.first.weekday()
        turned = (week >> away | week << (WEEK - away)) & _ALL_WEEK
        return turned | turned << WEEK | turned << 2 * WEEK

    def of_weeks(self, weeks: NDArray[np.int64]) -> NDArray[np.int64]:
        """`of_week` for many people at once."""
        away = PARTS * self.first.weekday()
        turned = (weeks >> away | weeks << (WEEK - away)) & _ALL_WEEK
        return np.asarray(turned | turned << WEEK | turned << 2 * WEEK)

    def wished(
        self, since: date, until: date, week: int, minutes: int, *, is_urgent: bool = False
    ) -> int:
        """The stretches that a wish allows and that can still be kept; 0: none is left."""
        of_week, bits = self.of_week(week), 0
        from_day = max((since - self.first).days, 0)
        for day in range(from_day, min((until - self.first).days + 1, DAYS)):
            for part in range(PARTS):
                number = PARTS * day + part
                if of_week >> number & 1 and self.begins(number, minutes, is_urgent=is_urgent):
                    bits |= 1 << number
        return bits

    def begins(self, number: int, minutes: int, *, is_urgent: bool = False) -> datetime | None:
        """When a service in this stretch would begin; None: it is too late for it."""
        return _begins(self, number, minutes, is_urgent=is_urgent)

    def taken(self, starts_at: datetime, ends_at: datetime) -> int:
        """The stretches that something promised touches."""
        bits = 0
        first = max((timezone.localtime(starts_at).date() - self.first).days, 0)
        last = min((timezone.localtime(ends_at).date() - self.first).days, DAYS - 1)
        for number in range(PARTS * first, PARTS * (last + 1)):
            begins, ends = LASTS[self.part(number)]
            on = self.day(number)
            if starts_at < _moment(on, ends) and _moment(on, begins) < ends_at:
                bits |= 1 << number
        return bits

    def number(self, moment: datetime) -> int | None:
        """The stretch in which a moment lies; None: outside the horizon."""
        local = timezone.localtime(moment)
        day = (local.date() - self.first).days
        if not 0 <= day < DAYS:
            return None
        return PARTS * day + part_of(local.time())


# A plan asks this of ten thousand orders, of which most want the same.
@lru_cache(maxsize=4096)
def _begins(horizon: Horizon, number: int, minutes: int, *, is_urgent: bool) -> datetime | None:
    part, on = horizon.part(number), horizon.day(number)
    usual = _moment(on, BEGINS[part])
    earliest = _half_hour(horizon.at + (URGENT_NOTICE if is_urgent else NOTICE))
    if earliest <= usual:
        return usual
    ends = _moment(on, LASTS[part][1]) + _OVER
    return earliest if earliest + timedelta(minutes=minutes) <= ends else None


def part_of(moment: time) -> PartOfDay:
    """The part of the day in which a time lies; the night belongs to the evening before."""
    if moment < LASTS[PartOfDay.MORNING][1]:
        return PartOfDay.MORNING
    return PartOfDay.AFTERNOON if moment < LASTS[PartOfDay.AFTERNOON][1] else PartOfDay.EVENING


def numbers(bits: int) -> list[int]:
    """The numbers of the bits that are set, the earliest first."""
    return [number for number in range(bits.bit_length()) if bits >> number & 1]


def _moment(on: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(on, at))


def _half_hour(moment: datetime) -> datetime:
    """The next full or half hour."""
    over = timedelta(
        minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond
    )
    return moment + (HALF_AN_HOUR - over if over else over)
