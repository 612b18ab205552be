"""Devices that sign: registered while signed in, taken back by whoever registered them."""

from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import signing
from xinfeng.activities.models import Device, Keyholder
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

journal.declare(
    {
        "device.registered": gettext_lazy("registered a device"),
        "device.revoked": gettext_lazy("took a device back"),
    }
)
# A person has a phone or two; more is a program at work.
MOST = 10


@scope.command
def register_device(
    *, public_key: bytes, label: str, code: str, actor: Person, at: datetime
) -> Keyholder:
    """From now on this device signs for this person. The code comes with the request."""
    if not signing.is_key(public_key):
        raise signing.Malformed("bad_key", _("This key cannot be used."))
    # The person stands for the keys, so that two tabs at once register one.
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
    device, _made = Device.objects.get_or_create(
        fingerprint=sha256(public_key).digest(),
        defaults={"public_key": public_key, "registered_at": at},
    )
    held = Keyholder.objects.of(actor)
    if already := held.filter(device=device).order_by("pk").first():
        return already
    if held.count() >= MOST:
        raise Refusal(
            "too_many_devices",
            _("You have %(count)d devices already; take one back first.") % {"count": MOST},
        )
    keyholder = Keyholder.objects.create(
        code=code,
        device=device,
        person=actor,
        division_id=actor.division_id,
        label=label[:60],
        registered_at=at,
    )
    _tell("device.registered", keyholder, actor, at)
    return keyholder


@scope.command
def revoke_device(*, keyholder_id: int, actor: Person, at: datetime) -> Keyholder:
    """What this device says is no longer believed; what it said before stands."""
    own = Keyholder.objects.select_for_update(of=("self",)).filter(person=actor)
    keyholder = own.filter(pk=keyholder_id).first()
    if keyholder is None:
        raise Unknown("device_unknown", _("You have no such device."))
    if keyholder.revoked_at is not None:
        return keyholder
    keyholder.revoked_at = at
    keyholder.save(update_fields=["revoked_at"])
    _tell("device.revoked", keyholder, actor, at)
    return keyholder


def _tell(verb: str, keyholder: Keyholder, actor: Person, at: datetime) -> None:
    journal.record(
        verb, keyholder, actor=actor, at=at, where=keyholder.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
