"""From a draft to an invitation that says what the law wants said."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import checklist, permissions
from xinfeng.activities.checklist import NotReady
from xinfeng.activities.models import Activity, ActivityState, Audience, Post, Shift
from xinfeng.activities.wishes import (
    COLUMNS,
    GROUNDS,
    PROMISED,
    NewActivity,
    NewPost,
    NewShift,
    Plan,
)
from xinfeng.base import clock, codes, positions, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Place, PlaceState
from xinfeng.teams.models import Team

from .running import lock_to_run

journal.declare(
    {
        "activity.drafted": gettext_lazy("drafted an activity"),
        "activity.rewritten": gettext_lazy("changed what an activity says"),
        "activity.announced": gettext_lazy("announced an activity"),
    }
)

M = TypeVar("M", bound=models.Model)


@scope.command
def draft(*, new: NewActivity, actor: Person, at: datetime) -> Activity:
    """Write an activity down; nobody is invited yet. Whoever drafts it leads it."""
    division_id, place = _grounds(new, actor, at)
    if already := Activity.objects.filter(code=new.code).first():
        if already.leader_id != actor.pk:
            raise Refusal("code_taken", _("This code is taken; open the form once more."))
        return already
    if new.audience == Audience.INVITED:
        division_id = codes.span(division_id, codes.Level.TOWNSHIP)[0]
    _refuse_impossible(new.shifts, place, at)
    activity = _create(new, division_id, actor, at)
    _record("activity.drafted", activity, actor, at)
    return activity


@scope.command
def rewrite(*, activity_id: int, plan: Plan, actor: Person, at: datetime) -> Activity:
    """Change the words: of a draft all, of an announced activity what breaks no promise."""
    activity = lock_to_run(activity_id, actor, at)
    if activity.state not in {ActivityState.DRAFT, ActivityState.ANNOUNCED}:
        raise Refusal("activity_state", _("This activity is already closed."))
    said = _columns(plan)
    if any(getattr(activity, name) != said[name] for name in GROUNDS):
        # A deputy changes the words; where it lies is for those who may invite there.
        said["division_id"], _place = _grounds(plan, actor, at)
    if activity.state == ActivityState.ANNOUNCED:
        _refuse_broken_promises(activity, said)
    for name, value in said.items():
        setattr(activity, name, value)
    if activity.state == ActivityState.ANNOUNCED:
        _refuse_incomplete(activity, activity.created_at or at)
    _place_cells(activity)
    activity.save(update_fields=list(said))
    _record("activity.rewritten", activity, actor, at)
    return activity


@scope.command
def publish(*, activity_id: int, actor: Person, at: datetime) -> Activity:
    """Invite volunteers to what was drafted, once nothing is missing any more."""
    activity = lock_to_run(activity_id, actor, at)
    if activity.state == ActivityState.ANNOUNCED:
        return activity
    activity.move_to(ActivityState.ANNOUNCED)
    if activity.place is not None and activity.place.state == PlaceState.CLOSED:
        raise Refusal("place_closed", _("This place is closed; choose another one."))
    _refuse_incomplete(activity, at)
    _place_cells(activity)
    activity.save(update_fields=["state"])
    _record("activity.announced", activity, actor, at)
    return activity


@scope.command
def announce(*, new: NewActivity, actor: Person, at: datetime) -> Activity:
    """Draft and publish at once, or neither."""
    drafted = draft(new=new, actor=actor, at=at)
    return publish(activity_id=drafted.pk, actor=actor, at=at)


def add_shift_rows(activity: Activity, new: NewShift) -> Shift:
    """The rows of one shift with its posts; the database refuses impossible ones."""
    shift = Shift.objects.create(
        activity=activity,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        capacity=new.capacity,
        withdraw_until=new.withdraw_until,
        cell=cell_of(activity),
    )
    for post in new.posts:
        add_post_row(shift, post)
    return shift


def add_post_row(shift: Shift, new: NewPost) -> Post:
    return Post.objects.create(
        shift=shift,
        name=new.name,
        capacity=new.capacity,
        conditions=new.conditions,
        skills=list(new.skills),
        qualifications=list(new.qualifications),
        min_age=new.min_age,
        max_age=new.max_age,
        is_dangerous=new.is_dangerous,
        part=new.part,
        audience=new.audience,
    )


def cell_of(activity: Activity) -> int | None:
    """Where it is on the grid: its own position, else its place's; None: nobody's business."""
    if activity.audience == Audience.INVITED:
        return None
    at: tuple[int | None, int | None] = (activity.lat_e6, activity.lon_e6)
    if activity.lat_e6 is None and activity.place is not None:
        at = (activity.place.lat_e6, activity.place.lon_e6)
    lat, lon = at
    return positions.cell(lat, lon) if lat is not None and lon is not None else None


def _grounds(plan: Plan, actor: Person, at: datetime) -> tuple[int, Place | None]:
    """Where it lies, if this person may announce there."""
    place, team = _known(Place, plan.place_id), _known(Team, plan.team_id)
    # An activity at a place lies where the place lies, whatever the form said.
    division_id = place.division_id if place else plan.division_id
    standing = standing_of(actor, clock.local_date(at))
    if not permissions.may_announce(standing, division_id, place, team):
        raise Forbidden("not_your_area", _("You can announce activities of your area only."))
    return division_id, place


def _known(model: type[M], pk: int | None) -> M | None:
    """The thing itself; none was wanted is not the same as none was found."""
    if pk is None:
        return None
    found = model._default_manager.filter(pk=pk).first()
    if found is None:
        raise Forbidden("not_your_area", _("You can announce activities of your area only."))
    return found


def _refuse_impossible(shifts: tuple[NewShift, ...], place: Place | None, at: datetime) -> None:
    if any(shift.starts_at < at for shift in shifts):
        raise Refusal("shift_in_the_past", _("An activity is announced before it begins."))
    if place is not None and place.state == PlaceState.CLOSED:
        raise Refusal("place_closed", _("This place is closed; choose another one."))


def _refuse_incomplete(activity: Activity, at: datetime) -> None:
    shifts = list(activity.shifts.order_by("starts_at", "pk"))
    posts = Post.objects.filter(shift__activity=activity).order_by("pk")
    if missing := checklist.missing(activity, shifts, posts, at):
        raise NotReady(missing)


def _refuse_broken_promises(activity: Activity, said: dict[str, Any]) -> None:
    if any(getattr(activity, name) != said[name] for name in PROMISED):
        raise Refusal(
            "promise_fixed",
            _(
                "After announcing, title, category, nature, risk and place stay as they are."
                " Call it off and copy it instead."
            ),
        )


def _columns(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in COLUMNS} | {"deputies": list(plan.deputies)}


def _create(new: NewActivity, division_id: int, actor: Person, at: datetime) -> Activity:
    try:
        with transaction.atomic():
            activity = Activity.objects.create(
                **_columns(new) | {"division_id": division_id},
                code=new.code,
                audience=new.audience,
                state=ActivityState.DRAFT,
                leader=actor,
                created_at=at,
            )
            for shift in new.shifts:
                add_shift_rows(activity, shift)
    except IntegrityError:
        raise Refusal(
            "activity_impossible", _("This cannot be announced as entered; check the times.")
        ) from None
    return activity


def _place_cells(activity: Activity) -> None:
    activity.shifts.update(cell=cell_of(activity))


def _record(verb: str, activity: Activity, actor: Person, at: datetime) -> None:
    first = activity.shifts.order_by("starts_at", "pk").first()
    journal.record(
        verb, activity, actor=actor, at=at, where=activity.division_id,
        on=clock.local_date(first.starts_at if first else at),
    )  # fmt: skip
