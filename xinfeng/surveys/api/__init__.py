"""The interface of surveys: the same commands and refusals as the pages."""

from . import fielding, questionnaires, results
from .routing import router

__all__ = ["fielding", "questionnaires", "results", "router"]
