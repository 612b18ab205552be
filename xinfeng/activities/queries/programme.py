"""What the pages of activities show: everybody sees what is on, few see who comes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from xinfeng.activities import permissions
from xinfeng.activities.models import Activity, Shift, ShiftQuerySet, Signup
from xinfeng.base import codes, scope
from xinfeng.base.refusal import Refusal
from xinfeng.base.standing import Standing
from xinfeng.people.models import Person

PAGE = 30
Key = tuple[datetime, int]


@dataclass(frozen=True)
class Choice:
    """How a visitor narrows the list of what is on."""

    within: int | None = None
    category: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Line:
    """One shift as everybody sees it."""

    shift: Shift
    booked: int

    @property
    def free(self) -> int:
        return max(self.shift.capacity - self.booked, 0)


@dataclass(frozen=True)
class Upcoming:
    lines: list[Line]
    after: Key | None
    mine: list[Signup]


@dataclass(frozen=True)
class Offer:
    """A shift on the activity's page: one's own place on it, or why one cannot take one."""

    line: Line
    mine: Signup | None
    obstacle: Refusal | None
    may_cancel: bool


@dataclass(frozen=True)
class ActivityPage:
    activity: Activity
    offers: list[Offer]
    may_run: bool
    may_see_roster: bool


def upcoming(
    choice: Choice, *, visitor: Person | None, at: datetime, after: Key | None
) -> Upcoming:
    """What is on from now, soonest first, page by page; the visitor's own places on top."""
    shifts = _narrowed(Shift.objects.upcoming(at), choice)
    if after:
        shifts = shifts.after(*after)
    found = list(
        shifts.select_related("activity__category", "activity__place", "activity__division")[
            : PAGE + 1
        ]
    )
    shown = found[:PAGE]
    counts = _booked(shown)
    last = shown[-1] if len(found) > PAGE else None
    return Upcoming(
        lines=[Line(shift, counts.get(shift.pk, 0)) for shift in shown],
        after=(last.starts_at, last.pk) if last else None,
        mine=_coming(visitor, at) if visitor and not after else [],
    )


def activity_page(
    activity: Activity, *, visitor: Person | None, standing: Standing, at: datetime
) -> ActivityPage:
    shifts = list(activity.shifts.order_by("starts_at", "pk"))
    for shift in shifts:
        shift.activity = activity
    counts = _booked(shifts)
    own = _own(visitor, activity, at)
    return ActivityPage(
        activity=activity,
        offers=[
            _offer(Line(shift, counts.get(shift.pk, 0)), own, visitor, at) for shift in shifts
        ],
        may_run=visitor is not None and permissions.may_run(standing, activity),
        may_see_roster=visitor is not None and permissions.may_see_roster(standing, activity),
    )


def _narrowed(shifts: ShiftQuerySet, choice: Choice) -> ShiftQuerySet:
    if choice.within is not None:
        lo, hi = codes.span(choice.within, codes.level_of(choice.within))
        shifts = shifts.filter(activity__division_id__gte=lo, activity__division_id__lt=hi)
    if choice.category:
        shifts = shifts.filter(activity__category__code=choice.category)
    if choice.day is not None:
        midnight = datetime.combine(
            choice.day, datetime.min.time(), timezone.get_current_timezone()
        )
        shifts = shifts.filter(
            starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=1)
        )
    return shifts


def _booked(shifts: Iterable[Shift]) -> dict[int, int]:
    """How many places are taken on each: numbers without persons."""
    with scope.whole_city():
        live = Signup.objects.live().filter(shift__in=[shift.pk for shift in shifts])
        counted = live.order_by("shift_id").values("shift_id").annotate(taken=Count("pk"))
        return {row["shift_id"]: row["taken"] for row in counted}


def _coming(visitor: Person, at: datetime) -> list[Signup]:
    with scope.reading(person_id=visitor.pk, spans=[]):
        own = Signup.objects.of(visitor).filter(shift__ends_at__gt=at)
        return list(
            own.select_related("shift__activity").order_by("shift__starts_at", "pk")[:10]
        )


def _own(visitor: Person | None, activity: Activity, at: datetime) -> list[Signup]:
    """The visitor's places here, and all that lie ahead elsewhere."""
    if visitor is None:
        return []
    with scope.reading(person_id=visitor.pk, spans=[]):
        own = Signup.objects.of(visitor).select_related("shift__activity")
        ahead = own.filter(shift__ends_at__gt=at) | own.filter(shift__activity=activity)
        return list(ahead.order_by("shift__starts_at", "pk"))


def _offer(line: Line, own: list[Signup], visitor: Person | None, at: datetime) -> Offer:
    mine = next((signup for signup in own if signup.shift_id == line.shift.pk), None)
    if visitor is None or mine is not None:
        may_cancel = mine is not None and mine.is_booked and line.shift.is_open_for_sign_up(at)
        return Offer(line, mine, None, may_cancel)
    obstacle = permissions.what_forbids_sign_up(
        line.shift,
        booked=line.booked,
        others=[signup.shift for signup in own],
        person=visitor,
        at=at,
    )
    return Offer(line, None, obstacle, may_cancel=False)
