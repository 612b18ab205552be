"""The interface of surveys: the same commands and refusals as the pages."""

from . import answering, checking, fielding, frames, planning, questionnaires, results, steps
from .routing import router

__all__ = [
    "answering",
    "checking",
    "fielding",
    "frames",
    "planning",
    "questionnaires",
    "results",
    "router",
    "steps",
]
