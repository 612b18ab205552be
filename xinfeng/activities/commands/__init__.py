"""Every write in this room. One function, one transaction, one journal entry."""

from .attendance import cancel, check_in, check_out, sign_up
from .programme import NewActivity, NewShift, announce, call_off, enter_records, hold

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
