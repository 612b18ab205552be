"""The interface of surveys: the same commands and refusals as the pages."""

from . import questionnaires, results
from .routing import router

__all__ = ["questionnaires", "results", "router"]
