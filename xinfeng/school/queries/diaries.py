"""The evenings of a place or an area as entries of a calendar; they name no learner."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from xinfeng.activities.queries import Diary
from xinfeng.base.calendars import Event, Standing
from xinfeng.places.models import Division, Place
from xinfeng.school.models import SessionState

from .week import Slot, evenings_between

# What is over stays for a while: a calendar program drops what is not told any more.
LOOKS_BACK, LOOKS_AHEAD = timedelta(weeks=4), timedelta(weeks=26)
# A class's code → its whole address.
Address = Callable[[str], str]


def diary_at(place: Place, *, today: date, host: str, address: Address) -> Diary:
    slots = evenings_between(today - LOOKS_BACK, today + LOOKS_AHEAD, place=place)
    name = _("Night school: %(where)s") % {"where": place.name}
    return Diary(name, list(_events(slots, host, address)))


def diary_within(division: Division, *, today: date, host: str, address: Address) -> Diary:
    slots = evenings_between(today - LOOKS_BACK, today + LOOKS_AHEAD, within=division.pk)
    name = _("Night school: %(where)s") % {"where": division.name}
    return Diary(name, list(_events(slots, host, address)))


def _events(slots: Iterable[Slot], host: str, address: Address) -> Iterable[Event]:
    for slot in slots:
        session, night_class = slot.session, slot.night_class
        place = night_class.place
        off = session.state == SessionState.CALLED_OFF
        known = place.lat_e6 is not None and place.lon_e6 is not None
        yield Event(
            uid=f"class-{night_class.code}-{session.number}@{host}",
            title=f"{night_class.course.title} {session.number}/{night_class.sessions_count}",
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            where=" ".join(
                word for word in (place.address or place.name, session.room) if word
            ),
            about=slot.lecturer,
            href=address(night_class.code),
            position=(place.lat_e6, place.lon_e6) if known else None,  # type: ignore[arg-type]
            standing=Standing.CANCELLED if off else Standing.CONFIRMED,
        )
