"""Units that are easy to mix up get a type, and their name in every field."""

from typing import NewType

Minutes = NewType("Minutes", int)
Permille = NewType("Permille", int)
