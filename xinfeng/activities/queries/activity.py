"""One activity as its visitor sees it: what it is, where is room, what stands in the way."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from xinfeng.activities import checklist, fitness, permissions, vocabulary
from xinfeng.activities.checklist import Missing
from xinfeng.activities.fitness import Fitness
from xinfeng.activities.models import (
    HOLDING,
    Activity,
    ActivityState,
    Post,
    Shift,
    Signup,
    SignupState,
)
from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.base.standing import Standing
from xinfeng.people.models import Guardianship, Person
from xinfeng.people.queries import masked_names

from .listing import Line, places

# (shift, post, is waiting): how many.
Taken = Counter[tuple[int, int | None, bool]]


@dataclass(frozen=True)
class PostOffer:
    """A post of a shift: places left, and why one cannot take one."""

    post: Post
    free: int
    obstacle: Refusal | None

    @property
    def asked(self) -> str:
        """The skills and qualifications it asks for, in words."""
        skills = vocabulary.named(self.post.skills, vocabulary.skills())
        held = vocabulary.named(self.post.qualifications, vocabulary.qualifications())
        return "、".join(words for words in (skills, held) if words)


@dataclass(frozen=True)
class Offer:
    """A shift on the activity's page: one's own place on it, or why one cannot take one."""

    line: Line
    posts: list[PostOffer]
    mine: Signup | None
    # One's place in the waiting list, from 1.
    position: int | None
    obstacle: Refusal | None
    may_cancel: bool
    wards: list["WardOffer"]


@dataclass(frozen=True)
class WardOffer:
    """Somebody the visitor answers for, and their place on the shift."""

    person_id: int
    name: str
    mine: Signup | None


@dataclass(frozen=True)
class ActivityPage:
    activity: Activity
    offers: list[Offer]
    missing: list[Missing]
    leader: str
    position: tuple[int, int] | None
    may_run: bool
    may_see_roster: bool

    @property
    def is_over(self) -> bool:
        return self.activity.state in {ActivityState.HELD, ActivityState.CALLED_OFF}


@dataclass(frozen=True)
class _Visitor:
    """What was read of the visitor once, for all shifts of the page."""

    person: Person | None
    fit: Fitness
    own: list[Signup]
    wards: dict[int, str]


def activity_page(
    activity: Activity, *, visitor: Person | None, standing: Standing, at: datetime
) -> ActivityPage | None:
    """None: a draft, or something by invitation, that is not the visitor's to see."""
    if not may_know(activity, visitor=visitor, standing=standing):
        return None
    may_run = visitor is not None and permissions.may_run(standing, activity)
    with scope.whole_city():
        shifts = list(activity.shifts.order_by("starts_at", "pk"))
        posts = list(Post.objects.filter(shift__activity=activity).order_by("shift_id", "pk"))
        taken = _taken(shifts)
        who = _read(visitor, activity, shifts, posts, at)
        positions = _positions(who.own, shifts)
        leader = masked_names([activity.leader_id]).get(activity.leader_id, "")
    for shift in shifts:
        shift.activity = activity
    draft = activity.state == ActivityState.DRAFT
    return ActivityPage(
        activity=activity,
        offers=[_offer(shift, posts, taken, who, positions, at) for shift in shifts],
        missing=checklist.missing(activity, shifts, posts, at) if draft else [],
        leader=leader,
        # Where somebody is visited is told by the upper room, and to few.
        position=position_of(activity) if activity.is_open else None,
        may_run=may_run,
        may_see_roster=visitor is not None and permissions.may_see_roster(standing, activity),
    )


def may_know(activity: Activity, *, visitor: Person | None, standing: Standing) -> bool:
    """Whether this visitor may learn that it exists; what is announced to all, everybody."""
    if activity.is_public:
        return True
    if visitor is None:
        return False
    if activity.state == ActivityState.DRAFT:
        return permissions.may_run(standing, activity)
    return permissions.may_see_roster(standing, activity) or _was_asked(visitor, activity)


def _was_asked(visitor: Person, activity: Activity) -> bool:
    """Whoever has or had a place, and those who answer for them."""
    with scope.whole_city():
        people = [visitor.pk, *_wards(visitor)]
        there = Signup.objects.filter(shift__activity=activity, person__in=people)
        return there.exists()


def position_of(activity: Activity) -> tuple[int, int] | None:
    """(lat, lon) in micro-degrees: its own, else its place's."""
    for of in (activity, activity.place):
        if of is not None and of.lat_e6 is not None and of.lon_e6 is not None:
            return of.lat_e6, of.lon_e6
    return None


