"""The one place that asks what time it is; commands are told (`at=`)."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The moment, aware and in UTC; in a demo city shifted to the demo's own calendar."""
    return timezone.now() + _offset()


def today() -> date:
    return local_date(now())


def is_demo() -> bool:
    return bool(_offset())


def local_date(at: datetime) -> date:
    """The calendar day in the city's own time zone."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def local_time(at: datetime) -> str:
    """The hour and minute as people in the city read it, e.g. 08:30."""
    return f"{timezone.localtime(at, timezone.get_default_timezone()):%H:%M}"


def _offset() -> timedelta:
    return timedelta(seconds=settings.CLOCK_OFFSET_SECONDS)
