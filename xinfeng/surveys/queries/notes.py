"""What the note on methods tells of a sample, beside what its estimation keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.surveys.asking import Bank, bank_of
from xinfeng.surveys.models import Disposition, Domain, ExclusionReason, Frame, Stratum, Survey

from .results import Shown, parts_of


@dataclass(frozen=True)
class Note:
    """Words and tables for a reader who wants to know how far to trust the numbers."""

    strata: Sequence[tuple[Stratum, str]]
    # Words of a disposition and how many households.
    households: Sequence[tuple[str, int]]
    excluded: Sequence[tuple[str, int]]
    margins: Sequence["MarginTold"]
    sources: Sequence[str]


@dataclass(frozen=True)
class MarginTold:
    name: str
    cells: Sequence[Mapping[str, Any]]
    untold: int
    joined: Sequence[str]


def note_of(survey: Survey, bank: Bank, shown: Shown) -> Note:
    told = shown.estimation.told if shown.estimation else {}
    strata = list(shown.sample.strata.order_by("key"))
    names = _county_names(bank, {each.county for each in strata})
    words = dict(Disposition.choices) | {"": _("nobody tried")}
    reasons = dict(ExclusionReason.choices)
    totals = survey.frame.totals.order_by("margin", "key") if survey.frame else []
    sources = dict.fromkeys(each.source for each in totals if each.source)
    return Note(
        [(each, names.get(str(each.county), str(each.county))) for each in strata],
        [
            (str(words.get(key, key)), count)
            for key, count in sorted(
                told.get("households", {}).items(), key=lambda item: (-item[1], item[0])
            )
            if count
        ],
        [
            (str(reasons.get(key, key)), count)
            for key, count in told.get("sheets", {}).get("excluded", {}).items()
        ],
        [_margin(bank, each) for each in told.get("margins", [])],
        list(sources),
    )


def totals_told(frame: Frame) -> list[tuple[str, int]]:
    """The known numbers in words, as the frame's newest survey names its options."""
    newest = frame.surveys.select_related("questionnaire").order_by("-pk").first()
    bank = bank_of(newest.questionnaire.document) if newest else None
    told = []
    for margin, rows in groupby(
        frame.totals.order_by("margin", "key"), key=lambda each: each.margin
    ):
        there, by = list(rows), margin.upper() if margin.upper() in Domain.values else ""
        keys = [each.key for each in there]
        names = (
            {part.key: part.name for part in parts_of(bank, by, keys)} if bank and by else {}
        )
        title = _title(by, margin)
        told += [(f"{title} · {names.get(each.key, each.key)}", each.people) for each in there]
    return told


def _title(by: str, margin: str) -> str:
    titles = {Domain.COUNTY: _("county"), Domain.SEX: _("sex"), Domain.AGE: _("age")}
    return str(titles.get(Domain(by) if by else Domain.WHOLE, margin))


def _margin(bank: Bank, said: Mapping[str, Any]) -> MarginTold:
    by = said["name"].upper()
    keys = [key for cell in said["cells"] for key in cell["key"].split("+") if key != "?"]
    by = by if by in Domain.values else ""
    names = {part.key: part.name for part in parts_of(bank, by, keys)} if by else {}
    names["?"] = _("not told")

    def called(key: str) -> str:
        return " + ".join(names.get(each, each) for each in key.split("+"))

    return MarginTold(
        _title(by, said["name"]),
        [dict(cell) | {"name": called(cell["key"])} for cell in said["cells"]],
        said["untold"], [called("+".join(each)) for each in said["joined"]],
    )  # fmt: skip


def _county_names(bank: Bank, counties: set[int]) -> dict[str, str]:
    keys = [str(each) for each in sorted(counties)]
    return {part.key: part.name for part in parts_of(bank, Domain.COUNTY, keys)}
