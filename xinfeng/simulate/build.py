"""The door of this room: `build` makes a city, `SignIn` says who may enter it."""

from .cast import SignIn
from .commands import build

__all__ = ["SignIn", "build"]
