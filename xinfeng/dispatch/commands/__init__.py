"""Every write in this room. One function, one transaction, one journal entry."""

from .menu import renew_menu
from .planning import (
    ask_for_plan,
    begin_plan,
    fail_plan,
    finish_plan,
    keep_proposals,
)

__all__ = [
    "ask_for_plan",
    "begin_plan",
    "fail_plan",
    "finish_plan",
    "keep_proposals",
    "renew_menu",
]
