"""What happens to an activity as a whole after it was announced."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities.models import (
    Activity,
    ActivityState,
    Audience,
    Post,
    Shift,
    Signup,
    SignupState,
)
from xinfeng.base import clock, scope, workdays
from xinfeng.base.refusal import Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person

from .running import lock_to_run
from .signups import close_register

journal.declare(
    {
        "activity.called_off": gettext_lazy("called off an activity"),
        "activity.deputised": gettext_lazy("changed who runs an activity beside its leader"),
        "activity.held": gettext_lazy("closed an activity that took place"),
        "activity.in_vain": gettext_lazy("closed what was arranged: nobody came"),
        "activity.recorded": gettext_lazy("entered the records of an activity"),
        "activity.reminded": gettext_lazy("reminded the leader of records not yet entered"),
    }
)
notices.declare(
    {
        "activity.called_off": gettext_lazy(
            "“%(title)s” on %(day)s was called off. Your sign-up was given back."
        ),
        "activity.records_due": gettext_lazy(
            "The records of “%(title)s” are not entered yet; they are due on %(due)s."
        ),
    }
)

# Working days that the law gives for entering the records (order 67, article 11).
RECORDS_WITHIN = 10
# Working days after the activity on which its leader is reminded.
REMINDED_AFTER = (5, 8)


@scope.command
def call_off(*, activity_id: int, actor: Person, at: datetime) -> Activity:
    """The activity will not take place; whoever holds or waits for a place is told."""
    return _call_off(lock_to_run(activity_id, actor, at), actor, at)


def call_off_arranged(
    *, activity_id: int, actor: Person | None, at: datetime, told: bool = True
) -> Activity:
    """What an upper room arranged by invitation is not needed any more.

    Called inside its command, which has decided that this person may say so, and tells people
    itself where they would otherwise hear the same of several evenings. The evenings of a
    class are open to see, and their places by invitation.
    """
    asked = Post.objects.filter(shift__activity=OuterRef("pk"), audience=Audience.INVITED)
    arranged = Activity.objects.filter(Q(audience=Audience.INVITED) | Exists(asked))
    activity = arranged.select_for_update().get(pk=activity_id)
    return _call_off(activity, actor, at, told=told)


def deputise_arranged(
    *, activity_id: int, add: set[int], drop: set[int], at: datetime
) -> Activity:
    """Who runs what an upper room arranged, beside its leader, is somebody else by now.

    Called inside its command, which knows who answers for the place. Whom the leader named
    themselves stays, and nobody deputises for themselves.
    """
    arranged = Activity.objects.filter(
        Exists(Post.objects.filter(shift__activity=OuterRef("pk"), audience=Audience.INVITED))
    )
    activity = arranged.select_for_update(of=("self",)).get(pk=activity_id)
    kept = [pk for pk in activity.deputies if pk not in drop]
    wanted = kept + sorted(add - {*kept, activity.leader_id})
    if wanted == activity.deputies:
        return activity
    activity.deputies = wanted
    activity.save(update_fields=["deputies"])
    journal.record(
        "activity.deputised", activity, actor=None, at=at, where=activity.division_id,
        on=clock.local_date(at), deputies=len(wanted),
    )  # fmt: skip
    return activity


def _call_off(
    activity: Activity, actor: Person | None, at: datetime, *, told: bool = True
) -> Activity:
    if activity.state == ActivityState.CALLED_OFF:
        return activity
    activity.move_to(ActivityState.CALLED_OFF)
    # Sign-ups are decided under the lock of their shift, so no new one slips in.
    shifts = list(activity.shifts.select_for_update(no_key=True).order_by("pk"))
    signups = Signup.objects.filter(shift__activity=activity)
    if signups.filter(state__in=[SignupState.PRESENT, SignupState.LEFT]).exists():
        raise Refusal("activity_begun", _("Volunteers are already here; close it afterwards."))
    _give_back(activity, shifts, at, told=told)
    activity.save(update_fields=["state"])
    journal.record(
        "activity.called_off", activity, actor=actor, at=at, where=activity.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
    return activity


@scope.command
def hold(*, activity_id: int, actor: Person, at: datetime) -> Activity:
    """The activity is over and took place; it counts on the day of its last shift."""
    return _hold(lock_to_run(activity_id, actor, at), actor, at)


def close_arranged(*, activity_id: int, at: datetime) -> Activity:
    """What an upper room arranged by invitation took place: held, and recorded once all left.

    Called inside its command. Its attendance came by check-in alone, so there is nothing that
    its leader would still have to enter; with somebody still there, the leader does it.
    """
    arranged = Activity.objects.filter(audience=Audience.INVITED).select_for_update()
    activity = _hold(arranged.get(pk=activity_id), None, at)
    if activity.recorded_on is None and not _still_here(activity):
        _enter_records(activity, None, at)
    return activity


@scope.command
def close_left_over(*, activity_id: int, at: datetime) -> Activity:
    """What was arranged by invitation and nobody closed in three days ends with its register.

    Where somebody came after all it was held, and whoever is still there is its leader's
    business; where nobody came it did not take place.
    """
    arranged = Activity.objects.filter(audience=Audience.INVITED).select_for_update()
    activity = arranged.get(pk=activity_id)
    shifts = list(activity.shifts.order_by("pk"))
    if activity.state != ActivityState.ANNOUNCED:
        return activity
    if not all(shift.is_register_due(at) for shift in shifts):
        raise Refusal("activity_not_over", _("An activity can be closed after its end."))
    for shift in shifts:
        close_register(shift_id=shift.pk, at=at)
    came = [SignupState.PRESENT, SignupState.LEFT]
    if Signup.objects.filter(shift__in=shifts, state__in=came).exists():
        return close_arranged(activity_id=activity.pk, at=at)
    activity.move_to(ActivityState.CALLED_OFF)
    activity.save(update_fields=["state"])
    journal.record(
        "activity.in_vain", activity, actor=None, at=at, where=activity.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
    return activity


def _hold(activity: Activity, actor: Person | None, at: datetime) -> Activity:
    if activity.state == ActivityState.HELD:
        return activity
    last = activity.shifts.order_by("-ends_at", "-pk").first()
    if last is None or at < last.ends_at:
        raise Refusal("activity_not_over", _("An activity can be closed after its end."))
    activity.move_to(ActivityState.HELD)
    activity.held_on = clock.local_date(last.starts_at)
    activity.due_on = workdays.after(activity.held_on, RECORDS_WITHIN)
    activity.save(update_fields=["state", "held_on", "due_on"])
    journal.record(
        "activity.held", activity, actor=actor, at=at, where=activity.division_id,
        on=activity.held_on,
    )  # fmt: skip
    return activity


@scope.command
def enter_records(*, activity_id: int, actor: Person, at: datetime) -> Activity:
    """Confirm that everybody's times are entered; the law gives ten working days for it."""
    activity = lock_to_run(activity_id, actor, at)
    if activity.recorded_on is not None:
        return activity
    if activity.state != ActivityState.HELD:
        raise Refusal("activity_not_held", _("Close the activity first."))
    if _still_here(activity):
        raise Refusal("volunteers_still_here", _("Some volunteers have not checked out yet."))
    return _enter_records(activity, actor, at)


