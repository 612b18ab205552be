"""What is on, one's place on it, and the roster, over the interface."""

from . import leading, offers
from .schemas import router

__all__ = ["leading", "offers", "router"]
