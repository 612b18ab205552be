"""The door of this room: `build` makes a city; `Made` says who enters it and what is false."""

from .cast import SignIn
from .city import Made
from .commands import build

__all__ = ["Made", "SignIn", "build"]
