"""All open places judged by one standard over one period, in one pass."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from xinfeng.base import clock, scope
from xinfeng.base.figures import Grain, Window
from xinfeng.base.refusal import Refusal
from xinfeng.inspections import inputs, judging, periods, reading
from xinfeng.inspections.inputs import Judged, Question
from xinfeng.inspections.models import Evaluation, Score, Standard
from xinfeng.inspections.rules import Inputs, Outcome
from xinfeng.inspections.tree import Line, Tree
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .standards import locked, refuse_stranger

Key = tuple[int, str]


@scope.command
def evaluate(
    *, standard_id: int, period: str, actor: Person | None, at: datetime
) -> Evaluation:
    """Judge every open place; only results that differ from the newest ones are added."""
    started = perf_counter()
    refuse_stranger(actor, at)
    standard = locked(standard_id)
    whole = periods.read(period)
    window = _until_today(whole, at)
    tree = reading.tree_of(standard)
    if tree.grain != Grain.PLACE:
        raise Refusal(
            "standard_is_of_points",
            _("This standard is read at points in rounds; it does not judge places."),
        )
    work = _Work(tree, window)
    work.judge(inputs.open_places(window.as_of))
    former = _newest_hashes(standard, whole)
    evaluation = _begin(standard, whole, actor, at)
    evaluation.places = len(work.places)
    evaluation.judged = len(work.judged)
    evaluation.appended = _append(evaluation, work, former)
    _replace_scores(evaluation, work)
    evaluation.milliseconds = round(1000 * (perf_counter() - started))
    evaluation.save()
    journal.record(
        "standard.evaluated", evaluation, actor=actor, at=at, on=window.as_of,
        places=evaluation.places, judged=evaluation.judged, appended=evaluation.appended,
    )  # fmt: skip
    return evaluation


def _until_today(whole: Window, at: datetime) -> Window:
    tomorrow = clock.local_date(at) + timedelta(days=1)
    if whole.since >= tomorrow:
        raise Refusal(
            "period_has_not_begun", _("This period has not begun; nothing can be judged yet.")
        )
    return Window(whole.since, min(whole.until, tomorrow))


@dataclass(frozen=True, slots=True)
class _Judgement:
    """One line of one place, with everything that decided it."""

    place: Judged
    line: Line
    question: Question
    inputs: Inputs
    outcome: Outcome

    @property
    def inputs_hash(self) -> str:
        """Changes when, and only when, what decided the line changes."""
        read, outcome = self.inputs, self.outcome
        last = self.question.window.as_of.toordinal()
        text = (
            f"{self.line.digest}|{self.place.tier}|{read.numerator}|{read.denominator}"
            f"|{read.rows}|{read.values}|{[last - day for day in read.days]}"
            f"|{outcome.verdict}|{outcome.score}"
        )
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def evidence(self) -> str:
        """The rows that were read, as the figure's page can show them again."""
        since, until = self.question.window
        return json.dumps(
            {
                "figure": self.line.rule.figure,
                "since": since.isoformat(),
                "until": until.isoformat(),
                "unit": self.place.id,
                "rows": self.inputs.rows,
            }
        )


@dataclass
class _Work:
    """One evaluation in memory: what was asked once, and what follows for every place."""

    tree: Tree
    window: Window
    places: list[Judged] = field(default_factory=list)
    judged: list[_Judgement] = field(default_factory=list)

    def judge(self, places: Sequence[Judged]) -> None:
        self.places = [place for place in places if place.tier in self.tree.tiers]
        of_tier: dict[str, list[Judged]] = {}
        for place in self.places:
            of_tier.setdefault(place.tier, []).append(place)
        known: dict[Question, Mapping[int, Inputs]] = {}
        for line in self.tree.lines.values():
            question = inputs.question(line, self.window)
            if question not in known:
                known[question] = inputs.answers(question)
            nothing = inputs.nothing(question)
            for tier in self.tree.tiers:
                if line.applies_to(tier):
                    self._line(line, question, known[question], nothing, of_tier.get(tier, []))

    def _line(
        self,
        line: Line,
        question: Question,
        known: Mapping[int, Inputs],
        nothing: Inputs,
        places: Sequence[Judged],
    ) -> None:
        if not places:
            return
        decide = judging.decision(line, places[0].tier, question.window)
        for place in places:
            read = known.get(place.id, nothing)
            self.judged.append(_Judgement(place, line, question, read, decide(read)))

    def outcomes(self) -> dict[int, dict[str, Outcome]]:
        found: dict[int, dict[str, Outcome]] = {place.id: {} for place in self.places}
        for each in self.judged:
            found[each.place.id][each.line.code] = each.outcome
        return found


def _begin(standard: Standard, whole: Window, actor: Person | None, at: datetime) -> Evaluation:
    return Evaluation.objects.create(
        standard=standard, since=whole.since, until=whole.until, at=at, by=actor,
        digest=standard.digest,
    )  # fmt: skip


def _newest_hashes(standard: Standard, whole: Window) -> dict[Key, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (r.place_id, r.line) r.place_id, r.line, r.inputs_hash"
            " FROM inspections_result r JOIN inspections_evaluation e ON e.id = r.evaluation_id"
            " WHERE e.standard_id = %s AND e.since = %s AND e.until = %s"
            " ORDER BY r.place_id, r.line, r.id DESC",
            [standard.pk, whole.since, whole.until],
        )
        return {(place, line): found for place, line, found in cursor.fetchall()}


def _append(evaluation: Evaluation, work: _Work, former: Mapping[Key, str]) -> int:
    columns = (
        "evaluation_id, place_id, division_id, line, verdict, numerator, denominator,"
        " threshold, score_permille, inputs_hash, evidence"
    )
    return _copy("inspections_result", columns, _changed(evaluation, work, former))


def _changed(
    evaluation: Evaluation, work: _Work, former: Mapping[Key, str]
) -> Iterator[tuple[Any, ...]]:
    for each in work.judged:
        place, outcome, digest = each.place, each.outcome, each.inputs_hash
        if former.get((place.id, each.line.code)) != digest:
            yield (
                evaluation.pk, place.id, place.division_id, each.line.code,
                outcome.verdict.value, outcome.value, outcome.whole, outcome.threshold,
                outcome.score, digest, each.evidence,
            )  # fmt: skip


def _replace_scores(evaluation: Evaluation, work: _Work) -> None:
    """Scores are a roll-up of the newest evaluation of a standard and period."""
    Score.objects.filter(
        evaluation__standard_id=evaluation.standard_id,
        evaluation__since=evaluation.since,
        evaluation__until=evaluation.until,
    ).delete()
    columns = (
        "evaluation_id, place_id, division_id, tier, project, applicable, known, met, not_met,"
        " not_known, score_permille"
    )
    _copy("inspections_score", columns, _scores(evaluation, work))


def _scores(evaluation: Evaluation, work: _Work) -> Iterator[tuple[Any, ...]]:
    outcomes = work.outcomes()
    for place in work.places:
        for part in judging.standings(work.tree, place.tier, outcomes[place.id]):
            yield (
                evaluation.pk, place.id, place.division_id, place.tier, part.project,
                part.applicable, part.known, part.met, part.not_met, part.not_known, part.score,
            )  # fmt: skip


def _copy(table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> int:
    """COPY in the command's own transaction: neither table has row-level security."""
    written = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
            written += 1
    return written
