"""How rounds and units stand, in few words: for pages that join several rooms."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, Q

from xinfeng.base import scope
from xinfeng.base.figures import Span
from xinfeng.inspections.models import (
    Inspector,
    Intake,
    IntakeState,
    Reading,
    Round,
    RoundPoint,
    RoundScore,
    RoundState,
    ScoreScope,
    Verdict,
    VisitState,
)
from xinfeng.inspections.tree import Line
from xinfeng.units.models import Point

from .results import Question

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
    # What phones sent for it and what does not count by itself.
    not_counted: int = 0

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
    """The rounds of these offices that are not published yet, the earliest end first."""
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
        sent = Intake.objects.filter(round__in=found, state=IntakeState.NOT_COUNTED)
        waits = sent.values("round").annotate(n=Count("pk")).order_by("round")
        for each in waits:
            found[each["round"]].not_counted = each["n"]
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


@dataclass(frozen=True)
class VisitTo:
    """A point in one round, and how its lines were read there."""

    point: RoundPoint
    verdicts: Mapping[str, int]

    def of(self, verdict: Verdict) -> int:
        return self.verdicts.get(verdict, 0)


def visits_to(point: Point) -> list[VisitTo]:
    """Every round that drew a point, the newest first; whoever calls asks which may be seen."""
    with scope.whole_city():
        rows = list(
            RoundPoint.objects.filter(point=point)
            .exclude(state=VisitState.REPLACED)
            .select_related("round")
            .defer("round__frame")
            .order_by("-round__since", "-pk")
        )
        newest = Reading.objects.filter(round_point__in=rows).newest()
        counts: dict[int, Counter[str]] = defaultdict(Counter)
        for round_point_id, verdict in newest.values_list("round_point_id", "verdict"):
            counts[round_point_id][verdict] += 1
    return [VisitTo(row, counts[row.pk]) for row in rows]


@dataclass(frozen=True)
class LineOfUnit:
    """One check line at the points of a unit in one round, summed up."""

    line: Line
    asked: int
    met: int
    not_met: int
    not_applicable: int

    @property
    def not_known(self) -> int:
        return self.asked - self.met - self.not_met - self.not_applicable


def lines_of_unit(told: Iterable[Question]) -> list[LineOfUnit]:
    """From every question of a unit what each line comes to, in the order of the document."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    lines: dict[str, Line] = {}
    for each in told:
        lines[each.line.code] = each.line
        counts[each.line.code][each.verdict] += 1
    return [
        LineOfUnit(
            lines[code], count.total(), count[Verdict.MET], count[Verdict.NOT_MET],
            count[Verdict.NOT_APPLICABLE],
        )
        for code, count in sorted(counts.items())
    ]  # fmt: skip
