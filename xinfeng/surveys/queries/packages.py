"""A published survey as a package for outsiders."""

import json
import zipfile
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import IO

from xinfeng.base import scope
from xinfeng.surveys.asking import bank_of
from xinfeng.surveys.estimating import Settings
from xinfeng.surveys.models import Estimation, EstimationState, FrameTotal, Stratum, Survey
from xinfeng.surveys.packing import contents
from xinfeng.surveys.packing.contents import ESTIMATE, Part
from xinfeng.surveys.packing.methods import methods

from .inputs import prepared

SCRIPTS = ("repeat.py", "repeat.R")
# Every package of the same survey is the same to the last byte.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def write_package(survey: Survey, out: IO[bytes]) -> None:
    """The package, file by file; the survey is published."""
    with scope.whole_city(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, lines in _files(survey):
            with packed.open(zipfile.ZipInfo(f"{survey.code}/{name}", _NO_DATE), "w") as file:
                for line in lines:
                    file.write(line.encode())


def _files(survey: Survey) -> Iterator[tuple[str, Iterable[str]]]:
    bank = bank_of(survey.questionnaire.document)
    parts = [_part(each) for each in _published(survey)]
    yield "data.csv", contents.data_lines(bank, parts)
    yield "communities.csv", contents.community_lines(parts)
    yield "estimates.csv", contents.estimate_lines(parts)
    yield "dictionary.csv", contents.dictionary_lines(bank)
    yield "strata.csv", _strata(survey)
    yield "totals.csv", _totals(survey)
    yield "design.json", [_json(contents.design_of(bank, parts))]
    yield "questionnaire.json", [_json(survey.questionnaire.document)]
    yield "METHODS.md", [
        methods(
            name=survey.name, code=survey.code, secret=survey.secret,
            commitment=survey.commitment, dice=survey.dice, parts=parts,
        )
    ]  # fmt: skip
    for script in SCRIPTS:
        yield script, [files("xinfeng.surveys.packing").joinpath(script).read_text("utf-8")]


def _published(survey: Survey) -> list[Estimation]:
    return list(
        Estimation.objects.filter(sample__survey=survey, state=EstimationState.PUBLISHED)
        .select_related("sample__survey__questionnaire")
        .order_by("-sample__is_headline", "sample_id")
    )


def _part(made: Estimation) -> Part:
    settings = Settings.from_json(made.settings)
    ready = prepared(made.sample, settings, as_of=made.at)
    weights = made.weights.order_by("pk").values_list("response_id", "base", "final")
    return Part(
        made.sample.mode, made.sample.is_drawn, ready.inputs, settings, made.told,
        {str(sheet): (base, final) for sheet, base, final in weights},
        list(made.estimates.order_by("pk").values(*ESTIMATE)),
    )  # fmt: skip


def _strata(survey: Survey) -> Iterator[str]:
    head = ("mode", "stratum", "county", "urban", "communities", "households", "drawn")
    found = Stratum.objects.filter(sample__survey=survey).select_related("sample")
    return contents.table(head, (
        (each.sample.mode, each.key, each.county, int(each.is_urban), each.communities,
         each.households, each.wanted)
        for each in found.order_by("sample_id", "key")
    ))  # fmt: skip


def _totals(survey: Survey) -> Iterator[str]:
    found = FrameTotal.objects.filter(frame=survey.frame_id).order_by("margin", "key")
    return contents.table(
        ("margin", "key", "people", "source"),
        found.values_list("margin", "key", "people", "source"),
    )


def _json(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True)
