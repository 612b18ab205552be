"""Evenings of a week: of a place, of an area, of a draft; and the same as a calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

from xinfeng.base import codes, scope
from xinfeng.places.models import Place
from xinfeng.school import evenings
from xinfeng.school.models import (
    ClassState,
    NightClass,
    Session,
    SessionQuerySet,
    Timetable,
)

from .lines import names_of

# More evenings than that in one week is an area to be narrowed.
MOST = 300
MOST_EVENTS = 2_000


@dataclass(frozen=True)
class Slot:
    """One evening of a class in the grid."""

    session: Session
    lecturer: str

    @property
    def night_class(self) -> NightClass:
        return self.session.night_class


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday, each with its evenings in order of their hours."""

    monday: date
    days: list[tuple[date, list[Slot]]]
    is_cut: bool

    @property
    def before(self) -> date:
        return self.monday - evenings.WEEK

    @property
    def after(self) -> date:
        return self.monday + evenings.WEEK

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def count(self) -> int:
        return sum(len(slots) for _day, slots in self.days)


def week_of(
    monday: date, *, within: int | None = None, place: Place | None = None, field: str = ""
) -> Week:
    """The published evenings of a week, those that were called off among them."""
    found = _public()
    if within is not None:
        lo, hi = codes.span(within, codes.level_of(within))
        found = found.filter(night_class__division_id__gte=lo, night_class__division_id__lt=hi)
    if place is not None:
        found = found.filter(place=place)
    if field:
        found = found.filter(night_class__course__field__code=field)
    return _week(found, monday)


def week_of_draft(plan: Timetable, monday: date) -> Week:
    """What the office looks at before anybody is asked: drafts, and all that stands beside."""
    lo, hi = plan.division.span
    found = Session.objects.filter(
        night_class__division_id__gte=lo, night_class__division_id__lt=hi
    ).planned()
    return _week(found, monday)


def week_of_lecturer(lecturer_id: int, monday: date) -> Week:
    """A lecturer's own evenings: accepted ones, and those they are asked for."""
    asked = Session.objects.planned().filter(lecturer=lecturer_id)
    return _week(asked.exclude(night_class__state=ClassState.DRAFT), monday)


def evenings_between(
    first: date, until: date, *, within: int | None = None, place: Place | None = None
) -> list[Slot]:
    """For calendars and programs: published evenings of some weeks."""
    found = _public().between(first, until)
    if within is not None:
        lo, hi = codes.span(within, codes.level_of(within))
        found = found.filter(night_class__division_id__gte=lo, night_class__division_id__lt=hi)
    if place is not None:
        found = found.filter(place=place)
    return _slots(found, MOST_EVENTS)


def _public() -> SessionQuerySet:
    return Session.objects.filter(night_class__published_at__isnull=False)


def _week(found: SessionQuerySet, monday: date) -> Week:
    slots = _slots(found.between(monday, monday + evenings.WEEK), MOST + 1)
    days = [monday + timedelta(days=n) for n in range(7)]
    by_day: dict[date, list[Slot]] = {day: [] for day in days}
    for slot in slots[:MOST]:
        by_day[slot.session.on].append(slot)
    return Week(monday, list(by_day.items()), len(slots) > MOST)


def _slots(found: SessionQuerySet, most: int) -> list[Slot]:
    whole = found.select_related(
        "night_class__course__field", "night_class__division", "night_class__place", "lecturer"
    )
    with scope.whole_city():
        sessions = list(whole.order_by("starts_at", "pk")[:most])
        names = names_of({one.lecturer_id: one.lecturer for one in sessions}.values())
    return [Slot(one, names[one.lecturer_id]) for one in sessions]
