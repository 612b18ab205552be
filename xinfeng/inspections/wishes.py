"""What somebody asks of this room, as pure values."""

from dataclasses import dataclass

from .models import Verdict


@dataclass(frozen=True)
class Found:
    """What was found for one line: a verdict, or what was counted, from which it follows."""

    line: str
    verdict: Verdict | None = None
    value: int | None = None
    note: str = ""
    # Of so many, where a share is asked for.
    out_of: int | None = None
