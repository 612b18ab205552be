"""The code at the door, for a page of an upper room that decided who may show it.

The resident who is visited, or whoever keeps the class, shows it instead of a leader's screen.
Whoever holds the page holds the code: the upper room answers for who sees it.
"""

from dataclasses import dataclass
from datetime import datetime

from xinfeng.activities import door
from xinfeng.activities.attending import CHECK_OUT_GRACE
from xinfeng.activities.models import ActivityState, Shift


@dataclass(frozen=True, slots=True)
class DoorCode:
    """What the door of a shift shows now, and from when to when it shows anything."""

    # To be put behind the site's own address, in capitals, for `activities.drawing.qr`.
    path: str
    digits: str
    opens_at: datetime
    closes_at: datetime
    is_open: bool


def door_code(shift_id: int, at: datetime) -> DoorCode | None:
    """None: there is no such shift, or it will not take place."""
    shift = Shift.objects.select_related("activity").filter(pk=shift_id).first()
    if shift is None or shift.activity.state != ActivityState.ANNOUNCED:
        return None
    opens_at, closes_at = shift.check_in_opens_at, shift.ends_at + CHECK_OUT_GRACE
    is_open = opens_at <= at < closes_at
    code = shift.activity.code
    return DoorCode(
        # Nothing to copy in advance: before and after there is no code at all.
        path=f"/C/{door.shown(code, at)}" if is_open else "",
        digits=door.digits_shown(code, at) if is_open else "",
        opens_at=opens_at,
        closes_at=closes_at,
        is_open=is_open,
    )
