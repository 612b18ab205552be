"""The interface of online filing: the same commands and refusals as the pages."""

from . import papers, sanctions, tasks
from .routing import router

__all__ = ["papers", "router", "sanctions", "tasks"]
