"""One question by one division of the population: who differs, who cannot be told apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from xinfeng.surveys import estimates
from xinfeng.surveys.asking import Bank, Kind, Option, Question
from xinfeng.surveys.models import Domain, Estimation, Statistic

from .numbers import Number, numbers_of
from .results import Part, parts_of


@dataclass(frozen=True)
class Row:
    """A part of the population: both numbers of a scale, its place, and whether it differs."""

    part: Part
    share: Number
    mean: Number | None
    place: estimates.Place | None
    # Share here less share elsewhere, and p corrected for all parts.
    difference: float | None = None
    p: float | None = None

    @property
    def differs(self) -> str:
        """ "above", "below", or "" where no difference is shown."""
        if self.difference is None or self.p is None or self.p >= 0.05 or self.share.held:
            return ""
        return "above" if self.difference > 0 else "below"


@dataclass(frozen=True)
class Crossing:
    """A scaled question by the parts of a division; best first where intervals allow it."""

    question: Question
    by: str
    whole: Sequence[Number]
    rows: Sequence[Row]
    # Of a choice: its options and their shares by part.
    options: Sequence[Option] = ()
    shares: Sequence[tuple[Part, Sequence[Number]]] = ()

    @property
    def is_scaled(self) -> bool:
        return self.question.kind is Kind.SCALE


def crossing(
    estimation: Estimation, bank: Bank, question: Question, by: str, *, is_drawn: bool
) -> Crossing:
    rows = numbers_of(
        estimation, question=question.code, domain__in=[Domain.WHOLE, by]
    )  # fmt: skip
    whole = [row for row in rows if row.domain == Domain.WHOLE]
    inside = [row for row in rows if row.domain == by]
    parts = parts_of(bank, by, [row.key for row in inside])
    if question.kind is not Kind.SCALE:
        options = [each for each in question.options if not each.no_opinion]
        at = {(row.key, row.option): row for row in inside}
        shares = [(part, [at[part.key, each.code] for each in options]) for part in parts]
        return Crossing(question, by, whole, [], options, shares)
    return Crossing(
        question, by, whole, _rows(estimation, question, parts, inside, is_drawn=is_drawn)
    )


def _rows(
    estimation: Estimation, question: Question, parts: Sequence[Part],
    inside: Sequence[Number], *, is_drawn: bool,
) -> list[Row]:  # fmt: skip
    share = {row.key: row for row in inside if row.statistic == Statistic.SATISFIED}
    mean = {row.key: row for row in inside if row.statistic == Statistic.MEAN}
    placed = estimates.places([row.as_estimate() for row in share.values()])
    place = {each.name: each for each in placed}
    apart = estimation.told.get("apart", {}).get(question.code, {})
    order = {each.name: number for number, each in enumerate(placed)}
    rows = [
        Row(
            part, share[part.key], mean.get(part.key),
            place[part.key] if is_drawn else None,
            apart.get(part.key, {}).get("difference"), apart.get(part.key, {}).get("p"),
        )
        for part in parts
    ]  # fmt: skip
    return sorted(rows, key=lambda row: order[row.part.key]) if is_drawn else rows
