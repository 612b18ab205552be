"""The interface of units and points: the same commands and refusals as the pages."""

from . import points, units
from .routing import router

__all__ = ["points", "router", "units"]
