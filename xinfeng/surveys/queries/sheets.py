"""The answers behind a number, without anything that leads to whoever gave them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.fields.json import KeyTransform

from xinfeng.surveys.asking import Bank, Question
from xinfeng.surveys.models import Domain, Estimation, Held, Response, ResponseWeight

from .numbers import numbers_of

PAGE = 50


@dataclass(frozen=True)
class Sheet:
    """One sheet as everybody may read it; of a county with few sheets not even the county."""

    key: UUID
    county: str
    is_urban: bool | None
    # None: nobody was drawn, so nobody stands for others.
    weight: float | None
    answer: Any


@dataclass(frozen=True)
class Page:
    sheets: Sequence[Sheet]
    next: str
    # False: so few that the rows would give away what is held back.
    is_open: bool = True


def sheets_behind(
    estimation: Estimation, bank: Bank, question: Question, *, by: str = "", key: str = "",
    after: UUID | None = None,
) -> Page:  # fmt: skip
    """The sheets of a number in the order of their random ids, so by nothing at all."""
    few = {
        row.key
        for row in numbers_of(estimation, question=question.code, domain=Domain.COUNTY)
        if row.held == Held.FEW
    }
    if by and _is_held(estimation, question, by, key):
        return Page([], "", is_open=False)
    rows = _narrowed(_rows(estimation, question), bank, by, key)
    if after is not None:
        rows = rows.filter(key__gt=after)
    found = list(
        rows.order_by("key").values_list("key", "place", "urban", "stands_for", "said")[
            : PAGE + 1
        ]
    )
    sheets = [
        Sheet(
            each, "" if county is None or str(county) in few else str(county), urban, weight,
            said,
        )
        for each, county, urban, weight, said in found[:PAGE]
    ]  # fmt: skip
    return Page(sheets, str(sheets[-1].key) if len(found) > PAGE else "")


def _is_held(estimation: Estimation, question: Question, by: str, key: str) -> bool:
    rows = numbers_of(estimation, question=question.code, domain=by, key=key)
    return any(row.held == Held.FEW for row in rows)


def _rows(estimation: Estimation, question: Question) -> QuerySet[Any]:
    if not estimation.sample.is_drawn:
        return (
            Response.objects.filter(
                sample=estimation.sample_id, is_complete=True, exclusion=None
            )
            .annotate(
                key=F("pk"), place=F("county"), urban=F("community__stratum__is_urban"),
                stands_for=F("community__stratum__pk"),
                said=KeyTransform(question.code, "answers"),
            )
        )  # fmt: skip
    return ResponseWeight.objects.filter(estimation=estimation).annotate(
        key=F("response_id"), place=F("response__county"),
        urban=F("response__community__stratum__is_urban"), stands_for=F("final"),
        said=KeyTransform(question.code, "response__answers"),
    )  # fmt: skip


def _narrowed(rows: QuerySet[Any], bank: Bank, by: str, key: str) -> QuerySet[Any]:
    if by == Domain.COUNTY:
        return rows.filter(place=int(key) if key.isdecimal() else None)
    if by == Domain.KIND:
        return rows.filter(urban=key == "urban")
    if by in (Domain.SEX, Domain.AGE):
        asked = (bank.margins or {}).get(by.lower(), "")
        path = "answers" if rows.model is Response else "response__answers"
        return rows.filter(**{f"{path}__{asked}": key}) if asked else rows.none()
    return rows
