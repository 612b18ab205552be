"""What an estimation of a sample starts from, read from its rows."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from typing import Any

from django.db.models import Count, QuerySet

from xinfeng.base import scope
from xinfeng.surveys import estimates
from xinfeng.surveys.asking import bank_of
from xinfeng.surveys.estimating import Asked, Inputs, Settings, Sheet
from xinfeng.surveys.estimating.coarse import coarsened
from xinfeng.surveys.estimating.rows import COUNTY
from xinfeng.surveys.models import (
    Exclusion,
    FrameTotal,
    Response,
    Sample,
    SampleCommunity,
    SampleUnit,
)


@dataclass(frozen=True)
class Prepared:
    """Inputs and settings, their digest, and the sheets that do not count, by reason."""

    inputs: Inputs
    settings: Settings
    digest: str
    left_out: Mapping[str, int]
    broken_off: int
    # Of how many sheets which margin was left blank, since it told them from all others.
    coarsened: Mapping[str, int] = field(default_factory=dict)

    def sheets_told(self) -> dict[str, Any]:
        return {
            "counted": len(self.inputs.sheets), "broken_off": self.broken_off,
            "excluded": dict(self.left_out), "coarsened": dict(self.coarsened),
        }  # fmt: skip


def settings_of(sample: Sample) -> Settings:
    """The usual ones for a sample: its rule for lonely units, its questionnaire's margins."""
    bank = bank_of(sample.survey.questionnaire.document)
    return Settings(
        margins=(COUNTY, *sorted(bank.margins or {})), lonely=estimates.Lonely(sample.lonely)
    )


def prepared(
    sample: Sample, settings: Settings | None = None, *, as_of: datetime | None = None
) -> Prepared:
    """All that goes into an estimation. Equal inputs and settings have one digest.

    `as_of`: what was left out later is not left out here.
    """
    settings = settings or settings_of(sample)
    with scope.whole_city():
        communities = _communities(sample)
        responses = list(
            Response.objects.filter(sample=sample)
            .order_by("pk")
            .values_list(
                "pk", "community__division_id", "county", "adults", "answers", "is_complete"
            )
        )
        excluded = dict(
            _left_out(sample, as_of).order_by("pk").values_list("response_id", "reason")
        )
        totals = _totals(sample)
    sheets = [
        Sheet(str(pk), str(village or ""), str(county or ""), adults, answers)
        for pk, village, county, adults, answers, complete in responses
        if complete and pk not in excluded
    ]
    bank = bank_of(sample.survey.questionnaire.document)
    inputs, told = coarsened(Inputs(bank, communities, sheets, totals))
    return Prepared(
        inputs, settings,
        _digest(inputs, settings, sample.survey.questionnaire.digest),
        Counter(excluded.values()),
        sum(not row[-1] and row[0] not in excluded for row in responses), told,
    )  # fmt: skip


def _left_out(sample: Sample, as_of: datetime | None) -> QuerySet[Exclusion]:
    found = Exclusion.objects.filter(response__sample=sample)
    return found if as_of is None else found.filter(at__lte=as_of)


def _communities(sample: Sample) -> list[Asked]:
    became: dict[int, dict[str, int]] = defaultdict(dict)
    for row in (
        SampleUnit.objects.filter(sample=sample)
        .values("community", "disposition")
        .annotate(households=Count("pk"))
        .order_by("community", "disposition")
    ):
        became[row["community"]][row["disposition"]] = row["households"]
    drawn = (
        SampleCommunity.objects.filter(sample=sample)
        .select_related("stratum")
        .order_by("division_id")
    )
    return [
        Asked(
            str(each.division_id), each.stratum.key, str(each.stratum.county),
            each.stratum.is_urban, Fraction(each.chance_num, each.chance_den),
            each.households, each.taken, became[each.pk],
        )
        for each in drawn
    ]  # fmt: skip


def _totals(sample: Sample) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for total in FrameTotal.objects.filter(frame=sample.survey.frame_id).order_by(
        "margin", "key"
    ):
        found[total.margin][total.key] = total.people
    return dict(found)


def _digest(inputs: Inputs, settings: Settings, questionnaire: str) -> str:
    """SHA-256 over lines of JSON: settings, questionnaire, totals, communities, sheets."""
    whole = sha256()
    for line in _lines(inputs, settings, questionnaire):
        whole.update(
            json.dumps(line, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        )
        whole.update(b"\n")
    return whole.hexdigest()


def _lines(inputs: Inputs, settings: Settings, questionnaire: str) -> Iterable[Any]:
    yield settings.as_json()
    yield questionnaire
    yield inputs.totals
    for each in inputs.communities:
        yield [
            each.code, each.stratum, each.county, each.is_urban, str(each.chance),
            each.households, each.taken, dict(each.dispositions),
        ]  # fmt: skip
    for sheet in inputs.sheets:
        yield [sheet.id, sheet.community, sheet.county, sheet.adults, dict(sheet.answers)]
