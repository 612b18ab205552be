"""A round's pure part: the draw, the ways, the score, and what is best put right.

Pure values in, pure values out: no database, no clock, no chance but the seed.
"""

from .drawing import Drawn, Frame, draw
from .improving import Improvement, OpenLine, improve
from .intervals import Estimate
from .routes import Inspectors, NobodyMay, Points, Routes, assign
from .scoring import Lines, Readings, Scope, Scored, Total, Visited, score, total

__all__ = [
    "Drawn",
    "Estimate",
    "Frame",
    "Improvement",
    "Inspectors",
    "Lines",
    "NobodyMay",
    "OpenLine",
    "Points",
    "Readings",
    "Routes",
    "Scope",
    "Scored",
    "Total",
    "Visited",
    "assign",
    "draw",
    "improve",
    "score",
    "total",
]
