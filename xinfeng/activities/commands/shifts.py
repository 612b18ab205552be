"""Times, places and posts of an activity: all of a draft, and of an announced one what keeps
every promise made."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import checklist
from xinfeng.activities.models import LIVE, Activity, ActivityState, Post, Shift
from xinfeng.activities.wishes import NewPost, NewShift
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person

from .announcing import add_post_row, add_shift_rows
from .filling import fill, taken_by_post
from .running import lock_shift_to_run, lock_to_run, not_yours

journal.declare(
    {
        "shift.added": gettext_lazy("added a shift"),
        "shift.dropped": gettext_lazy("removed a shift from a draft"),
        "shift.moved": gettext_lazy("moved a shift to another time"),
        "shift.resized": gettext_lazy("changed the number of places"),
        "post.added": gettext_lazy("added a post to a shift"),
        "post.dropped": gettext_lazy("removed a post from a draft"),
    }
)
notices.declare(
    {
        "shift.moved": gettext_lazy(
            "“%(title)s” was moved to %(day)s %(begins)s–%(ends)s. If that does not suit you,"
            " give your place back."
        ),
    }
)


@scope.command
def add_shift(*, activity_id: int, new: NewShift, actor: Person, at: datetime) -> Shift:
    """One stretch more; what is announced may grow."""
    activity = lock_to_run(activity_id, actor, at)
    _refuse_closed(activity)
    if new.starts_at < at:
        raise Refusal("shift_in_the_past", _("An activity is announced before it begins."))
    same = activity.shifts.filter(starts_at=new.starts_at, ends_at=new.ends_at)
    if already := same.order_by("pk").first():
        return already
    shift = _possible(activity, new)
    if activity.state == ActivityState.ANNOUNCED:
        _refuse_incomplete(activity, shift, at)
    _record("shift.added", shift, actor, at)
    return shift


@scope.command
def drop_shift(*, shift_id: int, actor: Person, at: datetime) -> Activity:
    """Take a shift out of a draft."""
    shift = lock_shift_to_run(shift_id, actor, at)
    _refuse_announced(shift.activity)
    _record("shift.dropped", shift, actor, at)
    shift.posts.all().delete()
    shift.delete()
    return shift.activity


@scope.command
def add_post(*, shift_id: int, new: NewPost, actor: Person, at: datetime) -> Post:
    """A part with conditions of its own; not once somebody signed up without one."""
    shift = lock_shift_to_run(shift_id, actor, at)
    _refuse_closed(shift.activity)
    if already := shift.posts.filter(name=new.name).order_by("pk").first():
        return already
    if shift.signups.filter(state__in=LIVE, post=None).exists():
        raise Refusal(
            "signed_up_without_post",
            _("Volunteers have signed up without a post; add a shift with posts instead."),
        )
    post = _add_post(shift, new)
    if shift.activity.state == ActivityState.ANNOUNCED:
        _refuse_incomplete(shift.activity, shift, at)
    _record("post.added", shift, actor, at)
    return post


@scope.command
def drop_post(*, post_id: int, actor: Person, at: datetime) -> Activity:
    """Take a post out of a draft."""
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        raise not_yours()
    shift = lock_shift_to_run(post.shift_id, actor, at)
    _refuse_announced(shift.activity)
    post.delete()
    _record("post.dropped", shift, actor, at)
    return shift.activity


@scope.command
def resize_shift(*, shift_id: int, capacity: int, actor: Person, at: datetime) -> Shift:
    """More places go to those who wait; never fewer than are taken."""
    shift = lock_shift_to_run(shift_id, actor, at)
    _refuse_closed(shift.activity)
    if shift.capacity == capacity:
        return shift
    _refuse_fewer(capacity, sum(taken_by_post(shift).values()))
    shift.capacity = capacity
    shift.save(update_fields=["capacity"])
    _record("shift.resized", shift, actor, at)
    fill(shift, actor=actor, at=at)
    return shift


@scope.command
def resize_post(*, post_id: int, capacity: int, actor: Person, at: datetime) -> Post:
    """The same for one post of a shift."""
    found = Post.objects.filter(pk=post_id).values_list("shift_id", flat=True).first()
    if found is None:
        raise not_yours()
    shift = lock_shift_to_run(found, actor, at)
    _refuse_closed(shift.activity)
    post = shift.posts.get(pk=post_id)
    if post.capacity == capacity:
        return post
    _refuse_fewer(capacity, taken_by_post(shift)[post.pk])
    post.capacity = capacity
    post.save(update_fields=["capacity"])
    _record("shift.resized", shift, actor, at)
    fill(shift, actor=actor, at=at)
    return post


@scope.command
def move_shift(
    *, shift_id: int, starts_at: datetime, ends_at: datetime, actor: Person, at: datetime
) -> Shift:
    """Another time; whoever signed up is told and may leave until it begins."""
    shift = lock_shift_to_run(shift_id, actor, at)
    _refuse_closed(shift.activity)
    if (shift.starts_at, shift.ends_at) == (starts_at, ends_at):
        return shift
    if not shift.is_open_for_sign_up(at):
        raise Refusal("shift_begun", _("The activity has begun; its time stays."))
    if starts_at < at or ends_at <= starts_at:
        raise Refusal("shift_in_the_past", _("Choose a time that lies ahead and has a length."))
    shift.starts_at, shift.ends_at = starts_at, ends_at
    # Nobody promised to come at the new time, so nobody is held to it.
    shift.withdraw_until = shift.reminded_at = None
    shift.save(update_fields=["starts_at", "ends_at", "withdraw_until", "reminded_at"])
    if shift.activity.state == ActivityState.ANNOUNCED:
        _refuse_incomplete(shift.activity, shift, at)
    _tell_moved(shift, at)
    _record("shift.moved", shift, actor, at)
    return shift


def _possible(activity: Activity, new: NewShift) -> Shift:
    try:
        with transaction.atomic():
            return add_shift_rows(activity, new)
    except IntegrityError:
        raise _impossible() from None


def _add_post(shift: Shift, new: NewPost) -> Post:
    try:
        with transaction.atomic():
            return add_post_row(shift, new)
    except IntegrityError:
        raise _impossible() from None


def _impossible() -> Refusal:
    return Refusal(
        "activity_impossible", _("This cannot be announced as entered; check the times.")
    )


def _refuse_closed(activity: Activity) -> None:
    if activity.state not in {ActivityState.DRAFT, ActivityState.ANNOUNCED}:
        raise Refusal("activity_state", _("This activity is already closed."))


def _refuse_announced(activity: Activity) -> None:
    if activity.state != ActivityState.DRAFT:
        raise Refusal("already_announced", _("It is announced already; call it off instead."))


def _refuse_fewer(capacity: int, taken: int) -> None:
    if capacity < max(taken, 1):
        raise Refusal(
            "fewer_than_taken",
            _("%(taken)s places are taken already; it cannot have fewer.") % {"taken": taken},
        )


def _refuse_incomplete(activity: Activity, shift: Shift, at: datetime) -> None:
    posts = shift.posts.order_by("pk")
    if missing := checklist.missing(activity, [shift], posts, at):
        raise checklist.NotReady(missing)


def _tell_moved(shift: Shift, at: datetime) -> None:
    people = shift.signups.filter(state__in=LIVE).order_by("pk")
    tell(
        "shift.moved", people.values_list("person_id", flat=True), at=at,
        href=reverse("activities:activity", args=[shift.activity.code]),
        title=shift.activity.title,
        day=clock.local_date(shift.starts_at),
        begins=clock.local_time(shift.starts_at),
        ends=clock.local_time(shift.ends_at),
    )  # fmt: skip


def _record(verb: str, shift: Shift, actor: Person, at: datetime) -> None:
    day = clock.local_date(shift.starts_at)
    where = shift.activity.division_id
    journal.record(verb, shift, actor=actor, at=at, where=where, on=day)
