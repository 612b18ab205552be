"""What happens to an activity as a whole."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import permissions
from xinfeng.activities.models import Activity, ActivityState, Shift, Signup, SignupState
from xinfeng.base import clock, scope, workdays
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Place, PlaceState
from xinfeng.teams.models import Team

journal.declare(
    {
        "activity.announced": gettext_lazy("announced an activity"),
        "activity.called_off": gettext_lazy("called off an activity"),
        "activity.held": gettext_lazy("closed an activity that took place"),
        "activity.recorded": gettext_lazy("entered the records of an activity"),
    }
)


# Working days that the law gives for entering the records (order 67, article 11).
RECORDS_WITHIN = 10
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class NewShift:
    starts_at: datetime
    ends_at: datetime
    capacity: int


@dataclass(frozen=True)
class NewActivity:
    """What an announcement says. The code comes with the form: sent twice, announced once."""

    code: str
    title: str
    category_id: int
    division_id: int
    shifts: tuple[NewShift, ...]
    place_id: int | None = None
    team_id: int | None = None
    project_id: int | None = None
    programme_id: int | None = None


@scope.command
def announce(*, new: NewActivity, actor: Person, at: datetime) -> Activity:
    """Invite volunteers; whoever announces leads."""
    place, team = _known(Place, new.place_id), _known(Team, new.team_id)
    # An activity at a place lies where the place lies, whatever the form said.
    division_id = place.division_id if place else new.division_id
    standing = standing_of(actor, clock.local_date(at))
    if not permissions.may_announce(standing, division_id, place, team):
        raise Forbidden("not_your_area", _("You can announce activities of your area only."))
    if already := Activity.objects.filter(code=new.code).first():
        return already
    _refuse_impossible(new, place, at)
    activity = _create(new, division_id, actor)
    journal.record(
        "activity.announced", activity, actor=actor, at=at, where=division_id,
        on=clock.local_date(new.shifts[0].starts_at),
    )  # fmt: skip
    return activity


@scope.command
def call_off(*, activity_id: int, actor: Person, at: datetime) -> Activity:
    """The activity will not take place; all places are given back."""
    activity = _lock_to_run(activity_id, actor, at)
    if activity.state == ActivityState.CALLED_OFF:
        return activity
    activity.move_to(ActivityState.CALLED_OFF)
    # Sign-ups are decided under the lock of their shift, so no new one slips in.
    list(activity.shifts.select_for_update().order_by("pk"))
    signups = Signup.objects.filter(shift__activity=activity)
    if signups.filter(state__in=[SignupState.PRESENT, SignupState.LEFT]).exists():
        raise Refusal("activity_begun", _("Volunteers are already here; close it afterwards."))
    signups.filter(state=SignupState.BOOKED).update(state=SignupState.CANCELLED)
    activity.save(update_fields=["state"])
    journal.record(
        "activity.called_off", activity, actor=actor, at=at, where=activity.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
    return activity


@scope.command
def hold(*, activity_id: int, actor: Person, at: datetime) -> Activity:
    """The activity is over and took place; it counts on the day of its last shift."""
    activity = _lock_to_run(activity_id, actor, at)
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
    activity = _lock_to_run(activity_id, actor, at)
    if activity.recorded_on is not None:
        return activity
    if activity.state != ActivityState.HELD:
        raise Refusal("activity_not_held", _("Close the activity first."))
    still_here = Signup.objects.filter(shift__activity=activity, state=SignupState.PRESENT)
    if still_here.exists():
        raise Refusal("volunteers_still_here", _("Some volunteers have not checked out yet."))
    activity.recorded_on = clock.local_date(at)
    activity.save(update_fields=["recorded_on"])
    journal.record(
        "activity.recorded", activity, actor=actor, at=at, where=activity.division_id,
        on=activity.recorded_on,
    )  # fmt: skip
    return activity


def _lock_to_run(activity_id: int, actor: Person, at: datetime) -> Activity:
    # Unknown and not-yours get the same answer, so ids cannot be probed.
    activity = Activity.objects.select_for_update().filter(pk=activity_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if activity is None or not permissions.may_run(standing, activity):
        raise Forbidden("not_your_activity", _("Only its leader or office can do this."))
    return activity


def _known(model: type[M], pk: int | None) -> M | None:
    """The thing itself; none was wanted is not the same as none was found."""
    if pk is None:
        return None
    found = model._default_manager.filter(pk=pk).first()
    if found is None:
        raise Forbidden("not_your_area", _("You can announce activities of your area only."))
    return found


def _refuse_impossible(new: NewActivity, place: Place | None, at: datetime) -> None:
    if not new.shifts:
        raise Refusal("no_shift", _("Say when the activity takes place."))
    if any(shift.starts_at < at for shift in new.shifts):
        raise Refusal("shift_in_the_past", _("An activity is announced before it begins."))
    if place is not None and place.state == PlaceState.CLOSED:
        raise Refusal("place_closed", _("This place is closed; choose another one."))


def _create(new: NewActivity, division_id: int, actor: Person) -> Activity:
    try:
        with transaction.atomic():
            activity = Activity.objects.create(
                code=new.code,
                title=new.title,
                category_id=new.category_id,
                division_id=division_id,
                place_id=new.place_id,
                team_id=new.team_id,
                project_id=new.project_id,
                programme_id=new.programme_id,
                leader=actor,
            )
            for shift in new.shifts:
                Shift.objects.create(
                    activity=activity,
                    starts_at=shift.starts_at,
                    ends_at=shift.ends_at,
                    capacity=shift.capacity,
                )
    except IntegrityError:
        raise Refusal(
            "activity_impossible", _("This cannot be announced as entered; check the times.")
        ) from None
    return activity
