"""From the rows of a round to the pure score, and back to rows."""

from collections.abc import Mapping, Sequence

import numpy as np

from . import reading
from .models import Reading, Round, RoundPoint, RoundScore, Verdict, VisitState
from .rounds import Lines, Readings, Scope, Scored, Visited, score
from .tree import NO_TIER, Line

E4 = 10_000
_MET = {Verdict.MET: 1.0, Verdict.NOT_MET: 0.0, Verdict.NOT_KNOWN: np.nan}


def points_of(found: Round) -> list[RoundPoint]:
    """What the round judges: everything drawn but what another point took the place of."""
    return list(
        RoundPoint.objects.filter(round=found)
        .exclude(state=VisitState.REPLACED)
        .select_related("unit")
        .order_by("pk")
    )


def newest_readings(found: Round) -> Mapping[tuple[int, str], str]:
    """(round point, line) → verdict."""
    rows = Reading.objects.filter(round_point__round=found).newest()
    return {
        (point, line): verdict
        for point, line, verdict in rows.values_list("round_point_id", "line", "verdict")
    }


def score_of(found: Round) -> list[Scored]:
    """Every line read at a point's type applies there, unless somebody said otherwise."""
    tree = reading.tree_of(found.standard)
    lines = [line for line in tree.lines.values() if line.field is not None]
    points, newest = points_of(found), newest_readings(found)
    return score(
        Visited(
            area=[str(each.county) for each in points],
            unit=[each.unit.code for each in points],
            type=[each.type for each in points],
            stands_for=np.array([each.stands_for for each in points], dtype=float),
        ),
        Lines(
            code=[line.code for line in lines],
            method=[line.method.value for line in lines],
            worth=np.array([worth(line) for line in lines], dtype=float),
            module=[tree.module_of.get(line.code, "") for line in lines],
        ),
        _readings(points, lines, newest),
    )


def worth(line: Line) -> int:
    return line.weight[NO_TIER]


def _readings(
    points: Sequence[RoundPoint], lines: Sequence[Line], newest: Mapping[tuple[int, str], str]
) -> Readings:
    of_type: dict[str, list[tuple[int, str]]] = {}
    for kind in {each.type for each in points}:
        of_type[kind] = [
            (i, line.code)
            for i, line in enumerate(lines)
            if line.field is not None and kind in line.field.types
        ]
    at: list[int] = []
    of: list[int] = []
    met: list[float] = []
    for row, each in enumerate(points):
        for i, code in of_type[each.type]:
            verdict = newest.get((each.pk, code), Verdict.NOT_KNOWN)
            if verdict != Verdict.NOT_APPLICABLE:
                at.append(row)
                of.append(i)
                met.append(_MET[Verdict(verdict)])
    return Readings(
        np.array(at, dtype=np.int64), np.array(of, dtype=np.int64), np.array(met, dtype=float)
    )


def row_of(found: Round, each: Scored) -> RoundScore:
    """A row, to a ten-thousandth; the interval is rounded outwards, never inwards."""
    return RoundScore(
        round=found, scope=_SCOPES[each.scope], key=each.key, points=each.points, n=each.n,
        known=each.known, met=each.met,
        score_e4=None if each.share is None else round(each.share * E4),
        low_e4=None if each.low is None else min(int(each.low * E4), round(_at(each) * E4)),
        high_e4=None if each.high is None
        else max(min(E4, -int(-each.high * E4 // 1)), round(_at(each) * E4)),
        rank=each.rank, rank_to=each.rank_to, tied_with=list(each.tied),
    )  # fmt: skip


def _at(each: Scored) -> float:
    assert each.share is not None, "an interval without a share"
    return each.share


_SCOPES = {scope: scope.value for scope in Scope}
