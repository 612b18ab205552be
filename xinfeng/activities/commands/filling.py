"""The waiting list: free places go to those who wait, in the order in which they came.

Called under the lock of the shift, in the transaction of whatever freed or added a place.
Locks are taken shift first, then people in the order of their ids; every verb keeps to it.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy

from xinfeng.activities import fitness, permissions
from xinfeng.activities.models import ActivityState, Post, Shift, Signup, SignupState
from xinfeng.base import clock
from xinfeng.base.refusal import Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person

journal.declare({"signup.promoted": gettext_lazy("got a place from the waiting list")})
notices.declare(
    {
        "signup.promoted": gettext_lazy(
            "A place became free: you are signed up for “%(title)s” on %(day)s"
            " %(begins)s–%(ends)s."
        ),
        "signup.skipped": gettext_lazy(
            "A place became free at “%(title)s” on %(day)s, but you could not have it: %(why)s"
        ),
    }
)
# How many of the waiting are looked at, and locked, at a time.
BATCH = 50


def taken_by_post(shift: Shift) -> Counter[int | None]:
    """Places taken, by post; None counts those of a shift without posts."""
    rows = shift.signups.holding().order_by("post_id").values_list("post_id")
    return Counter(dict(rows.annotate(taken=Count("pk"))))


def has_room(shift: Shift, post: Post | None, taken: Counter[int | None]) -> bool:
    """Both the shift and the post have a place left."""
    if sum(taken.values()) >= shift.capacity:
        return False
    return post is None or taken[post.pk] < post.capacity


def fill(shift: Shift, *, actor: Person | None, at: datetime) -> None:
    """Give what is free to whoever waits longest and can come; who cannot is told why."""
    if shift.activity.state != ActivityState.ANNOUNCED or not shift.is_open_for_sign_up(at):
        return
    taken, posts = taken_by_post(shift), {post.pk: post for post in shift.posts.order_by("pk")}
    after = 0
    while waiting := _next(shift, posts, taken, after):
        after = waiting[-1].pk
        others = _lock_people(waiting, at)
        for signup in waiting:
            post = posts.get(signup.post_id or 0)
            if not has_room(shift, post, taken):
                continue
            signup.shift = shift
            obstacle = _obstacle(signup, post, others.get(signup.person_id, []), at)
            if obstacle:
                _tell_skipped(signup, obstacle, at)
                continue
            _promote(signup, actor, at)
            taken[signup.post_id] += 1


def _next(
    shift: Shift, posts: dict[int, Post], taken: Counter[int | None], after: int
) -> list[Signup]:
    """The next of the waiting whose post still has room."""
    if sum(taken.values()) >= shift.capacity:
        return []
    waiting = shift.signups.waiting().filter(pk__gt=after)
    if posts:
        waiting = waiting.filter(
            post__in=[post.pk for post in posts.values() if has_room(shift, post, taken)]
        )
    return list(waiting.select_related("person").order_by("pk")[:BATCH])


def _lock_people(waiting: Iterable[Signup], at: datetime) -> dict[int, list[Shift]]:
    """Hold the people, so that none books elsewhere meanwhile; what each already holds."""
    ids = sorted(signup.person_id for signup in waiting)
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    held = Signup.objects.holding().filter(person__in=ids, shift__ends_at__gt=at)
    others: dict[int, list[Shift]] = {}
    for signup in held.select_related("shift__activity").order_by("shift__starts_at", "pk"):
        others.setdefault(signup.person_id, []).append(signup.shift)
    return others


def _obstacle(
    signup: Signup, post: Post | None, others: list[Shift], at: datetime
) -> Refusal | None:
    return permissions.what_forbids_sign_up(
        signup.shift,
        post=post,
        others=others,
        person=signup.person,
        fit=fitness.of(signup.person, signup.shift, [post] if post else []),
        at=at,
    )


def _promote(signup: Signup, actor: Person | None, at: datetime) -> None:
    signup.move_to(SignupState.BOOKED)
    signup.save(update_fields=["state"])
    shift = signup.shift
    tell(
        "signup.promoted", [signup.person_id], at=at,
        href=reverse("activities:activity", args=[shift.activity.code]),
        title=shift.activity.title,
        day=clock.local_date(shift.starts_at),
        begins=clock.local_time(shift.starts_at),
        ends=clock.local_time(shift.ends_at),
    )  # fmt: skip
    journal.record(
        "signup.promoted", signup, actor=actor, at=at, where=signup.division_id,
        on=clock.local_date(shift.starts_at),
    )  # fmt: skip


def _tell_skipped(signup: Signup, why: Refusal, at: datetime) -> None:
    tell(
        "signup.skipped", [signup.person_id], at=at,
        href=reverse("activities:activity", args=[signup.shift.activity.code]),
        title=signup.shift.activity.title, day=clock.local_date(signup.shift.starts_at),
        why=str(why),
    )  # fmt: skip
