"""What each page of this room shows, put together from what the queries read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xinfeng.base import figures, scope
from xinfeng.base.figures import Row, Span, Window
from xinfeng.places.models import Place

from . import due, explaining, periods, queries, reading
from .due import Due
from .models import Evaluation, Result, Score, Standard, Verdict
from .tree import Content, Line, Project, Tree

SHOWN_ROWS = 20


@dataclass(frozen=True)
class Judged:
    """One line of a scorecard: what is asked, what was found, what follows."""

    line: Line
    result: Result
    wanted: str
    found: str
    weight: int

    @property
    def verdict(self) -> str:
        return self.result.verdict


@dataclass(frozen=True)
class Part:
    """One project of a scorecard with its contents and lines."""

    project: Project
    weight: int
    score: Score | None
    contents: Sequence[tuple[Content, Sequence[Judged]]]


@dataclass(frozen=True)
class Scorecard:
    """One place judged by one evaluation."""

    place: Place
    evaluation: Evaluation
    tree: Tree
    whole: Score | None
    parts: Sequence[Part]

    @property
    def standard(self) -> Standard:
        return self.evaluation.standard

    @property
    def period(self) -> str:
        return periods.written(self.evaluation.window)

    @property
    def lines(self) -> list[Judged]:
        return [each for part in self.parts for _c, judged in part.contents for each in judged]

    @property
    def not_met(self) -> list[Judged]:
        """What weighs most comes first."""
        return self._with(Verdict.NOT_MET)

    @property
    def not_known(self) -> list[Judged]:
        return self._with(Verdict.NOT_KNOWN)

    def _with(self, verdict: str) -> list[Judged]:
        found = [each for each in self.lines if each.verdict == verdict]
        return sorted(found, key=lambda each: -each.weight)


def scorecard(evaluation: Evaluation, place: Place) -> Scorecard:
    tree = reading.tree_of(evaluation.standard)
    results = queries.results_of(evaluation, place)
    scores = queries.scores_of(evaluation, place)
    parts = [
        Part(
            project,
            project.weight[place.tier],
            scores.get(project.code),
            _contents(project, results, place.tier),
        )
        for project in tree.projects
        if place.tier in project.weight
    ]
    return Scorecard(place, evaluation, tree, scores.get(""), parts)


def _contents(
    project: Project, results: dict[str, Result], tier: str
) -> list[tuple[Content, list[Judged]]]:
    found = []
    for content in project.contents:
        judged = [
            judged_line(line, results[line.code], tier)
            for line in content.lines
            if line.applies_to(tier) and line.code in results
        ]
        if judged:
            found.append((content, judged))
    return found


def judged_line(line: Line, result: Result, tier: str) -> Judged:
    return Judged(
        line,
        result,
        explaining.wanted(line, tier),
        explaining.found(line, result),
        line.weight[tier],
    )


@dataclass(frozen=True)
class LinePage:
    """One line of one place down to the rows that decided it."""

    place: Place
    evaluation: Evaluation
    tree: Tree
    judged: Judged
    figure: figures.Figure
    window: Window
    rows: Sequence[Row]
    rows_are_open: bool
    history: Sequence[tuple[Result, str]]

    @property
    def period(self) -> str:
        return periods.written(self.evaluation.window)

    @property
    def more_rows(self) -> int:
        return int(self.judged.result.evidence["rows"]) - len(self.rows)


def line_page(
    evaluation: Evaluation, place: Place, code: str, *, person_id: int | None, spans: list[Span]
) -> LinePage | None:
    tree = reading.tree_of(evaluation.standard)
    line = tree.lines.get(code)
    past = queries.history_of(evaluation, place, code)
    shown = next((each for each in past if each.evaluation_id <= evaluation.pk), None)
    if line is None or shown is None or not line.applies_to(place.tier):
        return None
    asked = shown.evidence
    figure = figures.get(asked["figure"])
    window = Window(date.fromisoformat(asked["since"]), date.fromisoformat(asked["until"]))
    return LinePage(
        place=place,
        evaluation=evaluation,
        tree=tree,
        judged=judged_line(line, shown, place.tier),
        figure=figure,
        window=window,
        rows=_rows(figure, window, place, person_id, spans),
        rows_are_open=_opens(figure, place, spans),
        history=[(result, explaining.found(line, result)) for result in past],
    )


def _opens(figure: figures.Figure, place: Place, spans: list[Span]) -> bool:
    return not figure.personal or any(lo <= place.division_id < hi for lo, hi in spans)


def _rows(
    figure: figures.Figure,
    window: Window,
    place: Place,
    person_id: int | None,
    spans: list[Span],
) -> list[Row]:
    if not figure.personal:
        return figures.rows(figure.name, window, unit_id=place.pk, limit=SHOWN_ROWS)
    if not _opens(figure, place, spans):
        return []
    with scope.reading(person_id=person_id, spans=spans):
        return figures.rows(figure.name, window, unit_id=place.pk, limit=SHOWN_ROWS)


@dataclass(frozen=True)
class PlaceWorklist:
    """A keeper's first page: what is due now, and what was not met when last judged."""

    place: Place
    due: Sequence[Due]
    card: Scorecard | None

    @property
    def open_items(self) -> list[Due]:
        return [each for each in self.due if not each.is_done]

    @property
    def done_items(self) -> list[Due]:
        return [each for each in self.due if each.is_done]

    @property
    def to_mend(self) -> list[Judged]:
        """Not met first, then what nobody entered; entries are asked for above."""
        return [] if self.card is None else [*self.card.not_met, *self.card.not_known]


def place_worklist(place: Place, *, today: date) -> PlaceWorklist:
    evaluation = queries.newest_evaluation()
    if evaluation is None:
        return PlaceWorklist(place, [], None)
    tree = reading.tree_of(evaluation.standard)
    filings = queries.filings_of(place, due.earliest(today))
    return PlaceWorklist(
        place,
        due.due(tree, place.tier, filings, today),
        scorecard(evaluation, place),
    )


@dataclass(frozen=True)
class WeakLine:
    line: Line
    not_met: int
    not_known: int


@dataclass(frozen=True)
class AreaWorklist:
    """An office's list: which lines fail in most places, and which places come first."""

    evaluation: Evaluation
    tree: Tree
    weak: Sequence[WeakLine]
    weakest: queries.Weakest

    @property
    def period(self) -> str:
        return periods.written(self.evaluation.window)


def area_worklist(
    span: Span, *, line: str, verdict: str, after: queries.After | None
) -> AreaWorklist | None:
    evaluation = queries.newest_evaluation()
    if evaluation is None:
        return None
    tree = reading.tree_of(evaluation.standard)
    weak = [
        WeakLine(tree.lines[each.line], each.not_met, each.not_known)
        for each in queries.weak_lines(evaluation, span)
        if each.line in tree.lines
    ]
    found = queries.weakest(evaluation, span, line=line, verdict=verdict, after=after)
    return AreaWorklist(evaluation, tree, weak, found)
