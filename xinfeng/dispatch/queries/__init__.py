"""What pages and other rooms read of orders, plans and offers."""

from .candidates import Candidate, Candidates, best_for
from .menu import (
    Menu,
    may_enter,
    may_open_kiosk,
    menu,
    offered,
    villages_called,
    villages_within,
)
from .tracking import MyOrders, Tracked, key_of, my_orders, split, tracked

__all__ = [
    "Candidate",
    "Candidates",
    "Menu",
    "MyOrders",
    "Tracked",
    "best_for",
    "key_of",
    "may_enter",
    "may_open_kiosk",
    "menu",
    "my_orders",
    "offered",
    "split",
    "tracked",
    "villages_called",
    "villages_within",
]
