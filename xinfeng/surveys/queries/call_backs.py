"""Second calls, and how often their answers were the first ones again."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np

from xinfeng.surveys.asking import Bank, Question
from xinfeng.surveys.integrity import agreement
from xinfeng.surveys.integrity.asking_again import asked_again
from xinfeng.surveys.integrity.sheets import BLANK
from xinfeng.surveys.models import CallBack, Response, Sample


def calls_of(sample: Sample) -> list[CallBack]:
    calls = CallBack.objects.filter(unit__sample=sample)
    return list(calls.select_related("unit__surveyor").order_by("unit__code"))


def compared(bank: Bank, calls: Sequence[CallBack]) -> dict[str, Any]:
    """Outcomes in all and by surveyor, and how often second answers were the first again."""
    by_surveyor: dict[int, Counter[str]] = defaultdict(Counter)
    for call in calls:
        if call.unit.surveyor is not None:
            by_surveyor[call.unit.surveyor.number][call.outcome] += 1
    pairs = [call.pair for call in calls if call.pair is not None]
    first = dict(Response.objects.filter(pair__in=pairs).values_list("pair", "answers"))
    again = {call.pair: call.answers for call in calls if call.pair in first}
    return {
        "outcomes": dict(Counter(call.outcome for call in calls)),
        "surveyors": {str(number): dict(by_surveyor[number]) for number in sorted(by_surveyor)},
        "questions": [_agreed(each, first, again) for each in asked_again(bank)],
    }


def _agreed(
    question: Question,
    first: Mapping[UUID | None, Mapping[str, Any]],
    again: Mapping[UUID | None, Mapping[str, Any]],
) -> dict[str, Any]:
    number = {option.code: place for place, option in enumerate(question.options)}
    one, two = (
        np.array(
            [number.get(said[pair].get(question.code, ""), BLANK) for pair in again],
            dtype=np.int64,
        )
        for said in (first, again)
    )
    found = agreement(one, two)
    return {
        "question": question.code, "compared": found.compared, "same": found.same,
        "expected": found.expected, "kappa": found.kappa,
    }  # fmt: skip