def _taken(shifts: Iterable[Shift]) -> Taken:
    live = Signup.objects.live().filter(shift__in=[shift.pk for shift in shifts])
    rows = live.order_by("shift_id").values_list("shift_id", "post_id", "state")
    taken: Taken = Counter()
    for shift_id, post_id, state, heads in rows.annotate(heads=Count("pk")):
        taken[shift_id, post_id, state == SignupState.WAITING] += heads
    return taken


def _read(
    visitor: Person | None,
    activity: Activity,
    shifts: list[Shift],
    posts: list[Post],
    at: datetime,
) -> _Visitor:
    if visitor is None:
        return _Visitor(None, Fitness(), [], {})
    open_ = [shift for shift in shifts if shift.is_open_for_sign_up(at)]
    asks = activity.state == ActivityState.ANNOUNCED and open_
    wards = _wards(visitor) if asks else {}
    own = Signup.objects.live().filter(person__in=[visitor.pk, *wards])
    ahead = own.filter(shift__ends_at__gt=at) | own.filter(shift__activity=activity)
    return _Visitor(
        visitor,
        fitness.of(visitor, open_[0], posts) if asks else Fitness(),
        list(ahead.select_related("shift__activity").order_by("shift__starts_at", "pk")),
        wards,
    )


def _wards(visitor: Person) -> dict[int, str]:
    confirmed = Guardianship.objects.standing().filter(guardian=visitor)
    ids = sorted(set(confirmed.values_list("ward_id", flat=True)))
    return masked_names(ids) if ids else {}


def _positions(own: list[Signup], shifts: list[Shift]) -> dict[int, int]:
    """Places in the waiting lists of this activity, by sign-up."""
    here = {shift.pk for shift in shifts}
    return {
        signup.pk: 1 + Signup.objects.ahead_of(signup).count()
        for signup in own
        if signup.state == SignupState.WAITING and signup.shift_id in here
    }


def _offer(
    shift: Shift,
    posts: list[Post],
    taken: Taken,
    who: _Visitor,
    positions: dict[int, int],
    at: datetime,
) -> Offer:
    held = {(on, post): n for (on, post, waits), n in taken.items() if not waits}
    waiting = sum(n for (on, _post, waits), n in taken.items() if on == shift.pk and waits)
    line = Line(shift, *places(shift.pk, posts, held, waiting))
    here = [signup for signup in who.own if signup.shift_id == shift.pk]
    visitor_id = who.person.pk if who.person else None
    mine = next((signup for signup in here if signup.person_id == visitor_id), None)
    asks = None if mine else who
    offered = [
        _post_offer(line, post, taken, asks, at) for post in posts if post.shift_id == shift.pk
    ]
    return Offer(
        line=line,
        posts=offered,
        mine=mine,
        position=positions.get(mine.pk) if mine else None,
        obstacle=permissions.what_is_not_offered(shift, None)
        or _obstacle(shift, offered, asks, at),
        may_cancel=mine is not None and may_cancel(mine, shift, at),
        wards=[
            WardOffer(pk, name, next((s for s in here if s.person_id == pk), None))
            for pk, name in (who.wards.items() if shift.activity.is_open else ())
        ],
    )


def may_cancel(signup: Signup, shift: Shift, at: datetime) -> bool:
    """A waiting list is left at any time, a place given back until its deadline."""
    if signup.state == SignupState.WAITING:
        return True
    return signup.is_booked and shift.is_open_for_withdrawal(at)


def _post_offer(
    line: Line, post: Post, taken: Taken, who: _Visitor | None, at: datetime
) -> PostOffer:
    asked = permissions.what_is_not_offered(line.shift, post)
    left = post.capacity - taken[post.shift_id, post.pk, False]
    free = 0 if asked else min(left, line.free)
    return PostOffer(post, max(free, 0), asked or _forbids(line.shift, post, who, at))


def _obstacle(
    shift: Shift, posts: list[PostOffer], who: _Visitor | None, at: datetime
) -> Refusal | None:
    """With posts, only what stands in the way of every one of them."""
    if not posts:
        return _forbids(shift, None, who, at)
    return posts[0].obstacle if all(offer.obstacle for offer in posts) else None


def _forbids(
    shift: Shift, post: Post | None, who: _Visitor | None, at: datetime
) -> Refusal | None:
    if who is None or who.person is None:
        return None
    return permissions.what_forbids_sign_up(
        shift,
        post=post,
        others=[
            signup.shift
            for signup in who.own
            if signup.person_id == who.person.pk and signup.state in HOLDING
        ],
        person=who.person,
        fit=who.fit,
        at=at,
    )
