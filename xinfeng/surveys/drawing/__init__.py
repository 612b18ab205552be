"""The draw: communities by size, households in them, one adult at the door.

Pure values in, pure values out, no chance but the seed: whoever has frame, seed and SHA-256
draws the same. Every unit keeps the chance that it had.
"""

from .adults import Adult, Birthday, by_birthday, by_kish
from .communities import Chosen, draw_communities
from .frame import Community, Frame
from .households import Way, draw_households
from .numbered import Numbered
from .sample import Drawn, Sample, draw

__all__ = [
    "Adult",
    "Birthday",
    "Chosen",
    "Community",
    "Drawn",
    "Frame",
    "Numbered",
    "Sample",
    "Way",
    "by_birthday",
    "by_kish",
    "draw",
    "draw_communities",
    "draw_households",
]
