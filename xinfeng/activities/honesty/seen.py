"""The rows behind an attendance: its sign-up and every saying of being here or going."""

from django.utils.translation import gettext as _

from xinfeng.activities.models import CheckIn, Signup
from xinfeng.hours.models import Source
from xinfeng.hours.witnesses import Seen, witness
from xinfeng.people.queries import masked_names


@witness(Source.ATTENDANCE)
def of_signup(signup_id: int) -> list[Seen]:
    signup = Signup.objects.select_related("shift__activity").filter(pk=signup_id).first()
    if signup is None:
        return []
    shift, activity = signup.shift, signup.shift.activity
    rows = list(CheckIn.objects.filter(signup=signup).order_by("said_at", "pk"))
    names = masked_names(row.recorded_by_id for row in rows if row.recorded_by_id)
    said = [
        Seen(activity.created_at, _("the activity was created")),
        Seen(shift.starts_at, _("planned beginning")),
        Seen(shift.ends_at, _("planned end")),
        Seen(signup.arrived_at, _("arrived")),
        Seen(signup.left_at, _("went home")),
    ]
    said += [
        Seen(row.said_at, _said(row), names.get(row.recorded_by_id or 0, "")) for row in rows
    ]
    return sorted((one for one in said if one.at), key=lambda one: str(one.at))


def _said(row: CheckIn) -> str:
    """The means, and what backs it: the device by its number, the place by its band."""
    words = [f"{row.get_phase_display()} · {row.get_means_display()}"]
    if row.device_id is not None:
        words.append(_("phone %(number)s") % {"number": row.device_id})
    if row.is_inside is not None:
        words.append(_("at the place") if row.is_inside else _("outside"))
    if row.is_inside is False and row.distance_band_m is not None:
        words.append(_("up to %(metres)s m away") % {"metres": row.distance_band_m})
    if row.is_late:
        words.append(_("sent later"))
    return " · ".join(words)
