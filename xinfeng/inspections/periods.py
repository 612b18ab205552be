"""Periods as offices write them: 2022, 2022Q2, 2022-06."""

import re
from datetime import date, timedelta

from django.utils.translation import gettext

from xinfeng.base.figures import Window
from xinfeng.base.refusal import Refusal

_WRITTEN = re.compile(r"(?P<year>20\d\d)(?:Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


def read(text: str) -> Window:
    """The days of a period; refuses what is not one."""
    found = _WRITTEN.fullmatch(text.strip().upper())
    if found is None:
        raise Refusal(
            "period_is_not_readable",
            gettext(
                "“%(text)s” is not a period. Write a year (2022), a quarter (2022Q2) or a"
                " month (2022-06)."
            )
            % {"text": text[:20]},
        )
    year = int(found["year"])
    if found["quarter"]:
        return _months(date(year, 3 * int(found["quarter"]) - 2, 1), 3)
    if found["month"]:
        return _months(date(year, int(found["month"]), 1), 1)
    return _months(date(year, 1, 1), 12)


def written(window: Window) -> str:
    """The shortest way to write a period."""
    since, until = window
    for text in (
        f"{since.year}",
        f"{since.year}Q{(since.month + 2) // 3}",
        f"{since:%Y-%m}",
    ):
        if read(text) == window:
            return text
    return f"{since}..{until}"


def quarter_of(day: date) -> Window:
    return _months(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3)


def before(window: Window) -> Window:
    """The period of the same length that ends where this one begins."""
    months = (window.until.year - window.since.year) * 12
    months += window.until.month - window.since.month
    return Window(shifted(window.since, -months), window.since)


def shifted(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is none."""
    whole = day.year * 12 + day.month - 1 + months
    first = date(whole // 12, whole % 12 + 1, 1)
    following = date((whole + 1) // 12, (whole + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return first.replace(day=min(day.day, last))


def stretches(window: Window, *, months: int = 0, weeks: int = 0) -> list[Window]:
    """The whole stretches within a window: months from its first day, weeks from Mondays.

    Shorter than one stretch, the window itself is the only one.
    """
    found: list[Window] = []
    start = window.since
    if weeks:
        start += timedelta(days=-start.weekday() % 7)
    while True:
        end = shifted(start, months) if months else start + timedelta(weeks=weeks)
        if end > window.until:
            return found or [window]
        found.append(Window(start, end))
        start = end


def _months(first: date, months: int) -> Window:
    return Window(first, shifted(first, months))
