"""The interface of the night school: the same commands and refusals as the pages."""

from . import arranging, changing, learning
from .routing import router

__all__ = ["arranging", "changing", "learning", "router"]
