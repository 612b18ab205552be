"""Every write in this room. One function, one transaction, one journal entry."""

from .attendance import check_in, check_out
from .programme import NewActivity, NewShift, announce, call_off, enter_records, hold
from .signups import cancel, sign_up

__all__ = [
    "NewActivity",
    "NewShift",
    "announce",
    "call_off",
    "cancel",
    "check_in",
    "check_out",
    "enter_records",
    "hold",
    "sign_up",
]
