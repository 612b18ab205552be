"""Answers as columns: who was asked a question, who left it blank, who said what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xinfeng.surveys.asking import Bank, Kind, Question
from xinfeng.surveys.estimates import Domains, domains
from xinfeng.surveys.estimates.labels import Floats

from .rows import Inputs

Mask = NDArray[np.bool_]
# The kinds of parts of the population, in the words of `models.Domain`.
WHOLE, BY_COUNTY, KIND, SEX, AGE = "WHOLE", "COUNTY", "KIND", "SEX", "AGE"
URBAN, RURAL = "urban", "rural"


@dataclass(frozen=True)
class Column:
    """A question's answers: rated, no opinion and blank divide those who were asked."""

    question: Question
    rated: Mask
    no_opinion: Mask
    blank: Mask
    said: Sequence[Any]

    def holds(self, options: frozenset[str]) -> Floats:
        """1 where one of the options was chosen, 0 where another, NaN without an opinion."""
        found = np.full(len(self.said), np.nan)
        for row in np.flatnonzero(self.rated).tolist():
            found[row] = float(bool(options.intersection(_several(self.said[row]))))
        return found

    def scores(self) -> Floats:
        worth = {option.code: option.score for option in self.question.options}
        found = np.full(len(self.said), np.nan)
        for row in np.flatnonzero(self.rated).tolist():
            found[row] = float(worth[self.said[row]] or 0)
        return found


def columns(bank: Bank, answers: Sequence[Mapping[str, Any]]) -> dict[str, Column]:
    """All questions of a scale or a choice, by code."""
    asked = _asked(bank, answers)
    return {
        question.code: _column(question, asked[question.code], answers)
        for question in bank.questions.values()
        if question.kind in (Kind.SCALE, Kind.ONE, Kind.SEVERAL)
    }


def parts(inputs: Inputs) -> dict[str, Domains]:
    """Who belongs to which part of the population, by the kind of part."""
    at = {each.code: each for each in inputs.communities}
    counties = [sheet.county for sheet in inputs.sheets]
    there = {each.county for each in inputs.communities} | set(counties) - {""}
    found = {
        WHOLE: Domains(np.zeros(len(inputs.sheets), dtype=np.int64), ("",)),
        BY_COUNTY: domains(counties, sorted(there)),
    }
    if at:
        urban = [at[sheet.community].is_urban for sheet in inputs.sheets]
        found[KIND] = domains([URBAN if each else RURAL for each in urban], (URBAN, RURAL))
    for kind, margin in ((SEX, "sex"), (AGE, "age")):
        question = inputs.bank.questions.get((inputs.bank.margins or {}).get(margin, ""))
        if question is not None:
            labels = [str(each.answers.get(question.code) or "") for each in inputs.sheets]
            found[kind] = domains(labels, [option.code for option in question.options])
    return found


def _asked(bank: Bank, answers: Sequence[Mapping[str, Any]]) -> dict[str, Mask]:
    """Skip logic for all sheets at once: `asking.flow.asked`, column by column."""
    found: dict[str, Mask] = {}
    for question in bank.questions.values():
        mask = np.ones(len(answers), dtype=bool)
        for condition in question.only_if:
            among = set(condition.among)
            led = [
                not among.isdisjoint(_several(each.get(condition.question))) for each in answers
            ]
            mask &= found.get(condition.question, np.zeros(len(answers), dtype=bool))
            mask &= np.array(led, dtype=bool)
        found[question.code] = mask
    return found


def _column(question: Question, asked: Mask, answers: Sequence[Mapping[str, Any]]) -> Column:
    said = [each.get(question.code) for each in answers]
    silent = {option.code for option in question.options if option.no_opinion}
    given = np.array([value not in (None, "", []) for value in said], dtype=bool) & asked
    no_opinion = given & np.array([not silent.isdisjoint(_several(v)) for v in said])
    return Column(question, given & ~no_opinion, no_opinion, asked & ~given, said)


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else (value,)
