"""How rounds and units stand, in few words: for pages that join several rooms."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, Q

from xinfeng.base import scope
from xinfeng.base.figures import Span
from xinfeng.inspections.models import (
    Inspector,
    Round,
    RoundPoint,
    RoundScore,
    RoundState,
    ScoreScope,
    VisitState,
)

_GOING = (
    RoundState.PLANNED,
    RoundState.DRAWN,
    RoundState.IN_FIELD,
    RoundState.CLOSED,
    RoundState.SCORED,
)


class NextStep(StrEnum):
    """What whoever holds a round does next."""

    DRAW = "DRAW"
    NAME = "NAME"
    WAIT = "WAIT"
    OPEN = "OPEN"
    VISIT = "VISIT"
    CLOSE = "CLOSE"
    SCORE = "SCORE"
    PUBLISH = "PUBLISH"


_STEP_OF = {
    RoundState.PLANNED: NextStep.DRAW,
    RoundState.CLOSED: NextStep.SCORE,
    RoundState.SCORED: NextStep.PUBLISH,
}


@dataclass
class Going:
    """A round that is under way, with how far its visits are."""

    round: Round
    points: int = 0
    visited: int = 0
    unassigned: int = 0
    inspectors: int = 0

    def next_step(self, today: date) -> NextStep:
        state = RoundState(self.round.state)
        if state in _STEP_OF:
            return _STEP_OF[state]
        if state == RoundState.DRAWN:
            if not self.inspectors:
                return NextStep.NAME
            return NextStep.WAIT if self.unassigned else NextStep.OPEN
        is_over = self.visited >= self.points or self.round.until <= today
        return NextStep.CLOSE if is_over else NextStep.VISIT


def going_rounds(spans: Sequence[Span]) -> list[Going]:
    """The rounds of these offices that are not over yet, the earliest end first; 3 queries."""
    rows = Round.objects.defer("frame").filter(scope.reached(spans), state__in=_GOING)
    found = {each.pk: Going(each) for each in rows.order_by("until", "pk")}
    with scope.whole_city():
        counts = (
            RoundPoint.objects.filter(round__in=found)
            .exclude(state=VisitState.REPLACED)
            .values("round")
            .annotate(
                n=Count("pk"),
                seen=Count("pk", filter=Q(state=VisitState.VISITED)),
                free=Count("pk", filter=Q(inspector=None)),
            )
            .order_by("round")
        )
        named = Inspector.objects.filter(round__in=found).values("round")
        inspectors = {
            row["round"]: row["n"] for row in named.annotate(n=Count("pk")).order_by("round")
        }
        for row in counts:
            going = found[row["round"]]
            going.points, going.visited = row["n"], row["seen"]
            going.unassigned = row["free"]
    for pk, n in inspectors.items():
        found[pk].inspectors = n
    return list(found.values())


def ways_of(person_id: int) -> list[Going]:
    """Where somebody is sent while the field is open, with their own share of the points."""
    with scope.reading(person_id=person_id, spans=[]):
        rows = (
            RoundPoint.objects.filter(person=person_id, round__state=RoundState.IN_FIELD)
            .exclude(state=VisitState.REPLACED)
            .values("round")
            .annotate(n=Count("pk"), seen=Count("pk", filter=Q(state=VisitState.VISITED)))
            .order_by("round")
        )
        counts = {row["round"]: (row["n"], row["seen"]) for row in rows}
    rounds = Round.objects.defer("frame").filter(pk__in=counts).order_by("until", "pk")
    return [Going(each, *counts[each.pk]) for each in rounds]


@dataclass(frozen=True)
class Placed:
    """How a unit or a county came out of one published round, among how many ranked."""

    row: RoundScore
    ranked: int

    @property
    def round(self) -> Round:
        return self.row.round


def placed(
    scope_of: ScoreScope, keys: Collection[str], *, each: int
) -> dict[str, list[Placed]]:
    """By key the newest published results, at most so many of each; two queries."""
    rows = (
        RoundScore.objects.filter(
            scope=scope_of, key__in=keys, round__state=RoundState.PUBLISHED
        )
        .select_related("round")
        .defer("round__frame")
        .order_by("-round__published_at", "-round_id", "pk")
    )
    found: dict[str, list[RoundScore]] = defaultdict(list)
    for row in rows:
        if len(found[row.key]) < each:
            found[row.key].append(row)
    ranked = _ranked(scope_of, {row.round_id for kept in found.values() for row in kept})
    return {
        key: [Placed(row, ranked.get(row.round_id, 0)) for row in kept]
        for key, kept in found.items()
    }


def _ranked(scope_of: ScoreScope, round_ids: Iterable[int]) -> dict[int, int]:
    rows = (
        RoundScore.objects.filter(round__in=list(round_ids), scope=scope_of, rank__isnull=False)
        .values("round")
        .annotate(n=Count("pk"))
        .order_by("round")
    )
    return {row["round"]: row["n"] for row in rows}
