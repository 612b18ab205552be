"""The interface of findings and snap reports: the same commands and refusals as the pages."""

from . import acts, deciding, lists, one, snaps
from .routing import router

__all__ = ["acts", "deciding", "lists", "one", "router", "snaps"]
