"""Taking a place on a shift, waiting for one, and giving it back."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import fitness, permissions
from xinfeng.activities.fitness import Fitness
from xinfeng.activities.models import (
    ActivityState,
    Audience,
    Part,
    Post,
    Shift,
    Signup,
    SignupState,
)
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.base.standing import Standing
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

from .filling import fill, has_room, taken_by_post

journal.declare(
    {
        "signup.booked": gettext_lazy("signed up for a shift"),
        "signup.waiting": gettext_lazy("joined the waiting list of a shift"),
        "signup.cancelled": gettext_lazy("gave a place on a shift back"),
        "signup.excused": gettext_lazy("excused somebody from a shift"),
        "signup.missed": gettext_lazy("noted that somebody did not come"),
        "signup.lapsed": gettext_lazy("closed the waiting list of a shift"),
        "shift.reminded": gettext_lazy("reminded those who hold a place on a shift"),
    }
)
notices.declare(
    {
        "shift.tomorrow": gettext_lazy(
            "“%(title)s” begins on %(day)s at %(begins)s. Where: %(where)s"
        ),
        "signup.excused": gettext_lazy("You are excused from “%(title)s” on %(day)s."),
    }
)


@scope.command
def sign_up(
    *,
    shift_id: int,
    actor: Person,
    at: datetime,
    post_id: int | None = None,
    person_id: int | None = None,
) -> Signup:
    """Take a place on a shift, or wait for one; for oneself or for whom one answers."""
    person = _who(person_id, actor)
    seen = _seen(shift_id)
    # What is by invitation and what does not exist get the same answer.
    if seen is None or not seen.activity.is_public:
        raise shift_unknown()
    post = _post_to_take(seen, post_id)
    return _decide(seen, post, person, actor, at, waits=True)


@scope.command
def book(
    *,
    shift_id: int,
    person_id: int,
    actor: Person,
    at: datetime,
    post_id: int | None = None,
) -> Signup:
    """Give somebody a place they have accepted elsewhere: an order's, a class's.

    The upper room that calls this holds the acceptance. Every rule of signing up holds here,
    too; only there is no waiting list, and until the end of the shift it is not too late:
    whoever stands at the door is let in.
    """
    seen, standing = _seen(shift_id), standing_of(actor, clock.local_date(at))
    if seen is None or seen.activity.state == ActivityState.DRAFT:
        raise shift_unknown()
    own = _acts_for(actor, person_id)
    if not own and not permissions.may_run(standing, seen.activity):
        raise Forbidden("not_your_roster", _("Only the leader of this shift can do this."))
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise Unknown("person_unknown", _("There is no such person."))
    post = _post(seen.posts.all(), post_id)
    if at < seen.ends_at:
        # Judged as if before the beginning, as a walk-in is at the door.
        at = min(at, seen.starts_at - timedelta(seconds=1))
    asked_by = None if own else standing
    return _decide(seen, post, person, actor, at, waits=False, asked_by=asked_by)


@scope.command
def cancel(*, signup_id: int, actor: Person, at: datetime) -> Signup:
    """Give one's place back, or leave the waiting list; the place goes to whoever waits."""
    signup = _lock_with_shift(signup_id)
    if signup is None or not _acts_for(actor, signup.person_id):
        raise Unknown("signup_unknown", _("You have no such sign-up."))
    if signup.state == SignupState.CANCELLED:
        return signup
    _refuse_to_let_go(signup, at)
    signup.move_to(SignupState.CANCELLED)
    signup.save(update_fields=["state"])
    _record("signup.cancelled", signup, actor, at)
    fill(signup.shift, actor=actor, at=at)
    return signup


def release_arranged(*, shift_id: int, person_id: int, actor: Person, at: datetime) -> None:
    """A helper whom an upper room booked has not promised to come any more.

    Called inside its command, which asks them anew and tells them so.
    """
    shift = Shift.objects.select_for_update(no_key=True).get(pk=shift_id)
    held = shift.signups.select_for_update(no_key=True, of=("self",)).filter(
        person=person_id, part=Part.HELPER, post__audience=Audience.INVITED,
        state__in=[SignupState.BOOKED, SignupState.PRESENT],
    )  # fmt: skip
    for signup in held.order_by("pk"):
        if signup.state == SignupState.PRESENT:
            raise Refusal("shift_begun", _("The activity has begun; its time stays."))
        signup.shift = shift
        signup.move_to(SignupState.CANCELLED)
        signup.save(update_fields=["state"])
        _record("signup.cancelled", signup, actor, at)


