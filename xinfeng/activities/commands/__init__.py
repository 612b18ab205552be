"""Every write in this room. One function, one transaction, one journal entry."""

from .attendance import Roll, call_roll, check_in, check_out
from .devices import register_device, revoke_device
from .doors import scan, type_digits
from .programme import NewActivity, NewShift, announce, call_off, enter_records, hold
from .receiving import receive
from .signups import cancel, sign_up

__all__ = [
    "NewActivity",
    "NewShift",
    "Roll",
    "announce",
    "call_off",
    "call_roll",
    "cancel",
    "check_in",
    "check_out",
    "enter_records",
    "hold",
    "receive",
    "register_device",
    "revoke_device",
    "scan",
    "sign_up",
    "type_digits",
]
