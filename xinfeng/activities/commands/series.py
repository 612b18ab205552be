"""The same again: a copy on another day, and a series by a rule of repetition."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import permissions, recurrence
from xinfeng.activities.models import Activity, ActivityState, Post, Shift
from xinfeng.activities.wishes import COLUMNS, NewPost, NewShift
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

from .announcing import add_shift_rows
from .programme import call_off
from .running import lock_to_run

journal.declare(
    {
        "activity.copied": gettext_lazy("copied an activity into a draft"),
        "activity.repeated": gettext_lazy("made a series of an activity"),
        "series.called_off": gettext_lazy("called off the rest of a series"),
    }
)


@scope.command
def copy(*, activity_id: int, code: str, on: date, actor: Person, at: datetime) -> Activity:
    """The same activity on another day, as a draft of whoever copies it."""
    model = lock_to_run(activity_id, actor, at)
    if already := Activity.objects.filter(code=code).first():
        if already.leader_id != actor.pk:
            raise Refusal("code_taken", _("This code is taken; open the form once more."))
        return already
    place, standing = model.place, standing_of(actor, clock.local_date(at))
    # A deputy may run it, and still not invite in the name of its place or team.
    if not permissions.may_announce(standing, model.division_id, place, model.team):
        raise Forbidden("not_your_area", _("You can announce activities of your area only."))
    made = _again(model, code, on, ActivityState.DRAFT, at)
    Activity.objects.filter(pk=made.pk).update(leader=actor)
    made.leader = actor
    journal.record(
        "activity.copied", made, actor=actor, at=at, where=made.division_id, on=on,
        copied_from=model.pk,
    )  # fmt: skip
    return made


@scope.command
def repeat(
    *,
    activity_id: int,
    rrule: str,
    actor: Person,
    at: datetime,
    without: frozenset[date] = frozenset(),
) -> list[Activity]:
    """Make a series: each further day an activity of its own, in the state of the first."""
    first = lock_to_run(activity_id, actor, at)
    if first.rrule:
        return list(Activity.objects.filter(series=first).order_by("pk"))
    if first.state not in {ActivityState.DRAFT, ActivityState.ANNOUNCED}:
        raise Refusal("activity_state", _("This activity is already closed."))
    begin = _first_day(first)
    days = [day for day in recurrence.days(rrule, begin) if day > begin and day not in without]
    first.rrule, first.series = rrule, first
    first.save(update_fields=["rrule", "series"])
    made = [
        _again(first, f"{first.code}-{number}", day, ActivityState(first.state), at)
        for number, day in enumerate(days, start=2)
    ]
    Activity.objects.filter(pk__in=[one.pk for one in made]).update(series=first, rrule=rrule)
    journal.record(
        "activity.repeated", first, actor=actor, at=at, where=first.division_id, on=begin,
        days=len(made),
    )  # fmt: skip
    return made


@scope.command
def call_off_rest(*, activity_id: int, actor: Person, at: datetime) -> list[Activity]:
    """This activity and all later ones of its series will not take place."""
    activity = lock_to_run(activity_id, actor, at)
    rest = _rest(activity) if activity.series_id else [activity.pk]
    called_off = [call_off(activity_id=pk, actor=actor, at=at) for pk in rest]
    journal.record(
        "series.called_off", activity, actor=actor, at=at, where=activity.division_id,
        on=clock.local_date(at), activities=len(called_off),
    )  # fmt: skip
    return called_off


def _first_day(activity: Activity) -> date:
    first = activity.shifts.order_by("starts_at", "pk").first()
    if first is None:
        raise Refusal("no_shift", _("Say when the activity takes place."))
    return clock.local_date(first.starts_at)


def _rest(activity: Activity) -> list[int]:
    begin = activity.shifts.order_by("starts_at", "pk").first()
    later = Activity.objects.filter(
        series=activity.series_id, state__in=[ActivityState.DRAFT, ActivityState.ANNOUNCED]
    )
    if begin is not None:
        later = later.filter(shifts__starts_at__gte=begin.starts_at)
    return sorted(set(later.values_list("pk", flat=True)))


def _again(
    model: Activity, code: str, on: date, state: ActivityState, at: datetime
) -> Activity:
    """All that was said, on another day; nothing of what happened."""
    away = on - _first_day(model)
    made = Activity.objects.create(
        **{name: getattr(model, name) for name in COLUMNS},
        code=code,
        audience=model.audience,
        state=state,
        leader_id=model.leader_id,
        created_at=at,
    )
    posts: dict[int, list[Post]] = {}
    for post in Post.objects.filter(shift__activity=model).order_by("pk"):
        posts.setdefault(post.shift_id, []).append(post)
    for shift in model.shifts.order_by("starts_at", "pk"):
        add_shift_rows(made, _moved(shift, posts.get(shift.pk, []), away))
    return made


def _moved(shift: Shift, posts: list[Post], away: timedelta) -> NewShift:
    return NewShift(
        _later(shift.starts_at, away),
        _later(shift.ends_at, away),
        shift.capacity,
        _later(shift.withdraw_until, away) if shift.withdraw_until else None,
        tuple(
            NewPost(
                post.name, post.capacity, post.conditions, tuple(post.skills),
                tuple(post.qualifications), post.min_age, post.max_age, post.is_dangerous,
                post.part, post.audience,
            )
            for post in posts
        ),
    )  # fmt: skip


def _later(moment: datetime, away: timedelta) -> datetime:
    """The same time of day on the city's own clock."""
    return timezone.localtime(moment) + away
