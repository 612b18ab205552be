"""The interface of standards and rounds: the same commands and refusals as the pages."""

from . import results, rounds, standards, steps, visits
from .routing import router

__all__ = ["results", "rounds", "router", "standards", "steps", "visits"]
