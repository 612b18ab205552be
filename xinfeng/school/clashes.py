"""What stands in the way of a session beside other classes: activities of the place, and
shifts that its lecturer has already. Read under whatever lock the caller holds."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from xinfeng.activities.models import HOLDING, Activity, ActivityState, Shift, Signup
from xinfeng.base import clock, scope

from . import evenings
from .models import Session

# What overlaps these minutes of a day takes the evening.
EVENING = (17 * 60, 23 * 60)
Span = tuple[datetime, datetime]


def rooms_taken(place_ids: Collection[int], first: date, until: date) -> set[tuple[int, date]]:
    """Evenings on which a place has something else on; which room it takes is not known."""
    shifts = _others(first, until).filter(
        activity__place__in=place_ids, activity__state=ActivityState.ANNOUNCED
    )
    rows = shifts.order_by("pk").values_list("activity__place_id", "starts_at", "ends_at")
    return {(place, day) for place, *span in rows for day in _evenings_of(*span)}


def people_busy(person_ids: Collection[int], first: date, until: date) -> set[tuple[int, date]]:
    """Evenings on which people hold a place elsewhere, or lead something."""
    shifts = _others(first, until)
    held = Signup.objects.filter(person__in=person_ids, state__in=HOLDING, shift__in=shifts)
    with scope.whole_city():
        rows = [
            *held.order_by("pk").values_list("person_id", "shift__starts_at", "shift__ends_at"),
            *shifts.filter(
                activity__leader__in=person_ids, activity__state=ActivityState.ANNOUNCED
            )
            .order_by("pk")
            .values_list("activity__leader_id", "starts_at", "ends_at"),
        ]
    return {(person, day) for person, *span in rows for day in _evenings_of(*span)}


def of_place(place_id: int, spans: Iterable[Span]) -> Activity | None:
    """Another activity of the place at one of these times."""
    shifts = Shift.objects.filter(
        _overlapping(spans), activity__place=place_id, activity__state=ActivityState.ANNOUNCED
    ).exclude(pk__in=_sessions())
    found = shifts.select_related("activity").order_by("starts_at", "pk").first()
    return found.activity if found else None


def of_person(person_id: int, spans: Iterable[Span]) -> Activity | None:
    """Another activity in which the person has a place, or which they lead, at such a time."""
    spans = list(spans)
    with scope.whole_city():
        held = Signup.objects.filter(
            _overlapping(spans, "shift__"), person=person_id, state__in=HOLDING
        ).exclude(shift__in=_sessions())
        found = held.select_related("shift__activity").order_by("pk").first()
        if found:
            return found.shift.activity
    led = Shift.objects.filter(
        _overlapping(spans),
        activity__leader=person_id,
        activity__state=ActivityState.ANNOUNCED,
    ).exclude(pk__in=_sessions())
    shift = led.select_related("activity").order_by("starts_at", "pk").first()
    return shift.activity if shift else None


def _others(first: date, until: date) -> QuerySet[Shift]:
    """Shifts of these days that are no sessions: those stand in the timetable themselves."""
    begin, end = evenings.moment(first, 0), evenings.moment(until, 0)
    shifts = Shift.objects.filter(starts_at__lt=end, ends_at__gt=begin)
    return shifts.exclude(pk__in=_sessions())


def _sessions() -> QuerySet[Session, int | None]:
    return Session.objects.filter(shift__isnull=False).values_list("shift_id", flat=True)


def _overlapping(spans: Iterable[Span], prefix: str = "") -> Q:
    found = Q(pk__in=[])
    for starts_at, ends_at in spans:
        found |= Q(**{f"{prefix}starts_at__lt": ends_at, f"{prefix}ends_at__gt": starts_at})
    return found


def _evenings_of(starts_at: datetime, ends_at: datetime) -> list[date]:
    """The days whose evening this overlaps; a shift is seldom longer than a day."""
    begin, end = clock.local_date(starts_at), clock.local_date(ends_at)
    days = [date.fromordinal(n) for n in range(begin.toordinal(), end.toordinal() + 1)]
    return [
        day
        for day in days
        if starts_at < evenings.moment(day, EVENING[1])
        and ends_at > evenings.moment(day, EVENING[0])
    ]
