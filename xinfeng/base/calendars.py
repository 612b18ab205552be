"""iCalendar (RFC 5545, 7986): what a calendar program on a phone subscribes to.

Times go out as UTC, so no zone has to be described and none can be misread; the program shows
them in its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, vDuration
from icalendar import Event as Entry

MEDIA_TYPE = "text/calendar; charset=utf-8"
# How often a program should ask again; most ask less often whatever they are told.
_ASK_AGAIN = timedelta(hours=1)


class Standing(StrEnum):
    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One entry of a calendar. The same `uid` is the same entry, moved or called off."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    where: str = ""
    about: str = ""
    href: str = ""
    # Micro-degrees WGS84.
    position: tuple[int, int] | None = None
    standing: Standing = Standing.CONFIRMED


def written(name: str, events: Iterable[Event], *, at: datetime) -> bytes:
    """A whole calendar as it travels; `at` is the moment it is as of."""
    calendar = Calendar()
    calendar.add("prodid", "-//Xinfeng//Xinfeng//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    # The old name and the new one; programs read the one or the other.
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    every = vDuration(_ASK_AGAIN)
    calendar.add("refresh-interval", every, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", every)
    for event in events:
        calendar.add_component(_entry(event, at))
    return bytes(calendar.to_ical())


def _entry(event: Event, at: datetime) -> Entry:
    entry = Entry()
    entry.add("uid", event.uid)
    entry.add("dtstamp", at.astimezone(UTC))
    entry.add("dtstart", event.starts_at.astimezone(UTC))
    entry.add("dtend", event.ends_at.astimezone(UTC))
    entry.add("summary", event.title)
    entry.add("status", event.standing.value)
    if event.where:
        entry.add("location", event.where)
    if event.about:
        entry.add("description", event.about)
    if event.href:
        entry.add("url", event.href)
    if event.position:
        entry.add("geo", tuple(micro / 1e6 for micro in event.position))
    return entry
