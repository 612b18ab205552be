"""How a scored round stands: the ranking, one unit's result, and what is best put right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, Subquery

from xinfeng.base import scope
from xinfeng.inspections import counting, reading
from xinfeng.inspections.models import (
    Reading,
    Round,
    RoundPoint,
    RoundScore,
    RoundState,
    ScoreScope,
    Verdict,
    VisitState,
)
from xinfeng.inspections.rounds import Estimate, Improvement, OpenLine, Total, improve, total
from xinfeng.inspections.rounds.scoring import METHODS, YEARS
from xinfeng.inspections.tree import Line, Method
from xinfeng.units.models import PointType, Unit

from .rounds import division_names

E4 = counting.E4
_KNOWN = (Verdict.MET, Verdict.NOT_MET)


@dataclass(frozen=True)
class Told:
    """One row of a result with its name."""

    row: RoundScore
    name: str

    @property
    def key(self) -> str:
        return self.row.key


@dataclass(frozen=True)
class Ranking:
    """The units of a round in the order of their scores."""

    units: list[Told]

    @property
    def ranked_units(self) -> list[Told]:
        return [each for each in self.units if each.row.rank is not None]

    @property
    def surely_apart(self) -> int:
        """Units that are not tied with all others."""
        everybody = len(self.ranked_units) - 1
        return sum(1 for each in self.ranked_units if len(each.row.tied_with) < everybody)


@dataclass(frozen=True)
class Newest(Ranking):
    """The newest published round of a division, as a board shows it."""

    code: str
    name: str
    # None: of a round without any reading.
    whole: RoundScore | None = None


@dataclass(frozen=True)
class Outcome(Ranking):
    """A round's result by everything it can be asked for."""

    whole: RoundScore
    areas: list[Told]
    types: list[Told]
    lines: list[Told]
    method_total: Total
    # What residents answered, as it stood at scoring; None: the standard asks them nothing.
    survey: RoundScore | None
    method_names: tuple[Method, ...]
    # By module what was seen of it on the spot; its gate is judged by all its lines.
    modules: list[Told]


def outcome_of(found: Round) -> Outcome | None:
    """None: it has not been scored."""
    rows: dict[str, list[RoundScore]] = {scope: [] for scope in ScoreScope.values}
    for row in RoundScore.objects.filter(round=found).order_by("pk"):
        rows[row.scope].append(row)
    if not rows[ScoreScope.ROUND]:
        return None
    tree = reading.tree_of(found.standard)
    areas = division_names([int(row.key) for row in rows[ScoreScope.AREA]])
    types = type_titles()
    units = dict(
        Unit.objects.filter(code__in=[row.key for row in rows[ScoreScope.UNIT]]).values_list(
            "code", "name"
        )
    )
    lines = {code: str(line.title) for code, line in tree.lines.items()}
    shares = {method.value: share for method, share in tree.methods.items()} or METHODS
    return Outcome(
        whole=rows[ScoreScope.ROUND][0],
        areas=_told(rows[ScoreScope.AREA], {str(code): name for code, name in areas.items()}),
        units=_told(rows[ScoreScope.UNIT], units),
        types=_told(rows[ScoreScope.TYPE], types),
        lines=_told(rows[ScoreScope.LINE], lines),
        method_total=_total_of(shares, rows[ScoreScope.METHOD]),
        survey=_survey_of(rows[ScoreScope.METHOD]),
        method_names=tuple(Method(name) for name in shares),
        modules=_told(
            rows[ScoreScope.MODULE], {each.code: str(each.title) for each in tree.modules}
        ),
    )


def type_titles() -> dict[str, str]:
    """The types of points by code, each in the reader's language."""
    return {each.code: each.title for each in PointType.objects.order_by("position", "pk")}


def _told(rows: Sequence[RoundScore], names: Mapping[str, str]) -> list[Told]:
    return [Told(row, names.get(row.key, row.key)) for row in rows]


def _total_of(shares: Mapping[str, int], rows: Sequence[RoundScore]) -> Total:
    """What the survey's lines leave open stays open in the total, too."""
    survey = _survey_of(rows)
    still_open = 0.0
    if survey is not None and survey.known < survey.n:
        still_open = ((survey.high_e4 or 0) - (survey.low_e4 or 0)) / E4
    known = {row.key: estimate_of(row) for row in rows}
    return total(shares, known, {Method.SURVEY.value: still_open})


def _survey_of(rows: Sequence[RoundScore]) -> RoundScore | None:
    return next((row for row in rows if row.key == Method.SURVEY), None)


def estimate_of(row: RoundScore) -> Estimate | None:
    if row.score_e4 is None:
        return None
    low = None if row.low_e4 is None else row.low_e4 / E4
    high = None if row.high_e4 is None else row.high_e4 / E4
    return Estimate(row.score_e4 / E4, low, high)


def cycle_of(found: Round) -> Total | None:
    """The years of the cycle so far, each by its newest published round; None: no year."""
    if found.cycle_year is None:
        return None
    cycle = reading.tree_of(found.standard).cycle
    weights = {str(year): share for year, share in enumerate(cycle, start=1)} or YEARS
    rows = (
        RoundScore.objects.filter(
            scope=ScoreScope.ROUND,
            round__division=found.division_id,
            round__cycle_year__isnull=False,
            round__cycle_year__lte=found.cycle_year,
        )
        .filter(Q(round__state=RoundState.PUBLISHED) | Q(round=found))
        .select_related("round")
        .order_by("round__since", "round__pk")
    )
    return total(weights, {str(row.round.cycle_year): estimate_of(row) for row in rows})


