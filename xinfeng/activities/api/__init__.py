"""What is on, one's place on it, the roster, and one's devices, over the interface."""

from . import devices, leading, offers
from .schemas import router

__all__ = ["devices", "leading", "offers", "router"]
