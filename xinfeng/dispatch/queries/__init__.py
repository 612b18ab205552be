"""What pages and other rooms read of orders, plans and offers."""

from .candidates import Candidate, Candidates, best_for
from .menu import Menu, may_open_kiosk, menu, offered, villages_called, villages_within

__all__ = [
    "Candidate",
    "Candidates",
    "Menu",
    "best_for",
    "may_open_kiosk",
    "menu",
    "offered",
    "villages_called",
    "villages_within",
]
