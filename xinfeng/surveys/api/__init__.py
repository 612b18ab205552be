"""The interface of surveys: the same commands and refusals as the pages."""

from . import answering, fielding, questionnaires, results
from .routing import router

__all__ = ["answering", "fielding", "questionnaires", "results", "router"]
