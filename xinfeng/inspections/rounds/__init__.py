"""A round's pure part: which points are drawn, and who visits them.

Pure values in, pure values out: no database, no clock, no chance but the seed.
"""

from .drawing import Drawn, Frame, TooFew, draw
from .routes import Inspectors, Points, Routes, assign

__all__ = ["Drawn", "Frame", "Inspectors", "Points", "Routes", "TooFew", "assign", "draw"]
