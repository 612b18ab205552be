"""What waits for a reviewer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from xinfeng.base import scope
from xinfeng.base.scope import Span
from xinfeng.filing.models import Paper, PaperQuerySet, PaperState

PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """A page of papers, the longest waiting first; `after` opens the next page."""

    papers: Sequence[Paper]
    after: int | None


def waiting(spans: Sequence[Span], not_of: Collection[int], after: int | None) -> Waiting:
    """Papers of units under these spans, but none of the reviewer's own units."""
    found = (
        to_review(spans, not_of)
        .select_related("task", "task__unit", "task__standard", "filed_by")
        .defer("task__standard__document")
        .order_by("pk")
    )
    if after is not None:
        found = found.filter(pk__gt=after)
    page = list(found[: PAGE + 1])
    return Waiting(page[:PAGE], page[PAGE - 1].pk if len(page) > PAGE else None)


def to_review(spans: Sequence[Span], not_of: Collection[int]) -> PaperQuerySet:
    """Every paper that waits for a reviewer with this reach and these own units."""
    reach = scope.reached(spans, "task__unit__division_id")
    rows = Paper.objects.filter(reach, state=PaperState.FILED, task__ended_at=None)
    return rows.exclude(task__unit_id__in=not_of)
