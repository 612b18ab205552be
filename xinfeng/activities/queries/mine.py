"""What I signed up for, and what I run: each with the next thing to do."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Count, Max, Min, Q, Sum

from xinfeng.activities.models import (
    HOLDING,
    Activity,
    ActivityState,
    Shift,
    Signup,
    SignupState,
)
from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.people.models import Person

from .activity import may_cancel

PAGE = 30
BOARD = 60
LAST = datetime.max.replace(tzinfo=UTC)
# When it begins and ends, and its places.
Span = tuple[datetime, datetime, int]


@dataclass(frozen=True)
class Mine:
    signup: Signup
    position: int | None
    may_cancel: bool


@dataclass(frozen=True)
class MyShifts:
    coming: list[Mine]
    past: list[Signup]
    after: int | None


@dataclass(frozen=True)
class Task:
    """An activity I run, how it stands, and what to do next: the name of a page's button."""

    activity: Activity
    starts_at: datetime | None
    taken: int
    places: int
    waiting: int
    next: str
    is_late: bool


@dataclass(frozen=True)
class Board:
    tasks: list[Task]
    has_more: bool


def my_shifts(person: Person, *, at: datetime, after: int | None) -> MyShifts:
    """What lies ahead with one's place in the waiting list; what is over, newest first."""
    with scope.reading(person_id=person.pk, spans=[]):
        own = Signup.objects.filter(person=person).select_related("shift__activity")
        coming = list(
            own.live().filter(shift__ends_at__gt=at).order_by("shift__starts_at", "pk")[:PAGE]
        )
        past = own.filter(Q(shift__ends_at__lte=at) | ~Q(state__in=[*HOLDING, "WAITING"]))
        if after:
            past = past.filter(pk__lt=after)
        found = list(past.order_by("-pk")[: PAGE + 1])
    positions = _positions(coming)
    return MyShifts(
        [Mine(s, positions.get(s.pk), may_cancel(s, s.shift, at)) for s in coming],
        found[:PAGE],
        found[PAGE - 1].pk if len(found) > PAGE else None,
    )


def board(person: Person, standing: Standing, *, at: datetime, today: date) -> Board:
    """What I lead, stand in for, or whose place I keep, as long as it is not done."""
    ids = _mine_to_run(person, standing)
    open_ = Activity.objects.filter(pk__in=ids).select_related("category", "place")
    activities = list(open_.order_by("due_on", "-pk")[: BOARD + 1])
    spans = _spans([activity.pk for activity in activities])
    places = _places([activity.pk for activity in activities])
    tasks = [
        _task(one, spans.get(one.pk), places.get(one.pk, (0, 0)), at, today)
        for one in activities[:BOARD]
    ]
    # What has to be recorded first, then what comes next; a draft without a time last.
    tasks.sort(key=lambda task: (task.next not in {"record", "close"}, task.starts_at or LAST))
    return Board(tasks, len(activities) > BOARD)


def _positions(coming: list[Signup]) -> dict[int, int]:
    with scope.whole_city():
        return {
            signup.pk: 1 + Signup.objects.ahead_of(signup).count()
            for signup in coming
            if signup.state == SignupState.WAITING
        }


def _mine_to_run(person: Person, standing: Standing) -> set[int]:
    """Three questions, each with an index of its own; one with "or" would read every row.

    What is by invitation is led from the upper room's own desk, not from here.
    """
    open_ = Activity.objects.public().filter(
        Q(state__in=[ActivityState.DRAFT, ActivityState.ANNOUNCED])
        | Q(state=ActivityState.HELD, recorded_on=None)
    )
    mine = [
        open_.filter(leader=person),
        open_.filter(deputies__contains=[person.pk]),
        open_.filter(place__in=standing.places) if standing.places else open_.none(),
    ]
    return {pk for of in mine for pk in of.order_by("-pk").values_list("pk", flat=True)[:500]}


def _spans(ids: list[int]) -> dict[int, Span]:
    """When each begins and ends, and how many places it has."""
    shifts = Shift.objects.filter(activity__in=ids).order_by("activity_id")
    rows = shifts.values_list("activity_id").annotate(
        first=Min("starts_at"), last=Max("ends_at"), places=Sum("capacity")
    )
    return {pk: (first, last, places) for pk, first, last, places in rows}


def _places(ids: list[int]) -> dict[int, tuple[int, int]]:
    """(taken, waiting) of each activity."""
    with scope.whole_city():
        live = Signup.objects.live().filter(shift__activity__in=ids)
        rows = live.order_by("shift__activity_id").values_list("shift__activity_id")
        counted = rows.annotate(
            taken=Count("pk", filter=Q(state__in=HOLDING)),
            waiting=Count("pk", filter=Q(state=SignupState.WAITING)),
        )
        return {pk: (taken, waiting) for pk, taken, waiting in counted}


def _task(
    activity: Activity,
    span: Span | None,
    places: tuple[int, int],
    at: datetime,
    today: date,
) -> Task:
    taken, waiting = places
    return Task(
        activity,
        span[0] if span else None,
        taken,
        span[2] if span else 0,
        waiting,
        _next(activity, span, at),
        activity.due_on is not None and activity.due_on < today,
    )


def _next(activity: Activity, span: Span | None, at: datetime) -> str:
    """What is to be done with it now: publish, close, record, roster or wait."""
    if activity.state == ActivityState.DRAFT:
        return "publish"
    if activity.state == ActivityState.HELD:
        return "record"
    if span is None or at < span[0]:
        return "wait"
    return "close" if span[1] <= at else "roster"
