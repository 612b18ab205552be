"""Part of closing and merging accounts, which the room of people journals."""

from datetime import datetime

from xinfeng.fieldwork.models import Device, RevokeReason
from xinfeng.people.models import Person


def end_phones(person: Person, actor: Person, at: datetime) -> None:
    """An account that is closed sends nothing any more."""
    Device.objects.in_use().filter(person=person).update(
        revoked_at=at, revoked_by=actor, revoke_reason=RevokeReason.LEFT
    )


def move_all(keep: Person, gone: Person, at: datetime) -> None:
    """Phones are set up anew for the account that goes on; what was sent stays where it is."""
    Device.objects.in_use().filter(person=gone).update(revoked_at=at, revoked_by=keep)
