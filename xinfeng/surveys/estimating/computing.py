"""Every number of a sample: each question, each part of the population."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from xinfeng.surveys.asking import Kind
from xinfeng.surveys.estimates import (
    Design,
    Domains,
    Estimate,
    Method,
    mean,
    publish,
    share,
)
from xinfeng.surveys.estimates.labels import Floats
from xinfeng.surveys.estimates.publishing import HeldBack

from .answers import Column, columns, parts
from .rows import Inputs, Settings

# In the words of `models.Statistic`.
SATISFIED, MEAN, SHARE = "SATISFIED", "MEAN", "SHARE"
_HELD = {HeldBack.FEW: "FEW", HeldBack.UNCERTAIN: "UNSURE"}
Tell = Callable[[float], None]


@dataclass(frozen=True)
class Computed:
    """One number with all that stands beside it, in the words of `models.Estimate`."""

    question: str
    statistic: str
    option: str
    domain: str
    key: str
    no_opinion: int
    blank: int
    estimate: Estimate
    held: str
    # False: counted only, of people nobody drew by lot.
    is_drawn: bool = True


@dataclass(frozen=True)
class _Wanted:
    """A value of each sheet to estimate, and what its answers are."""

    column: Column
    statistic: str
    option: str
    values: Floats


def compute(
    inputs: Inputs, settings: Settings, design: Design, tell: Tell | None = None
) -> tuple[list[Computed], float]:
    """All estimates, and the design effect reckoned with where all agree.

    That is the median of the effects that the sample's own questions show, and never below 1.
    """
    asked = columns(inputs.bank, [sheet.answers for sheet in inputs.sheets])
    by = parts(inputs)
    wanted = list(_wanted(asked.values()))
    effect = _usual_effect(design, wanted)
    found: list[Computed] = []
    for number, each in enumerate(wanted, start=1):
        for domain, into in by.items():
            found += _estimated(design, each, domain, into, effect, settings)
        if tell:
            tell(number / len(wanted))
    return found, effect


def count(inputs: Inputs) -> list[Computed]:
    """Shares among those who happened to answer: no weights, no errors, no intervals."""
    asked = columns(inputs.bank, [sheet.answers for sheet in inputs.sheets])
    by = parts(inputs)
    return [
        row
        for each in _wanted(asked.values())
        for domain, into in by.items()
        for row in _counted(each, domain, into)
    ]


def _wanted(asked: Iterable[Column]) -> Iterator[_Wanted]:
    for column in asked:
        question = column.question
        if question.kind is Kind.SCALE:
            good = frozenset(each.code for each in question.options if each.satisfied)
            yield _Wanted(column, SATISFIED, "", column.holds(good))
            yield _Wanted(column, MEAN, "", column.scores())
            continue
        for option in question.options:
            if not option.no_opinion:
                yield _Wanted(
                    column, SHARE, option.code, column.holds(frozenset({option.code}))
                )


def _usual_effect(design: Design, wanted: Sequence[_Wanted]) -> float:
    rows = [
        share(design, each.values).only
        for each in wanted
        if each.statistic == SATISFIED and not np.isnan(each.values).all()
    ]
    effects = [row.design_effect for row in rows if row.design_effect is not None]
    return max(median(effects) if effects else design.weight_effect, 1.0)


def _estimated(
    design: Design, wanted: _Wanted, domain: str, into: Domains, effect: float,
    settings: Settings,
) -> Iterator[Computed]:  # fmt: skip
    if wanted.statistic == MEAN:
        rows = [_inside(row, wanted.column) for row in mean(design, wanted.values, into)]
    else:
        rows = list(
            share(design, wanted.values, into, method=settings.method, assumed_effect=effect)
        )
    for row, no_opinion, blank in zip(rows, *_silent(wanted, into), strict=True):
        held = publish(row).reason
        yield Computed(
            wanted.column.question.code, wanted.statistic, wanted.option, domain, row.name,
            no_opinion, blank, row, _HELD[held] if held else "",
        )  # fmt: skip


def _inside(row: Estimate, column: Column) -> Estimate:
    """No mean lies beyond the ends of its scale, so no interval need reach there."""
    if row.low is None or row.high is None:
        return row
    scores = [each.score for each in column.question.options if each.score is not None]
    return replace(row, low=max(row.low, min(scores)), high=min(row.high, max(scores)))


def _silent(wanted: _Wanted, into: Domains) -> tuple[list[int], list[int]]:
    there = into.codes >= 0
    no_opinion, blank = (
        np.bincount(into.codes[there & mask], minlength=len(into)).tolist()
        for mask in (wanted.column.no_opinion, wanted.column.blank)
    )
    return no_opinion, blank


def _counted(wanted: _Wanted, domain: str, into: Domains) -> Iterator[Computed]:
    for number, (name, no_opinion, blank) in enumerate(
        zip(into.names, *_silent(wanted, into), strict=True)
    ):
        values = wanted.values[(into.codes == number) & ~np.isnan(wanted.values)]
        n = len(values)
        row = Estimate(
            name, n, no_opinion + blank, float(n), 0, Method.STUDENT, 0.0,
            value=float(values.mean()) if n else None,
        )  # fmt: skip
        held = "FEW" if publish(row).reason is HeldBack.FEW else ""
        yield Computed(
            wanted.column.question.code, wanted.statistic, wanted.option, domain, name,
            no_opinion, blank, row, held, is_drawn=False,
        )  # fmt: skip
