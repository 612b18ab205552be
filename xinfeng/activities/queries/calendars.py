"""Shifts as entries of a calendar: one's own, an activity's, a place's."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from xinfeng.activities.models import (
    LIVE,
    Activity,
    ActivityState,
    CalendarLink,
    Shift,
    Signup,
    SignupState,
)
from xinfeng.base import scope
from xinfeng.base.calendars import Event, Standing
from xinfeng.people.models import Person
from xinfeng.places.models import Place

from .activity import position_of
from .listing import with_words

# What is over stays for a while: a calendar program drops what is not told any more.
LOOKS_BACK = timedelta(days=60)
MOST = 500
# An activity's code → its whole address.
Address = Callable[[str], str]


@dataclass(frozen=True)
class Diary:
    """What a calendar program is given: the name of the calendar, and its entries."""

    name: str
    events: list[Event]


def calendar_link_of(person: Person) -> CalendarLink | None:
    with scope.reading(person_id=person.pk, spans=[]):
        return CalendarLink.objects.valid().filter(person=person).first()


def my_diary(code: str | None, *, host: str, address: Address, at: datetime) -> Diary | None:
    """The shifts of whoever made this link; None where it is no link, or no more."""
    with scope.whole_city():
        valid = CalendarLink.objects.valid().select_related("person")
        link = valid.filter(code=code).first() if code else None
    if link is None or not link.person.is_active:
        return None
    with scope.reading(person_id=link.person_id, spans=[]):
        own = Signup.objects.filter(
            person=link.person, state__in=LIVE, shift__ends_at__gt=at - LOOKS_BACK
        ).select_related("shift__activity__place", "shift__activity__division")
        signups = list(own.order_by("shift__starts_at", "pk")[:MOST])
    return Diary(
        _("My shifts"),
        [
            _event(signup.shift, host, address, waits=signup.state == SignupState.WAITING)
            for signup in signups
        ],
    )


def diary_of(activity: Activity, *, host: str, address: Address) -> Diary:
    """One activity that everybody may know of, with all its shifts."""
    shifts = activity.shifts.order_by("starts_at", "pk")[:MOST]
    return Diary(activity.title, _events(_with(activity, shifts), host, address))


def diary_at(place: Place, *, host: str, address: Address, at: datetime) -> Diary:
    """What is on at a place, and was a while ago; nothing that is by invitation."""
    shifts = Shift.objects.filter(
        activity__in=Activity.objects.public().filter(
            place=place, state__in=[ActivityState.ANNOUNCED, ActivityState.HELD]
        ),
        starts_at__gt=at - LOOKS_BACK,
    )
    found = with_words(shifts).order_by("starts_at", "pk")[:MOST]
    return Diary(place.name, _events(found, host, address))


def _with(activity: Activity, shifts: Iterable[Shift]) -> Iterable[Shift]:
    for shift in shifts:
        shift.activity = activity
        yield shift


def _events(shifts: Iterable[Shift], host: str, address: Address) -> list[Event]:
    return [_event(shift, host, address, waits=False) for shift in shifts]


def _event(shift: Shift, host: str, address: Address, *, waits: bool) -> Event:
    activity = shift.activity
    where = [(activity.place or activity.division).name, activity.meeting_point]
    if not activity.is_open:
        # Where somebody is visited stands in no calendar of other programs.
        where = [activity.division.name]
    return Event(
        uid=f"shift-{shift.pk}@{host}",
        title=_("%(title)s (waiting list)") % {"title": activity.title}
        if waits
        else activity.title,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        where=" · ".join(part for part in where if part),
        href=address(activity.code),
        position=position_of(activity) if activity.is_open else None,
        standing=_standing(activity, waits),
    )


def _standing(activity: Activity, waits: bool) -> Standing:
    if activity.state == ActivityState.CALLED_OFF:
        return Standing.CANCELLED
    return Standing.TENTATIVE if waits else Standing.CONFIRMED