def _still_here(activity: Activity) -> bool:
    here = Signup.objects.filter(shift__activity=activity, state=SignupState.PRESENT)
    return here.exists()


def _enter_records(activity: Activity, actor: Person | None, at: datetime) -> Activity:
    activity.recorded_on = clock.local_date(at)
    activity.save(update_fields=["recorded_on"])
    journal.record(
        "activity.recorded", activity, actor=actor, at=at, where=activity.division_id,
        on=activity.recorded_on,
    )  # fmt: skip
    return activity


@scope.command
def remind_leader(*, activity_id: int, at: datetime) -> Activity:
    """Say that the records are due, once after five working days and once after eight."""
    activity = Activity.objects.select_for_update(no_key=True).get(pk=activity_id)
    day = _reminder_due(activity, at)
    if day is None or activity.due_on is None:
        return activity
    tell(
        "activity.records_due", {activity.leader_id, *activity.deputies}, at=at,
        href=reverse("activities:activity", args=[activity.code]),
        title=activity.title, due=activity.due_on,
    )  # fmt: skip
    activity.reminded_after = day
    activity.save(update_fields=["reminded_after"])
    journal.record(
        "activity.reminded", activity, actor=None, at=at, where=activity.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
    return activity


def _give_back(activity: Activity, shifts: list[Shift], at: datetime, *, told: bool) -> None:
    """All sign-ups of the locked shifts are cancelled, and their people told per day."""
    for shift in shifts:
        live = shift.signups.filter(state__in=[SignupState.WAITING, SignupState.BOOKED])
        people = list(live.order_by("pk").values_list("person_id", flat=True))
        live.update(state=SignupState.CANCELLED)
        if people and told:
            tell(
                "activity.called_off", people, at=at,
                href=reverse("activities:activity", args=[activity.code]),
                title=activity.title, day=clock.local_date(shift.starts_at),
            )  # fmt: skip


def _reminder_due(activity: Activity, at: datetime) -> int | None:
    """The reminder that is due now and was not given yet; none once it is overdue."""
    today = clock.local_date(at)
    if activity.held_on is None or activity.recorded_on is not None:
        return None
    if activity.due_on is None or activity.due_on < today:
        return None
    passed = workdays.passed(activity.held_on, today)
    due = [day for day in REMINDED_AFTER if activity.reminded_after < day <= passed]
    return max(due, default=None)
