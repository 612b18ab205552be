"""One's own account, what one can do, and one's family, over the interface."""

from . import account, family, profile
from .routing import router

__all__ = ["account", "family", "profile", "router"]
