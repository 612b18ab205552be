"""The sheets of a sample as `surveys.integrity` looks at them."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import numpy as np

from xinfeng.base import scope
from xinfeng.surveys.asking import Bank, Question, bank_of
from xinfeng.surveys.integrity import Sheets
from xinfeng.surveys.integrity.sheets import BLANK
from xinfeng.surveys.models import Response, Sample

NOBODY = 0


@dataclass(frozen=True)
class Gathered:
    """Sheets as columns, and what their rows, surveyors and communities are called.

    `questions` share one scale: the one that most questions of the bank use. “Cannot say”
    counts as blank, since it is no step of the scale.
    """

    sheets: Sheets
    ids: tuple[UUID, ...]
    surveyors: tuple[int, ...]
    communities: tuple[int, ...]
    questions: tuple[Question, ...]
    digest: str

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def asked_by_people(self) -> bool:
        return any(number != NOBODY for number in self.surveyors)


_COLUMNS = (
    "pk", "answers", "surveyor__number", "community_id", "community__stratum__key", "county",
    "started_at", "ended_at", "seconds",
)  # fmt: skip


def gathered(sample: Sample) -> Gathered:
    """Complete sheets that were not left out, in the order of their ids."""
    bank = bank_of(sample.survey.questionnaire.document)
    questions = shared_scale(bank)
    with scope.whole_city():
        rows = list(
            Response.objects.filter(sample=sample, is_complete=True, exclusion=None)
            .order_by("pk")
            .values_list(*_COLUMNS)
        )
    surveyor, numbers = _numbered([row[2] or NOBODY for row in rows])
    community, places = _numbered([row[3] or NOBODY for row in rows])
    block, _names = _numbered([row[4] or str(row[5] or "") for row in rows])
    sheets = Sheets(
        _answers([row[1] for row in rows], questions), surveyor, community, block,
        _seconds([row[6] for row in rows]), _seconds([row[7] for row in rows]),
        np.array([np.nan if row[8] is None else row[8] for row in rows], dtype=np.float64),
    )  # fmt: skip
    return Gathered(
        sheets, tuple(row[0] for row in rows), numbers, places, questions, _digest(rows)
    )


def shared_scale(bank: Bank) -> tuple[Question, ...]:
    """The questions of the scale that most of them use."""
    if not bank.scaled:
        return ()
    ((usual, _many),) = Counter(each.scale for each in bank.scaled).most_common(1)
    return tuple(each for each in bank.scaled if each.scale == usual)


def _answers(said: Sequence[dict[str, Any]], questions: Sequence[Question]) -> Any:
    found = np.full((len(said), len(questions)), BLANK, dtype=np.int64)
    for place, question in enumerate(questions):
        steps = [option.code for option in question.options if not option.no_opinion]
        number = {code: step for step, code in enumerate(steps)}
        for row, answers in enumerate(said):
            found[row, place] = number.get(answers.get(question.code, ""), BLANK)
    return found


def _numbered(labels: Sequence[Any]) -> tuple[Any, tuple[Any, ...]]:
    names = sorted(set(labels))
    place = {name: number for number, name in enumerate(names)}
    return np.array([place[each] for each in labels], dtype=np.int64), tuple(names)


def _seconds(moments: Sequence[Any]) -> Any:
    return np.array(
        [np.nan if each is None else each.timestamp() for each in moments], dtype=np.float64
    )


def _digest(rows: Sequence[Sequence[Any]]) -> str:
    whole = sha256()
    for row in rows:
        line = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
        whole.update(line.encode() + b"\n")
    return whole.hexdigest()
