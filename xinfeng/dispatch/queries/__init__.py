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
from .serving import Asked, ServedOrder, Serving, served_order, serving
from .tracking import MyOrders, Tracked, key_of, my_orders, split, tracked

__all__ = [
    "Asked",
    "Candidate",
    "Candidates",
    "Menu",
    "MyOrders",
    "ServedOrder",
    "Serving",
    "Tracked",
    "best_for",
    "key_of",
    "may_enter",
    "may_open_kiosk",
    "menu",
    "my_orders",
    "offered",
    "served_order",
    "serving",
    "split",
    "tracked",
    "villages_called",
    "villages_within",
]