@scope.command
def excuse(*, signup_id: int, actor: Person, at: datetime) -> Signup:
    """Somebody could not come for a good reason; nobody excuses themselves."""
    signup = _lock_with_shift(signup_id)
    standing = standing_of(actor, clock.local_date(at))
    own = signup is not None and signup.person_id == actor.pk
    if signup is None or own or not permissions.may_run(standing, signup.shift.activity):
        raise Forbidden("not_your_roster", _("Only the leader of this shift can do this."))
    if signup.state == SignupState.EXCUSED:
        return signup
    signup.move_to(SignupState.EXCUSED)
    signup.save(update_fields=["state"])
    tell(
        "signup.excused", [signup.person_id], at=at,
        href=reverse("activities:activity", args=[signup.shift.activity.code]),
        title=signup.shift.activity.title, day=clock.local_date(signup.shift.starts_at),
    )  # fmt: skip
    _record("signup.excused", signup, actor, at)
    fill(signup.shift, actor=actor, at=at)
    return signup


@scope.command
def close_register(*, shift_id: int, at: datetime) -> int:
    """Long after the end: whoever held a place and was not seen did not come."""
    shift = Shift.objects.select_for_update(no_key=True).get(pk=shift_id)
    if not shift.is_register_due(at):
        return 0
    states = {
        SignupState.BOOKED: (SignupState.NO_SHOW, "signup.missed"),
        SignupState.WAITING: (SignupState.CANCELLED, "signup.lapsed"),
    }
    expected = shift.signups.select_for_update(no_key=True, of=("self",)).filter(
        state__in=list(states)
    )
    closed = list(expected.select_related("shift").order_by("pk"))
    for signup in closed:
        state, verb = states[SignupState(signup.state)]
        signup.move_to(state)
        signup.save(update_fields=["state"])
        _record(verb, signup, None, at)
    return len(closed)


@scope.command
def remind_shift(*, shift_id: int, at: datetime) -> int:
    """Tell those who hold a place on the day before; once."""
    shift = Shift.objects.select_for_update(no_key=True).get(pk=shift_id)
    activity = shift.activity
    if shift.reminded_at is not None or activity.state != ActivityState.ANNOUNCED:
        return 0
    people = shift.signups.filter(state=SignupState.BOOKED).order_by("pk")
    where = activity.meeting_point or (activity.place or activity.division).name
    told = tell(
        "shift.tomorrow", people.values_list("person_id", flat=True), at=at,
        href=reverse("activities:activity", args=[activity.code]),
        title=activity.title,
        day=clock.local_date(shift.starts_at),
        begins=clock.local_time(shift.starts_at),
        where=where,
    )  # fmt: skip
    shift.reminded_at = at
    shift.save(update_fields=["reminded_at"])
    journal.record(
        "shift.reminded", shift, actor=None, at=at, where=activity.division_id,
        on=clock.local_date(shift.starts_at), told=told,
    )  # fmt: skip
    return told


def _who(person_id: int | None, actor: Person) -> Person:
    if person_id is None or person_id == actor.pk:
        return actor
    # Unknown and not-yours get the same answer, so ids cannot be probed.
    if not fitness.answers_for(actor, person_id):
        raise Unknown("ward_unknown", _("You do not answer for this person."))
    return Person.objects.get(pk=person_id)


def _acts_for(actor: Person, person_id: int) -> bool:
    return actor.pk == person_id or fitness.answers_for(actor, person_id)


def shift_unknown() -> Unknown:
    return Unknown("shift_unknown", _("There is no such shift."))


def _seen(shift_id: int) -> Shift | None:
    return Shift.objects.select_related("activity").filter(pk=shift_id).first()


def _post(offered: QuerySet[Post], post_id: int | None) -> Post | None:
    """The post asked for; where one only is offered there is no choice."""
    posts = {post.pk: post for post in offered.order_by("pk")}
    if post_id is None:
        if len(posts) > 1:
            raise Refusal("post_needed", _("Choose a post first."))
        return next(iter(posts.values()), None)
    if post_id not in posts:
        raise Unknown("post_unknown", _("There is no such post on this shift."))
    return posts[post_id]


