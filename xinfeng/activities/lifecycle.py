"""What this room tells of a person, and what becomes of places on shifts when accounts end."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xinfeng.people import leaving, merging, records
from xinfeng.people.models import Person
from xinfeng.people.records import Row

from .commands.leaving import end_of_account, move_places
from .models import CheckIn, Signup


@merging.declare
def move(keep: Person, gone: Person, actor: Person, at: datetime) -> None:
    move_places(gone, keep, actor, at)


@leaving.declare
def end(person: Person, actor: Person, at: datetime) -> None:
    end_of_account(person, actor, at)


@records.section("signups", _("My sign-ups"))
def signups(person_id: int) -> Iterable[Row]:
    own = Signup.objects.filter(person_id=person_id).select_related("shift__activity")
    for signup in own.order_by("pk").iterator():
        yield {
            "number": signup.pk,
            "activity": signup.shift.activity.title,
            "starts_at": signup.shift.starts_at,
            "ends_at": signup.shift.ends_at,
            "part": signup.part,
            "state": signup.state,
            "arrived_at": signup.arrived_at,
            "left_at": signup.left_at,
            "grade": signup.grade,
        }


@records.section("check_ins", _("My check-ins"))
def check_ins(person_id: int) -> Iterable[Row]:
    for said in CheckIn.objects.filter(person_id=person_id).order_by("pk").iterator():
        yield {
            "signup": said.signup_id,
            "phase": said.phase,
            "means": said.means,
            "said_at": said.said_at,
            "received_at": said.received_at,
            "counted_at": said.counted_at,
            "is_late": said.is_late,
            "is_inside": said.is_inside,
            "distance_band_m": said.distance_band_m,
            "accuracy_band_m": said.accuracy_band_m,
            "device": said.device_id,
        }
