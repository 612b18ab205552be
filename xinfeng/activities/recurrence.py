"""Days of a series: simple choices become an RRULE of RFC 5545, and an RRULE becomes days."""

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from dateutil.rrule import rrulestr
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import workdays
from xinfeng.base.refusal import Refusal
from xinfeng.base.workdays import Kind

MOST = 60
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# What a rule may consist of: nothing finer than days, so that none can run for hours.
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST"}


class Every(models.TextChoices):
    WEEK = "WEEK", gettext_lazy("every week")
    TWO_WEEKS = "TWO_WEEKS", gettext_lazy("every two weeks")
    MONTH_DAY = "MONTH_DAY", gettext_lazy("every month on the same day")
    MONTH_WEEKDAY = "MONTH_WEEKDAY", gettext_lazy("every month on the same weekday")


@dataclass(frozen=True)
class Occurrence:
    on: date
    kind: Kind


def rule(every: Every, first: date, *, count: int | None, until: date | None) -> str:
    """The RRULE of a simple choice; it ends after a number of times or on a day."""
    if (count is None) == (until is None):
        raise Refusal("series_endless", _("Say how often, or until which day."))
    end = f"COUNT={count}" if count is not None else f"UNTIL={until:%Y%m%d}T235959"
    nth = (first.day - 1) // 7 + 1
    # The fifth Saturday does not come every month; the last one does.
    nth = -1 if nth > 4 else nth
    weekday = _WEEKDAYS[first.weekday()]
    begin = {
        Every.WEEK: "FREQ=WEEKLY",
        Every.TWO_WEEKS: "FREQ=WEEKLY;INTERVAL=2",
        Every.MONTH_DAY: f"FREQ=MONTHLY;BYMONTHDAY={first.day}",
        Every.MONTH_WEEKDAY: f"FREQ=MONTHLY;BYDAY={nth:+d}{weekday}",
    }[every]
    return f"{begin};{end}"


def days(rrule: str, first: date) -> list[date]:
    """The days of the series in order, the first one included; at most sixty."""
    _refuse_unreadable(rrule)
    begin = datetime.combine(first, time())
    try:
        found = [moment.date() for moment in islice(rrulestr(rrule, dtstart=begin), MOST + 1)]
    except (ValueError, TypeError, OverflowError):
        raise Refusal(
            "rrule_unreadable", _("This rule of repetition cannot be read.")
        ) from None
    found = sorted({first, *found})
    if len(found) > MOST:
        raise Refusal("series_too_long", _("A series has at most 60 days; end it earlier."))
    return found


def preview(rrule: str, first: date) -> list[Occurrence]:
    """The days with what each of them is: weekend, holiday, weekend worked in exchange."""
    return [Occurrence(day, workdays.kind(day)) for day in days(rrule, first)]


def _refuse_unreadable(rrule: str) -> None:
    parts = dict(part.partition("=")[::2] for part in rrule.upper().split(";"))
    known = set(parts) <= _PARTS and parts.get("FREQ") in _FREQUENCIES
    # An interval of nothing would never come to an end.
    counted = all(
        parts[name].isdigit() and 0 < int(parts[name]) < 1000
        for name in ("INTERVAL", "COUNT")
        if name in parts
    )
    if not known or not counted or not all(parts.values()):
        raise Refusal("rrule_unreadable", _("This rule of repetition cannot be read."))
    if not parts.keys() & {"COUNT", "UNTIL"}:
        raise Refusal("series_endless", _("Say how often, or until which day."))