def newest_published(division_id: int) -> Newest | None:
    """The round that a division published last, in one query; None: it has published none."""
    newest = (
        Round.objects.filter(state=RoundState.PUBLISHED, division=division_id)
        .order_by("-published_at", "-pk")
        .values("pk")[:1]
    )
    rows = list(
        RoundScore.objects.filter(
            round=Subquery(newest), scope__in=[ScoreScope.UNIT, ScoreScope.ROUND]
        )
        .annotate(
            unit_name=Subquery(Unit.objects.filter(code=OuterRef("key")).values("name")[:1]),
            round_code=F("round__code"),
            round_name=F("round__name"),
        )
        .order_by("pk")
    )
    if not rows:
        return None
    units = [row for row in rows if row.scope == ScoreScope.UNIT]
    whole = next((row for row in rows if row.scope == ScoreScope.ROUND), None)
    told = [Told(row, row.unit_name or row.key) for row in units]
    return Newest(told, rows[0].round_code, rows[0].round_name, whole)


@dataclass(frozen=True)
class Question:
    """One line that was not met, or that nobody knows, at one point."""

    point: RoundPoint
    line: Line
    reading: Reading | None

    @property
    def verdict(self) -> Verdict:
        return Verdict.NOT_KNOWN if self.reading is None else Verdict(self.reading.verdict)


def questions(
    found: Round, *, unit_id: int | None = None, only: Sequence[str] = (Verdict.NOT_MET,)
) -> list[Question]:
    """What the round found, unit by unit and point by point; two queries."""
    mine = Q() if unit_id is None else Q(unit_id=unit_id)
    with scope.whole_city():
        points = list(
            RoundPoint.objects.filter(mine, round=found)
            .exclude(state=VisitState.REPLACED)
            .select_related("point__type", "unit")
            .order_by("unit__code", "point__code")
        )
        newest = {
            (each.round_point_id, each.line): each
            for each in Reading.objects.filter(round_point__in=points).newest()
        }
    tree = reading.tree_of(found.standard)
    told = [
        Question(point, line, newest.get((point.pk, line.code)))
        for point in points
        for line in tree.lines_at(point.type)
    ]
    return [each for each in told if each.verdict in only]


@dataclass(frozen=True)
class Plan:
    """What is best put right with so many hours, and why the line was drawn where it is."""

    improvement: Improvement
    chosen: list[tuple[Question, OpenLine]]
    open: int
    unsaid: int
    score: float
    # Open lines of modules, which are no part of this score.
    apart: int = 0


def what_if(found: Round, minutes: int, *, unit: Unit | None = None) -> Plan:
    """The open lines that gain most for so many person-minutes, for all or for one unit.

    A line gains what the score would rise by if it were met at that point and nothing else
    changed. Lines of which the standard says no effort cannot be weighed and are counted.
    """
    module_of = reading.tree_of(found.standard).module_of
    read = questions(found, unit_id=unit.pk if unit else None, only=_KNOWN)
    known = [each for each in read if each.line.code not in module_of]
    not_met = [each for each in known if each.verdict == Verdict.NOT_MET]
    scope_of, key = (ScoreScope.UNIT, unit.code) if unit else (ScoreScope.ROUND, "")
    row = RoundScore.objects.filter(round=found, scope=scope_of, key=key).first()
    # What all known readings together weigh: the denominator of the score.
    whole = sum(_weight(each) for each in known)
    said = [q for q in not_met if q.line.field and q.line.field.effort_minutes is not None]
    by_key = {(q.point.point.code, q.line.code): q for q in said}
    lines = [
        OpenLine(
            key=name,
            unit=q.point.unit.code,
            gain=100 * _weight(q) / whole,
            minutes=(q.line.field.effort_minutes or 0) if q.line.field else 0,
        )
        for name, q in by_key.items()
    ]
    found_best = improve(lines, minutes)
    return Plan(
        improvement=found_best,
        chosen=[(by_key[each.key], each) for each in found_best.chosen],
        open=len(not_met),
        unsaid=len(not_met) - len(said),
        score=100 * (row.score_e4 or 0) / E4 if row else 0.0,
        apart=sum(
            each.line.code in module_of and each.verdict == Verdict.NOT_MET for each in read
        ),
    )


def _weight(question: Question) -> float:
    return counting.worth(question.line) * question.point.stands_for


def verdict_counts(found: Round, unit: Unit) -> dict[str, int]:
    """How many readings of a unit say what."""
    with scope.whole_city():
        newest = Reading.objects.filter(
            round_point__round=found, round_point__unit=unit
        ).newest()
        rows = (
            Reading.objects.filter(pk__in=newest.values("pk"))
            .values("verdict")
            .annotate(n=Count("pk"))
            .order_by("verdict")
        )
        return {row["verdict"]: row["n"] for row in rows}


def units_in(found: Round) -> list[Unit]:
    """The units that a round has scored, in the order of the register."""
    keys = RoundScore.objects.filter(round=found, scope=ScoreScope.UNIT).values("key")
    return list(Unit.objects.filter(code__in=keys).in_reading_order())
