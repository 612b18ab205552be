"""One for all modules of this room, and the values that several of them speak of."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from ninja import Router
from pydantic import StringConstraints

from xinfeng.inspections.models import RoundState, ScoreScope, Verdict, VisitState

router = Router(tags=["standards and rounds"])
T = TypeVar("T")
PAGE = 50


def _among(*values: str) -> StringConstraints:
    return StringConstraints(pattern=f"^({'|'.join(values)})$")


Stage = Annotated[str, _among(*RoundState.values)]
Seen = Annotated[str, _among(*VisitState.values)]
Found = Annotated[str, _among(*Verdict.values)]
ScoredBy = Annotated[str, _among(*ScoreScope.values)]
RoundCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,20}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,40}$")]
# Identities: within what the database holds.
LARGEST = 2**63 - 1


def page_of(rows: Sequence[T], key_of: Callable[[T], int]) -> tuple[list[T], str | None]:
    """The first page of rows that came in the order of their keys, and where it goes on."""
    page = list(rows[:PAGE])
    return page, str(key_of(page[-1])) if len(rows) > PAGE else None
