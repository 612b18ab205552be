"""Who may do what here, and what stands in the way. Pure questions, nothing is raised."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from xinfeng.base import clock
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.standing import Standing
from xinfeng.people.models import Person
from xinfeng.people.permissions import OFFICES, SEES_PEOPLE, is_volunteer
from xinfeng.places.models import Place
from xinfeng.teams.models import Team

from .models import Activity, ActivityState, Shift, Signup


def may_announce(
    standing: Standing, division_id: int, place: Place | None, team: Team | None
) -> bool:
    """The offices above, the keeper of the place, the leader of the team."""
    if team is not None and team.leader_id == standing.person_id:
        return team.division_id == division_id
    keeps = place is not None and place.pk in standing.places
    return keeps or standing.covers(division_id, OFFICES)


def may_run(standing: Standing, activity: Activity) -> bool:
    """Call it off, close it, enter its records: its leader, or an office above."""
    leads = standing.person_id == activity.leader_id
    return leads or standing.covers(activity.division_id, OFFICES)


def may_see_roster(standing: Standing, activity: Activity) -> bool:
    """Who runs it, the keeper of its place, and the auditor."""
    keeps = activity.place_id in standing.places
    oversees = standing.covers(activity.division_id, SEES_PEOPLE)
    return keeps or oversees or may_run(standing, activity)


def may_record_attendance(actor: Person, signup: Signup) -> bool:
    """The leader of the activity or a deputy; nobody vouches for their own hours."""
    activity = signup.shift.activity
    runs = actor.pk == activity.leader_id or actor.pk in activity.deputies
    return runs and actor.pk != signup.person_id


def what_forbids_sign_up(
    shift: Shift, *, booked: int, others: Iterable[Shift], person: Person, at: datetime
) -> Refusal | None:
    """Why this person cannot take a place on this shift now; None when they can.

    `booked` is how many places are taken, `others` the shifts the person already holds.
    """
    if not is_volunteer(person):
        return Forbidden("not_a_volunteer", _("Register as a volunteer first."))
    if shift.activity.state != ActivityState.ANNOUNCED:
        return Refusal("activity_closed", _("This activity takes no more sign-ups."))
    if not shift.is_open_for_sign_up(at):
        return Refusal("shift_begun", _("Sign-up ended when the activity began."))
    if booked >= shift.capacity:
        return Refusal("shift_full", _("All places are taken."))
    if clash := next((other for other in others if other.overlaps(shift)), None):
        return Refusal("shift_overlaps", _overlap(clash))
    return None


def _overlap(clash: Shift) -> str:
    return _(
        "At this time you are signed up for something else (%(from)s–%(to)s %(title)s)."
        " Choose another time."
    ) % {
        "from": clock.local_time(clash.starts_at),
        "to": clock.local_time(clash.ends_at),
        "title": clash.activity.title,
    }
