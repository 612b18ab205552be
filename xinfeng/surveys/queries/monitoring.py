"""How the field of a survey goes: by community, by surveyor, and what is overdue.

Rates are AAPOR's (Standard Definitions, 10th ed., 2023), as `estimating.silence` counts them:
RR1 takes every household of which nothing is known for one that could have answered; RR3 takes
the share e of them, the share of eligible ones among those known.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Sum

from xinfeng.base import scope
from xinfeng.people.queries.own import names_of
from xinfeng.surveys.estimating.rows import Asked
from xinfeng.surveys.estimating.silence import rates
from xinfeng.surveys.models import (
    Attempt,
    Disposition,
    Sample,
    SampleCommunity,
    SampleUnit,
    Surveyor,
)

PAGE = 50
MOST_OVERDUE = 50


@dataclass
class Stand:
    """Households of a part of a sample, by what became of them."""

    dispositions: Counter[str] = field(default_factory=Counter)
    tries: int = 0
    done: int = 0

    @property
    def households(self) -> int:
        return sum(self.dispositions.values())

    @property
    def complete(self) -> int:
        return self.dispositions[Disposition.COMPLETE]

    @property
    def broken_off(self) -> int:
        return self.dispositions[Disposition.PARTIAL]

    @property
    def refused(self) -> int:
        return self.dispositions[Disposition.REFUSAL]

    @property
    def not_tried(self) -> int:
        return self.dispositions[""]

    @property
    def rates(self) -> Mapping[str, float | None]:
        """`response` is RR1, `response_of_eligible` RR3, `eligible` its e."""
        part = Asked(
            "", "", "", True, Fraction(1), self.households, self.households,
            {key: n for key, n in self.dispositions.items() if key},
        )  # fmt: skip
        return rates([part], self.complete)

    @property
    def by_disposition(self) -> list[tuple[str, str, int]]:
        """Code, word and number of each disposition that there is."""
        return [
            (each.value, str(each.label), self.dispositions[each])
            for each in Disposition if self.dispositions[each]
        ]  # fmt: skip

    def add(self, row: Mapping[str, Any]) -> None:
        self.dispositions[row["disposition"]] += row["n"]
        self.tries += row["tried"]
        self.done += row["n"] if row["is_final"] else 0


@dataclass(frozen=True)
class OfCommunity:
    community: SampleCommunity
    stand: Stand


@dataclass(frozen=True)
class OfSurveyor:
    surveyor: Surveyor
    name: str
    stand: Stand


@dataclass(frozen=True)
class Overdue:
    """A household to which somebody promised to come again, and did not."""

    unit: SampleUnit
    again_on: date


@dataclass(frozen=True)
class Field:
    """A sample in the field: all of it, its surveyors, and one page of its communities."""

    sample: Sample
    whole: Stand
    surveyors: Sequence[OfSurveyor]
    communities: Sequence[OfCommunity]
    # The division of the community to go on after; None: these were the last.
    next: int | None
    overdue: Sequence[Overdue]


def field_of(sample: Sample, *, on: date, after: int = 0) -> Field:
    """What whoever runs the survey watches; so many queries, however many communities."""
    with scope.whole_city():
        rows = list(
            SampleUnit.objects.filter(sample=sample)
            .values("community_id", "surveyor_id", "disposition", "is_final")
            .annotate(n=Count("pk"), tried=Sum("attempts"))
            .order_by("community_id")
        )
        drawn = SampleCommunity.objects.filter(sample=sample, division_id__gt=after)
        page = list(
            drawn.select_related("division", "surveyor").order_by("division_id")[: PAGE + 1]
        )
        asking = list(Surveyor.objects.filter(survey=sample.survey_id).order_by("number"))
        overdue = _overdue(sample, on)
    names = names_of({each.person_id for each in asking})
    of_communities, of_surveyors = _by(rows, "community_id"), _by(rows, "surveyor_id")
    return Field(
        sample, _whole(rows),
        [OfSurveyor(each, names.get(each.person_id, ""), of_surveyors[each.pk])
         for each in asking],
        [OfCommunity(each, of_communities[each.pk]) for each in page[:PAGE]],
        page[PAGE - 1].division_id if len(page) > PAGE else None, overdue,
    )  # fmt: skip


def _whole(rows: Iterable[Mapping[str, Any]]) -> Stand:
    made = Stand()
    for row in rows:
        made.add(row)
    return made


def _by(rows: Iterable[Mapping[str, Any]], what: str) -> dict[int, Stand]:
    found: dict[int, Stand] = defaultdict(Stand)
    for row in rows:
        found[row[what]].add(row)
    return found


def _overdue(sample: Sample, on: date) -> list[Overdue]:
    """By the last agreement of each household that still waits to be visited again."""
    agreed = (
        Attempt.objects.filter(
            unit__sample=sample, unit__is_final=False,
            unit__disposition=Disposition.COME_AGAIN, again_on__isnull=False,
        )
        .order_by("unit_id", "-on", "-again_on", "pk").distinct("unit_id")
        .select_related("unit__community__division", "unit__surveyor")
    )  # fmt: skip
    late = [
        Overdue(each.unit, each.again_on)
        for each in agreed if each.again_on is not None and each.again_on < on
    ]  # fmt: skip
    return sorted(late, key=lambda each: (each.again_on, each.unit.pk))[:MOST_OVERDUE]
