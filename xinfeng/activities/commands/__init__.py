"""Every write in this room. One function, one transaction, one journal entry."""

from xinfeng.activities.wishes import NewActivity, NewPost, NewShift, Plan

from .announcing import announce, draft, publish, rewrite
from .attendance import Roll, call_roll, check_in, check_out
from .calendars import end_calendar, link_calendar
from .cards import issue_card, revoke_card, scan_card
from .devices import register_device, revoke_device
from .doors import scan, type_digits
from .kiosks import close_kiosk, open_kiosk, scan_at_kiosk
from .programme import call_off, close_left_over, enter_records, hold, remind_leader
from .projects import add_programme, end_project, start_project
from .receiving import receive
from .reminding import ask_for_reviews
from .series import call_off_rest, copy, repeat
from .shifts import (
    add_post,
    add_shift,
    drop_post,
    drop_shift,
    move_shift,
    resize_post,
    resize_shift,
)
from .signups import book, cancel, close_register, excuse, remind_shift, sign_up

__all__ = [
    "NewActivity",
    "NewPost",
    "NewShift",
    "Plan",
    "Roll",
    "add_post",
    "add_programme",
    "add_shift",
    "announce",
    "ask_for_reviews",
    "book",
    "call_off",
    "call_off_rest",
    "call_roll",
    "cancel",
    "check_in",
    "check_out",
    "close_kiosk",
    "close_left_over",
    "close_register",
    "copy",
    "draft",
    "drop_post",
    "drop_shift",
    "end_calendar",
    "end_project",
    "enter_records",
    "excuse",
    "hold",
    "issue_card",
    "link_calendar",
    "move_shift",
    "open_kiosk",
    "publish",
    "receive",
    "register_device",
    "remind_leader",
    "remind_shift",
    "repeat",
    "resize_post",
    "resize_shift",
    "revoke_card",
    "revoke_device",
    "rewrite",
    "scan",
    "scan_at_kiosk",
    "scan_card",
    "sign_up",
    "start_project",
    "type_digits",
]
