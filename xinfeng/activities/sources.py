"""What stands behind a credit for attendance: the activity, in words."""

from datetime import datetime, time
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from xinfeng.hours.models import Source
from xinfeng.hours.sources import Described, Where, describer, finder
from xinfeng.people.queries import masked_names

from .models import Audience, Shift, Signup, SignupState


class _Told(NamedTuple):
    """What is told of an activity."""

    code: str
    title: str
    audience: str
    leader_id: int
    division: str
    team: str | None
    place: str | None


_TOLD = (
    "code",
    "title",
    "audience",
    "leader_id",
    "division__name",
    "team__name",
    "place__name",
)


@describer(Source.ATTENDANCE)
def attendance(signup_ids: list[int]) -> dict[int, Described]:
    """By sign-up: the activity's title, its organising unit, its leader, where it was."""
    rows = (
        Signup.objects.filter(pk__in=signup_ids)
        .order_by("pk")
        .values_list("pk", *(f"shift__activity__{name}" for name in _TOLD))
    )
    # Values and no objects: a page of a record names fifty activities.
    told = [(signup, _Told(*rest)) for signup, *rest in rows]
    names = masked_names(activity.leader_id for _, activity in told)
    return {
        signup: _described(signup, activity, names.get(activity.leader_id, ""))
        for signup, activity in told
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
    came = Signup.objects.helpers().filter(shift__in=shifts, state=SignupState.LEFT)
    return list(came.order_by("pk").values_list("pk", flat=True))


def _described(signup: int, told: _Told, in_charge: str) -> Described:
    # Where somebody was visited is said no finer than the township.
    place = (told.place if told.audience == Audience.OPEN else None) or told.division
    return Described(
        title=told.title,
        organiser=told.team or place,
        in_charge=in_charge,
        place=place,
        href=reverse("activities:activity", args=[told.code]),
        subjects=(f"activities.signup:{signup}",),
    )
