"""What I signed up for, and what I run: each with the next thing to do."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Min, Q

from xinfeng.activities.models import HOLDING, Activity, ActivityState, Signup, SignupState
from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.people.models import Person

from .activity import may_cancel

PAGE = 30
BOARD = 60


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
    activities = list(
        Activity.objects.filter(pk__in=ids)
        .select_related("category", "place")
        .annotate(
            first=Min("shifts__starts_at"),
            last=Max("shifts__ends_at"),
        )
        .order_by("due_on", "first", "pk")[: BOARD + 1]
    )
    places = _places([activity.pk for activity in activities])
    tasks = [_task(activity, places, at, today) for activity in activities[:BOARD]]
    return Board(tasks, len(activities) > BOARD)


def _positions(coming: list[Signup]) -> dict[int, int]:
    with scope.whole_city():
        return {
            signup.pk: 1 + Signup.objects.ahead_of(signup).count()
            for signup in coming
            if signup.state == SignupState.WAITING
        }


def _mine_to_run(person: Person, standing: Standing) -> set[int]:
    """Three questions, each with an index of its own; one with "or" would read every row."""
    open_ = Activity.objects.filter(
        Q(state__in=[ActivityState.DRAFT, ActivityState.ANNOUNCED])
        | Q(state=ActivityState.HELD, recorded_on=None)
    )
    mine = [
        open_.filter(leader=person),
        open_.filter(deputies__contains=[person.pk]),
        open_.filter(place__in=standing.places) if standing.places else open_.none(),
    ]
    return {pk for of in mine for pk in of.order_by("-pk").values_list("pk", flat=True)[:500]}


def _places(ids: list[int]) -> dict[int, tuple[int, int, int]]:
    """(taken, places, waiting) of each activity."""
    with scope.whole_city():
        rows = Signup.objects.live().filter(shift__activity__in=ids)
        counted = (
            rows.order_by("shift__activity_id")
            .values_list("shift__activity_id")
            .annotate(
                taken=Count("pk", filter=Q(state__in=HOLDING)),
                waiting=Count("pk", filter=Q(state=SignupState.WAITING)),
            )
        )
        taken = {pk: (held, waits) for pk, held, waits in counted}
    capacity: Counter[int] = Counter()
    shifts = Activity.objects.filter(pk__in=ids).order_by("pk")
    for pk, places in shifts.values_list("pk", "shifts__capacity"):
        capacity[pk] += places or 0
    return {
        pk: (taken.get(pk, (0, 0))[0], capacity[pk], taken.get(pk, (0, 0))[1]) for pk in ids
    }


def _task(
    activity: Activity, places: dict[int, tuple[int, int, int]], at: datetime, today: date
) -> Task:
    taken, all_places, waiting = places[activity.pk]
    return Task(
        activity,
        activity.first,
        taken,
        all_places,
        waiting,
        _next(activity, at),
        activity.due_on is not None and activity.due_on < today,
    )


def _next(activity: Activity, at: datetime) -> str:
    """What is to be done with it now: publish, close, record, roster or wait."""
    if activity.state == ActivityState.DRAFT:
        return "publish"
    if activity.state == ActivityState.HELD:
        return "record"
    if activity.last is not None and activity.last <= at:
        return "close"
    return "roster" if activity.first is not None and activity.first <= at else "wait"