def _post_to_take(shift: Shift, post_id: int | None) -> Post | None:
    """The same among the posts that are offered; who is asked one by one is booked."""
    posts = shift.posts.all()
    offered = posts.filter(audience=Audience.OPEN)
    if post_id is None and (offered or not posts):
        return _post(offered, None)
    post = _post(posts, post_id)
    if asked := permissions.what_is_not_offered(shift, post):
        raise asked
    return post


def _decide(
    seen: Shift,
    post: Post | None,
    person: Person,
    actor: Person,
    at: datetime,
    *,
    waits: bool,
    asked_by: Standing | None = None,
) -> Signup:
    """Who can come at all is read before the lock; only the place is decided under it."""
    fit = fitness.of(person, seen, [post] if post else [])
    shift = Shift.objects.select_for_update(no_key=True).get(pk=seen.pk)
    # Two shifts at once of one person must not overlap either: the person after the shift.
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    own = list(_own(person, shift, at))
    if mine := next((signup for signup in own if signup.shift_id == shift.pk), None):
        return _press_again(mine, actor, at)
    _refuse(shift, post, person, fit, own, at, asked_by)
    return _take(shift, post, person, actor, at, waits=waits)


def _own(person: Person, shift: Shift, at: datetime) -> list[Signup]:
    """What this person holds or waits for: here, and everywhere that is not over."""
    live = Signup.objects.of(person).select_related("shift__activity")
    return list(
        (live.filter(shift__ends_at__gt=at) | live.filter(shift=shift)).order_by(
            "shift__starts_at", "pk"
        )
    )


def _press_again(mine: Signup, actor: Person, at: datetime) -> Signup:
    """The same request gets the same answer; a waiting one is looked at once more."""
    if mine.state == SignupState.WAITING:
        fill(mine.shift, actor=actor, at=at)
        mine.refresh_from_db(fields=["state"])
    return mine


def _refuse(
    shift: Shift,
    post: Post | None,
    person: Person,
    fit: Fitness,
    own: list[Signup],
    at: datetime,
    asked_by: Standing | None,
) -> None:
    # The activity is read only now, after the lock: it may just have been called off.
    forbidden = permissions.what_forbids_sign_up(
        shift,
        post=post,
        others=[signup.shift for signup in own if signup.is_holding],
        person=person,
        fit=fit,
        at=at,
        asked_by=asked_by,
    )
    if forbidden:
        raise forbidden


def _take(
    shift: Shift, post: Post | None, person: Person, actor: Person, at: datetime, *, waits: bool
) -> Signup:
    has_place = has_room(shift, post, taken_by_post(shift))
    if not has_place and not waits:
        raise Refusal("shift_full", _("All places are taken."))
    signup = Signup.objects.create(
        shift=shift,
        post=post,
        part=post.part if post else Part.HELPER,
        person=person,
        division_id=shift.activity.division_id,
        state=SignupState.BOOKED if has_place else SignupState.WAITING,
    )
    _record("signup.booked" if has_place else "signup.waiting", signup, actor, at)
    return signup


def _lock_with_shift(signup_id: int) -> Signup | None:
    """The shift first: what is let go is given on under its lock."""
    shift_id = Signup.objects.filter(pk=signup_id).values_list("shift_id", flat=True).first()
    if shift_id is None:
        return None
    shift = Shift.objects.select_for_update(no_key=True).get(pk=shift_id)
    signup = Signup.objects.select_for_update(no_key=True).get(pk=signup_id)
    signup.shift = shift
    return signup


def _refuse_to_let_go(signup: Signup, at: datetime) -> None:
    shift = signup.shift
    if signup.state == SignupState.WAITING:
        return
    if not shift.is_open_for_sign_up(at):
        raise Refusal("shift_begun", _("The activity has begun; tell its leader instead."))
    if shift.withdraw_until is not None and at >= shift.withdraw_until:
        raise Refusal(
            "withdrawal_closed",
            _("Places could be given back until %(until)s; ask the leader to excuse you.")
            % {"until": f"{clock.local_date(shift.withdraw_until)} "
                        f"{clock.local_time(shift.withdraw_until)}"},
        )  # fmt: skip
    if fitness.small_wards_signed_up(signup.person, shift):
        raise Refusal(
            "child_signed_up",
            _("A child is signed up because you come; give the child's place back first."),
        )


def _record(verb: str, signup: Signup, actor: Person | None, at: datetime) -> None:
    day = clock.local_date(signup.shift.starts_at)
    journal.record(verb, signup, actor=actor, at=at, where=signup.division_id, on=day)
