"""What is on: the list that everybody sees, soonest first."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils import timezone

from xinfeng.activities import vocabulary
from xinfeng.activities.models import (
    HOLDING,
    Audience,
    Post,
    Shift,
    ShiftQuerySet,
    Signup,
    SignupState,
)
from xinfeng.base import codes, scope
from xinfeng.base.pack import Term
from xinfeng.people.models import Person

PAGE = 30
Key = tuple[datetime, int]


@dataclass(frozen=True)
class Choice:
    """How a visitor narrows the list of what is on."""

    within: int | None = None
    category: str = ""
    day: date | None = None
    until: date | None = None
    words: str = ""


@dataclass(frozen=True)
class Line:
    """One shift as everybody sees it: places, and how many wait for one."""

    shift: Shift
    booked: int
    waiting: int = 0
    # Seats of the posts that anybody may take, and how many of them are left; None: the shift
    # has no posts. Who is asked one by one leaves no free place to others.
    seats: int | None = None
    left: int | None = None
    metres: int | None = None

    @property
    def places(self) -> int:
        """How many places there are for whoever wants one."""
        return (
            self.shift.capacity if self.seats is None else min(self.seats, self.shift.capacity)
        )

    @property
    def free(self) -> int:
        room = max(self.shift.capacity - self.booked, 0)
        return room if self.left is None else min(self.left, room)


@dataclass(frozen=True)
class Upcoming:
    lines: list[Line]
    after: Key | None
    mine: list[Signup]
    # From the city pack, which costs no question.
    categories: tuple[Term, ...]


def upcoming(
    choice: Choice, *, visitor: Person | None, at: datetime, after: Key | None
) -> Upcoming:
    """What is on from now, soonest first, page by page; the visitor's own places on top."""
    shifts = narrowed(Shift.objects.upcoming(at), choice)
    if after:
        shifts = shifts.after(*after)
    # One scope for the page: each costs a round trip of its own.
    with scope.whole_city():
        found = list(with_words(shifts)[: PAGE + 1])
        shown = found[:PAGE]
        places = places_of(shown)
        mine = _coming(visitor, at) if visitor and not after else []
    last = shown[-1] if len(found) > PAGE else None
    return Upcoming(
        lines=[Line(shift, *places[shift.pk]) for shift in shown],
        after=(last.starts_at, last.pk) if last else None,
        mine=mine,
        categories=vocabulary.categories(),
    )


def line_of(shift: Shift) -> Line:
    """One shift as a line of a list."""
    return Line(shift, *places_of([shift])[shift.pk])


def with_words(shifts: ShiftQuerySet) -> ShiftQuerySet:
    """Everything that a line of a list names."""
    return shifts.select_related(
        "activity__category", "activity__place", "activity__division", "activity__team"
    )


def narrowed(shifts: ShiftQuerySet, choice: Choice) -> ShiftQuerySet:
    if choice.within is not None:
        lo, hi = codes.span(choice.within, codes.level_of(choice.within))
        shifts = shifts.filter(activity__division_id__gte=lo, activity__division_id__lt=hi)
    if choice.category:
        shifts = shifts.filter(activity__category__code=choice.category)
    if choice.words:
        shifts = shifts.filter(activity__title__icontains=choice.words)
    if choice.day is not None:
        until = choice.until or choice.day
        shifts = shifts.filter(
            starts_at__gte=midnight(choice.day),
            starts_at__lt=midnight(until + timedelta(days=1)),
        )
    return shifts


def midnight(day: date) -> datetime:
    """When the day begins on the city's own clock."""
    return datetime.combine(day, datetime.min.time(), timezone.get_current_timezone())


class Places(NamedTuple):
    """Numbers of one shift, in the order of a line."""

    booked: int
    waiting: int
    seats: int | None
    left: int | None


def places_of(shifts: Iterable[Shift]) -> dict[int, Places]:
    """Places taken, people waiting, and what is offered: numbers without persons."""
    ids = [shift.pk for shift in shifts]
    taken: Counter[tuple[int, int | None]] = Counter()
    waiting: Counter[int] = Counter()
    with scope.whole_city():
        live = Signup.objects.live().filter(shift__in=ids).order_by("shift_id")
        rows = live.values_list("shift_id", "post_id").annotate(
            taken=Count("pk", filter=Q(state__in=HOLDING)),
            waiting=Count("pk", filter=Q(state=SignupState.WAITING)),
        )
        for shift_id, post_id, holding, waits in rows:
            taken[shift_id, post_id] += holding
            waiting[shift_id] += waits
        posts = list(Post.objects.filter(shift__in=ids).order_by("pk"))
    return {pk: places(pk, posts, taken, waiting[pk]) for pk in ids}


def places(
    shift_id: int,
    posts: Iterable[Post],
    taken: Mapping[tuple[int, int | None], int],
    waiting: int,
) -> Places:
    """Of one shift; `posts` and `taken` may be those of several."""
    own = [post for post in posts if post.shift_id == shift_id]
    open_ = [post for post in own if post.audience == Audience.OPEN]
    left = [max(post.capacity - taken.get((shift_id, post.pk), 0), 0) for post in open_]
    return Places(
        booked=sum(count for (on, _post), count in taken.items() if on == shift_id),
        waiting=waiting,
        seats=sum(post.capacity for post in open_) if own else None,
        left=sum(left) if own else None,
    )


def _coming(visitor: Person, at: datetime) -> list[Signup]:
    own = Signup.objects.of(visitor).filter(shift__ends_at__gt=at)
    return list(own.select_related("shift__activity").order_by("shift__starts_at", "pk")[:10])
