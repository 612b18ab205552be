"""What this room tells of a person, and what becomes of phones when accounts end."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xinfeng.people import leaving, merging, records
from xinfeng.people.models import Person
from xinfeng.people.records import Row

from .commands.ending import end_phones, move_all
from .models import Device, Submission


@merging.declare
def move(keep: Person, gone: Person, actor: Person, at: datetime) -> None:
    move_all(keep, gone, at)


@leaving.declare
def end(person: Person, actor: Person, at: datetime) -> None:
    end_phones(person, actor, at)


@records.section("field_devices", _("Phones set up for my fieldwork"))
def devices(person_id: int) -> Iterable[Row]:
    for device in Device.objects.filter(person=person_id).order_by("pk"):
        yield {
            "number": device.pk,
            "name": device.name,
            "issued_at": device.issued_at,
            "revoked_at": device.revoked_at,
            "revoke_reason": device.revoke_reason,
            "seen_at": device.seen_at,
        }


@records.section("field_submissions", _("What I sent from the field"))
def submissions(person_id: int) -> Iterable[Row]:
    sent = Submission.objects.filter(person=person_id).select_related("form_version__form")
    for submission in sent.order_by("pk"):
        yield {
            "number": submission.instance_id,
            "form": submission.form_version.form.title,
            "version": submission.form_version.version,
            "received_at": submission.received_at,
            "started_at": submission.started_at,
            "ended_at": submission.ended_at,
            "lat_e6": submission.lat_e6,
            "lon_e6": submission.lon_e6,
        }
