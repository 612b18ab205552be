"""A closed round becomes a score, and the score is made public."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.inspections import counting, reading, surveyed
from xinfeng.inspections.models import Round, RoundScore, RoundState
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .rounds import locked, record

journal.declare(
    {
        "round.scored": gettext_lazy("scored a round of inspection"),
        "round.published": gettext_lazy("published the result of a round"),
    }
)


@scope.command
def score_round(*, round_id: int, actor: Person, at: datetime) -> Round:
    """Count the newest readings; before the result is public it can be counted again."""
    found = locked(round_id, actor, at)
    if found.state != RoundState.SCORED:
        found.move_to(RoundState.SCORED)
    rows = [counting.row_of(found, each) for each in counting.score_of(found)]
    rows += surveyed.rows_of(found, reading.tree_of(found.standard))
    RoundScore.objects.filter(round=found).delete()
    RoundScore.objects.bulk_create(rows)
    found.scored_at = at
    found.save(update_fields=["state", "scored_at"])
    record("round.scored", found, actor, at, rows=len(rows))
    return found


@scope.command
def publish_round(*, round_id: int, actor: Person, at: datetime) -> Round:
    """Everybody sees the ranking with its intervals; from now on it never changes."""
    found = locked(round_id, actor, at)
    if found.state == RoundState.PUBLISHED:
        return found
    found.move_to(RoundState.PUBLISHED)
    found.published_by, found.published_at = actor, at
    found.save(update_fields=["state", "published_by", "published_at"])
    journal.record(
        "round.published", found, actor=actor, at=at, where=found.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
    return found
