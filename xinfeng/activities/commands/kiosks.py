"""A device at the door that the leader opens and answers for."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import passes, permissions
from xinfeng.activities.models import Kiosk, Means, Shift, Signup
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

from .cards import by_card

journal.declare(
    {
        "kiosk.opened": gettext_lazy("opened a kiosk"),
        "kiosk.closed": gettext_lazy("closed a kiosk"),
    }
)
AFTER_THE_END = timedelta(hours=1)


@scope.command
def open_kiosk(*, shift_id: int, code: str, actor: Person, at: datetime) -> Kiosk:
    """Make a device a kiosk for one shift, until an hour after its end."""
    shift = Shift.objects.select_related("activity").filter(pk=shift_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if shift is None or not permissions.may_run(standing, shift.activity):
        raise Forbidden("not_your_roster", _("Only the leader of this shift can do this."))
    closes_at = shift.ends_at + AFTER_THE_END
    if at >= closes_at:
        raise Refusal("shift_over", _("This shift is over."))
    kiosk = Kiosk.objects.create(
        code=code, shift=shift, opened_by=actor, opened_at=at, closes_at=closes_at
    )
    _tell("kiosk.opened", kiosk, shift, actor, at)
    return kiosk


@scope.command
def close_kiosk(*, kiosk_id: int, actor: Person, at: datetime) -> Kiosk:
    """The device is given back before the time is over."""
    locked = Kiosk.objects.select_for_update(of=("self",)).select_related("shift__activity")
    kiosk = locked.filter(pk=kiosk_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if kiosk is None or not permissions.may_run(standing, kiosk.shift.activity):
        raise Forbidden("not_your_roster", _("Only the leader of this shift can do this."))
    if kiosk.closed_at is None:
        kiosk.closed_at = at
        kiosk.save(update_fields=["closed_at"])
        _tell("kiosk.closed", kiosk, kiosk.shift, actor, at)
    return kiosk


@scope.command
def scan_at_kiosk(*, kiosk_pass: str, text: str, client_id: UUID, at: datetime) -> Signup:
    """Somebody holds their card before the kiosk, or types its code."""
    kiosk = kiosk_of(kiosk_pass)
    if kiosk is None or not kiosk.is_open(at):
        raise Unknown("kiosk_closed", _("This kiosk is closed."))
    return by_card(
        kiosk.shift,
        text,
        client_id=client_id,
        means=Means.KIOSK,
        by=kiosk.opened_by,
        by_office=True,
        at=at,
    )


def kiosk_of(kiosk_pass: str) -> Kiosk | None:
    """The kiosk that a signed pass is for."""
    code = passes.code_of("kiosk", kiosk_pass)
    if code is None:
        return None
    known = Kiosk.objects.select_related("shift__activity__place", "opened_by")
    return known.filter(code=code).first()


def _tell(verb: str, kiosk: Kiosk, shift: Shift, actor: Person, at: datetime) -> None:
    journal.record(
        verb, kiosk, actor=actor, at=at, where=shift.activity.division_id,
        on=clock.local_date(shift.starts_at),
    )  # fmt: skip
