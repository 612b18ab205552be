"""What comes with the answers of one sheet, whichever way they were asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# Whoever leaves the page open over night tells nothing by it.
LONGEST_SECONDS = 6 * 3600
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Sheet:
    """The answers as they were sent, and how the sheet was shown."""

    answers: Mapping[str, Any]
    language: str = "zh"
    arrangement: int = 0
    # From the first question to the last, as the page or the phone counted it.
    seconds: int | None = None
    # Of how many adults of the household one was chosen.
    adults: int | None = None
    # Only the surveyor's phone tells them.
    started_at: datetime | None = None
    ended_at: datetime | None = None
    is_complete: bool = True

    @property
    def believable_seconds(self) -> int | None:
        if self.seconds is None or not 0 <= self.seconds <= LONGEST_SECONDS:
            return None
        return self.seconds
