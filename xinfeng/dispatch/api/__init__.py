"""The interface of orders: the same commands and refusals as the pages."""

from . import ordering, serving
from .routing import router

__all__ = ["ordering", "router", "serving"]
