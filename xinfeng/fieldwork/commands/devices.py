"""Setting phones up, and shutting them out."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope, standing
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.fieldwork.models import Device, RevokeReason
from xinfeng.fieldwork.permissions import may_go_out, may_issue
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

journal.declare(
    {
        "phone.issued": gettext_lazy("set up a phone for fieldwork"),
        "phone.revoked": gettext_lazy("shut a phone out of fieldwork"),
        "phone.seen": gettext_lazy("saw a phone for the first time"),
    }
)

MOST_IN_USE = 10
_SEEN_EVERY = timedelta(minutes=15)


@dataclass(frozen=True)
class Issued:
    """A new phone, and the token that is shown this once."""

    device: Device
    token: str


@scope.command
def issue(*, person_id: int, name: str, token: str, actor: Person, at: datetime) -> Issued:
    """Set up a phone: `token` is random, made at the edge; only its digest is kept."""
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    today = clock.local_date(at)
    if person is None or not may_issue(
        standing.of(actor, today), person.pk, person.division_id
    ):
        raise Unknown("person_unknown", _("There is nobody of this name here."))
    if not person.is_active or not may_go_out(standing.of(person, today)):
        raise Forbidden(
            "no_fieldwork", _("A phone is set up for inspectors, surveyors and offices only.")
        )
    if Device.objects.in_use().filter(person=person).count() >= MOST_IN_USE:
        raise Refusal("too_many_devices", _("Revoke a phone that is not used any more first."))
    device = Device.objects.create(
        person=person, division_id=person.division_id, name=name.strip()[:60],
        token_digest=digest_of(token), issued_by=actor, issued_at=at,
    )  # fmt: skip
    journal.record("phone.issued", device, actor=actor, at=at, where=device.division_id)
    return Issued(device, token)


@scope.command
def revoke(*, device_id: int, actor: Person, at: datetime, reason: str = "") -> Device:
    """From this moment the phone fetches and sends nothing; what it sent stays.

    Whoever shuts out the phone of somebody else says why.
    """
    device = Device.objects.select_for_update(no_key=True).filter(pk=device_id).first()
    today = clock.local_date(at)
    if device is None or not may_issue(
        standing.of(actor, today), device.person_id, device.division_id
    ):
        raise Unknown("device_unknown", _("There is no such phone here."))
    if not device.is_in_use:
        return device
    if reason not in RevokeReason.values and (reason or device.person_id != actor.pk):
        raise Refusal("no_reason", _("Say why this phone is shut out."))
    device.revoked_at, device.revoked_by, device.revoke_reason = at, actor, reason
    device.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    journal.record("phone.revoked", device, actor=actor, at=at, where=device.division_id)
    return device


@scope.command
def see(*, device_id: int, at: datetime) -> None:
    """Remember to the quarter of an hour that a phone is in use; the first time is told."""
    device = Device.objects.select_for_update(no_key=True).get(pk=device_id)
    first = device.seen_at is None
    if not is_due(device, at):
        return
    device.seen_at = at
    device.save(update_fields=["seen_at"])
    if first:
        journal.record("phone.seen", device, actor=None, at=at, where=device.division_id)


def is_due(device: Device, at: datetime) -> bool:
    return device.seen_at is None or at - device.seen_at >= _SEEN_EVERY


def digest_of(token: str) -> str:
    """Tokens are random, so a plain digest keeps them."""
    return hashlib.sha256(token.encode()).hexdigest()
