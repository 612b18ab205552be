"""Who may run an activity, asked with the activity locked."""

from datetime import datetime

from django.utils.translation import gettext as _

from xinfeng.activities import permissions
from xinfeng.activities.models import Activity, Shift
from xinfeng.base import clock
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of


def lock_to_run(activity_id: int, actor: Person, at: datetime) -> Activity:
    """The activity, held until commit, for its leader, a deputy or an office above."""
    # Unknown and not-yours get the same answer, so ids cannot be probed.
    activity = Activity.objects.select_for_update().filter(pk=activity_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if activity is None or not permissions.may_run(standing, activity):
        raise not_yours()
    return activity


def lock_shift_to_run(shift_id: int, actor: Person, at: datetime) -> Shift:
    """The shift with its activity, both held: first the activity, as everywhere."""
    activity_id = (
        Shift.objects.filter(pk=shift_id).values_list("activity_id", flat=True).first()
    )
    if activity_id is None:
        raise not_yours()
    activity = lock_to_run(activity_id, actor, at)
    shift = Shift.objects.select_for_update(no_key=True).filter(pk=shift_id).first()
    if shift is None:
        raise not_yours()
    shift.activity = activity
    return shift


def not_yours() -> Refusal:
    return Forbidden("not_your_activity", _("Only its leader or office can do this."))
