"""Activities whose records are due or overdue: the list of the offices above them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from xinfeng.activities.models import (
    Activity,
    ActivityQuerySet,
    ActivityState,
    Audience,
    Shift,
)
from xinfeng.activities.models.shifts import REGISTER_CLOSES
from xinfeng.base import scope, workdays
from xinfeng.base.standing import Standing
from xinfeng.people.permissions import SEES_PEOPLE
from xinfeng.people.queries import masked_names

PAGE = 50
MOST = 10_000
DueKey = tuple[date, int]
FIRST_REMINDER, LAST_REMINDER = 5, 8
# How far back a job looks for shifts whose register is still open.
LOOKS_BACK = timedelta(days=30)
BATCH = 200


@dataclass(frozen=True)
class Late:
    """One activity without records, who leads it, and how many working days too late."""

    activity: Activity
    leader: str
    days: int


@dataclass(frozen=True)
class Overdue:
    lines: list[Late]
    after: DueKey | None
    total: int


def overdue(standing: Standing, *, today: date, after: DueKey | None) -> Overdue:
    """Longest overdue first, page by page, within the reader's own reach."""
    rows = _within(standing, today)
    total = rows.count()
    found = list(_from(rows, after)[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Overdue(
        _lines(found[:PAGE], today),
        (last.due_on, last.pk) if last and last.due_on else None,
        total,
    )


def all_overdue(standing: Standing, *, today: date) -> list[Late]:
    """The whole list, for a table to take along."""
    return _lines(list(_from(_within(standing, today), None)[:MOST]), today)


def reminders_due(today: date) -> list[int]:
    """Activities whose leader may have to be reminded; the command decides on each."""
    # Whoever is overdue stands in the offices' list; reminders go before that.
    due = _open().filter(due_on__gte=today, due_on__lte=workdays.after(today, FIRST_REMINDER))
    return list(
        due.filter(reminded_after__lt=LAST_REMINDER)
        .order_by("due_on", "pk")
        .values_list("pk", flat=True)
    )


def shifts_to_remind(at: datetime) -> list[int]:
    """Announced shifts that begin within a day and whose people were not told yet."""
    soon = Shift.objects.filter(starts_at__gt=at, starts_at__lte=at + timedelta(days=1))
    due = soon.filter(reminded_at=None, activity__state=ActivityState.ANNOUNCED)
    return list(due.order_by("starts_at", "pk").values_list("pk", flat=True))


def registers_to_close(at: datetime) -> list[int]:
    """Shifts long over on which somebody is still expected."""
    over = Shift.objects.filter(
        starts_at__gt=at - LOOKS_BACK, starts_at__lt=at, ends_at__lte=at - REGISTER_CLOSES
    )
    with scope.whole_city():
        open_ = over.filter(signups__state__in=["BOOKED", "WAITING"]).distinct()
        return list(open_.order_by("starts_at", "pk").values_list("pk", flat=True)[:BATCH])


def left_over(at: datetime) -> list[int]:
    """What was arranged by invitation and never closed: an order went on without it."""
    over = Shift.objects.filter(
        starts_at__gt=at - LOOKS_BACK, starts_at__lt=at, ends_at__lte=at - REGISTER_CLOSES,
        activity__state=ActivityState.ANNOUNCED, activity__audience=Audience.INVITED,
    )  # fmt: skip
    later = Shift.objects.filter(
        activity=OuterRef("activity"), ends_at__gt=at - REGISTER_CLOSES
    )
    found = over.exclude(Exists(later)).order_by("activity_id")
    return list(found.values_list("activity_id", flat=True).distinct()[:BATCH])


def _open() -> ActivityQuerySet:
    # An order has deadlines of its own.
    return Activity.objects.public().filter(state=ActivityState.HELD, recorded_on=None)


def _within(standing: Standing, today: date) -> ActivityQuerySet:
    return _open().filter(scope.reached(standing.spans(SEES_PEOPLE)), due_on__lt=today)


def _from(rows: ActivityQuerySet, after: DueKey | None) -> ActivityQuerySet:
    if after:
        due_on, pk = after
        rows = rows.filter(
            Q(due_on__gt=due_on) | Q(due_on=due_on, pk__gt=pk), due_on__gte=due_on
        )
    return rows.select_related("place", "team", "division").order_by("due_on", "pk")


def _lines(activities: Iterable[Activity], today: date) -> list[Late]:
    rows = list(activities)
    names = masked_names(activity.leader_id for activity in rows)
    return [
        Late(
            activity,
            names.get(activity.leader_id, "*"),
            workdays.passed(activity.due_on, today) if activity.due_on else 0,
        )
        for activity in rows
    ]
