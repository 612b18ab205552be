"""The interface of orders: the same commands and refusals as the pages."""

from . import ordering
from .routing import router

__all__ = ["ordering", "router"]
