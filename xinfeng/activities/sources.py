"""What stands behind a credit for attendance: the activity, in words."""

from django.urls import reverse

from xinfeng.hours.models import Source
from xinfeng.hours.sources import Described, describer
from xinfeng.people.queries import masked_names

from .models import Activity, Signup


@describer(Source.ATTENDANCE)
def attendance(signup_ids: list[int]) -> dict[int, Described]:
    """By sign-up: the activity's title, its organising unit, its leader, where it was."""
    found = dict(
        Signup.objects.filter(pk__in=signup_ids)
        .order_by("pk")
        .values_list("pk", "shift__activity_id")
    )
    activities = Activity.objects.filter(pk__in=set(found.values())).order_by("pk")
    known = activities.select_related("team", "place", "division").in_bulk()
    names = masked_names(activity.leader_id for activity in known.values())
    told = {pk: _described(activity, names) for pk, activity in known.items()}
    return {signup: told[activity] for signup, activity in found.items()}


def _described(activity: Activity, names: dict[int, str]) -> Described:
    place = activity.place.name if activity.place else activity.division.name
    return Described(
        title=activity.title,
        organiser=activity.team.name if activity.team else place,
        in_charge=names.get(activity.leader_id, ""),
        place=place,
        href=reverse("activities:activity", args=[activity.code]),
    )
