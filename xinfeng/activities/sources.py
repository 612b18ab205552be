"""What stands behind a credit for attendance: the activity, in words."""

from dataclasses import replace
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone

from xinfeng.hours.models import Source
from xinfeng.hours.sources import Described, Where, describer, finder
from xinfeng.people.queries import masked_names

from .models import Activity, Shift, Signup, SignupState


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
    return {
        signup: replace(told[activity], subjects=(f"activities.signup:{signup}",))
        for signup, activity in found.items()
    }


@finder(Source.ATTENDANCE)
def signups_at(where: Where) -> list[int]:
    """Sign-ups of a team's or a place's activities that people came to and left again."""
    midnight = timezone.get_current_timezone()
    shifts = Shift.objects.filter(
        starts_at__gte=datetime.combine(where.since, time.min, midnight),
        starts_at__lt=datetime.combine(where.until, time.min, midnight),
    )
    if where.team_id is not None:
        shifts = shifts.filter(activity__team_id=where.team_id)
    if where.place_id is not None:
        shifts = shifts.filter(activity__place_id=where.place_id)
    came = Signup.objects.filter(shift__in=shifts, state=SignupState.LEFT)
    return list(came.order_by("pk").values_list("pk", flat=True))


def _described(activity: Activity, names: dict[int, str]) -> Described:
    place = activity.place.name if activity.place else activity.division.name
    return Described(
        title=activity.title,
        organiser=activity.team.name if activity.team else place,
        in_charge=names.get(activity.leader_id, ""),
        place=place,
        href=reverse("activities:activity", args=[activity.code]),
    )
