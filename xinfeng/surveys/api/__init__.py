"""The interface of surveys: the same commands and refusals as the pages."""

from . import results
from .routing import router

__all__ = ["results", "router"]
