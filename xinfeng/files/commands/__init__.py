"""Every write in this room. Called by upper rooms' commands, which have asked permission."""

from .erasing import erase, sweep
from .keeping import keep, keep_all
from .stripping import strip

__all__ = ["erase", "keep", "keep_all", "strip", "sweep"]
