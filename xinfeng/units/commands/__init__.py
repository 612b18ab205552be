"""Every write in this room. One function, one transaction, one journal entry."""

from .types import renew_point_types

__all__ = ["renew_point_types"]
