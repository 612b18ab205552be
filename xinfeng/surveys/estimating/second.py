"""What is told beside the numbers: who differs from the rest, and a second opinion."""

from typing import Any

from xinfeng.surveys.estimates import (
    BadDesign,
    Design,
    Ratio,
    against_the_rest,
    jackknife,
    share,
)
from xinfeng.surveys.estimates.quantities import everybody

from .answers import BY_COUNTY, columns, parts
from .rows import Inputs

# One replicate for each first-stage unit: with more, the second opinion takes minutes.
MOST_REPLICATES = 1_000


def apart(inputs: Inputs, design: Design) -> dict[str, dict[str, dict[str, Any]]]:
    """Of each scaled question and county: its distance from all others, with p by Holm."""
    asked = columns(inputs.bank, [sheet.answers for sheet in inputs.sheets])
    by = parts(inputs)[BY_COUNTY]
    if len(by) < 2:
        return {}
    return {
        question.code: {
            each.name: {
                "difference": each.difference.value, "low": each.difference.low,
                "high": each.difference.high, "p": each.p,
            }
            for each in against_the_rest(
                design, asked[question.code].holds(_satisfied(question.options)), by
            )
        }
        for question in inputs.bank.scaled
    }  # fmt: skip


def second_opinion(inputs: Inputs, design: Design) -> dict[str, Any]:
    """The headline's standard error once more by the jackknife, raking in every replicate."""
    question = inputs.bank.questions.get(inputs.bank.headline)
    if question is None or question not in inputs.bank.scaled:
        return {"missing": "no_headline"}
    if len(design.first.stratum) > MOST_REPLICATES:
        return {"missing": "too_many_units"}
    asked = columns(inputs.bank, [sheet.answers for sheet in inputs.sheets])
    hits = asked[question.code].holds(_satisfied(question.options))
    row = share(design, hits).only
    try:
        again = jackknife(design, Ratio(hits, None, everybody(len(design))))
    except BadDesign:
        return {"missing": "lonely_units"}
    except ArithmeticError:
        return {"missing": "totals_do_not_meet"}
    return {
        "question": question.code, "linear": row.se, "jackknife": again.se[0],
        "replicates": again.replicates,
    }  # fmt: skip


def _satisfied(options: Any) -> frozenset[str]:
    return frozenset(option.code for option in options if option.satisfied)
