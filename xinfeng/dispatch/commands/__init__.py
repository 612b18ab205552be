"""Every write in this room. One function, one transaction, one journal entry."""

from .menu import renew_menu

__all__ = ["renew_menu"]
