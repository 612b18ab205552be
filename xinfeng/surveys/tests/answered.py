"""A survey with its answers as rows, drawn and answered by lot: what estimates start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np

from xinfeng.base import scope, short_code
from xinfeng.people.models import Person
from xinfeng.people.tests.build import an_office
from xinfeng.places.models import Division
from xinfeng.places.tests.build import NINE, a_city, a_division
from xinfeng.surveys import commands
from xinfeng.surveys.models import (
    Disposition,
    FrameTotal,
    Mode,
    QuestionnaireVersion,
    Response,
    Sample,
    SampleCommunity,
    SampleUnit,
    Stratum,
    Survey,
    SurveyState,
)

from .build import DOCUMENT, a_frame, a_survey, a_version

STEPS = ("very", "quite", "fairly", "not", "not_at_all", "cannot_say")


@dataclass(frozen=True)
class Shape:
    """How large: counties of urban and rural communities, and households asked of each."""

    counties: tuple[int, ...] = (430405000000, 430406000000, 430407000000)
    # Of each stratum: in the frame, and drawn.
    communities: int = 20
    drawn: int = 4
    per_community: int = 20
    # Who answers at all.
    answering: float = 0.8
    satisfied: float = 0.9
    # One very large community in the first stratum, drawn with certainty.
    certain: bool = False


def the_office() -> Person:
    return Person.objects.filter(username="office").first() or an_office(
        a_city().city, "office"
    )


def an_answered_survey(
    shape: Shape | None = None, *, seed: int = 1, at: datetime = NINE, year: int = 2022,
    mode: Mode = Mode.HOUSEHOLD, state: SurveyState = SurveyState.CLOSED,
    document: dict[str, Any] = DOCUMENT, version: QuestionnaireVersion | None = None,
) -> Survey:  # fmt: skip
    """A closed survey with one sample, as the draw and the field would leave it."""
    shape = shape or Shape()
    city, chance = a_city().city, np.random.default_rng(seed)
    villages = _villages(shape)
    rural = frozenset(code for code, urban in villages.items() if not urban)
    frame = a_frame(city, _sizes(shape, villages, chance), at, rural=rural)
    survey = a_survey(
        city, version or a_version(city, at, document=document), at, frame=frame, state=state,
        year=year,
    )  # fmt: skip
    _totals(survey, shape, document)
    with scope.whole_city():
        answered(survey, shape, chance, mode)
    return survey


def a_published_survey(shape: Shape | None = None, **more: Any) -> Survey:
    """With its numbers worked out and given out."""
    survey = an_answered_survey(shape or Shape(drawn=2, per_community=8), **more)
    for sample in survey.samples.all():
        commands.estimate_sample(sample_id=sample.pk, actor=the_office(), at=NINE)
    commands.publish_survey(survey_id=survey.pk, actor=the_office(), at=NINE)
    survey.refresh_from_db()
    return survey


def answered(survey: Survey, shape: Shape, chance: np.random.Generator, mode: Mode) -> Sample:
    sample = Sample.objects.create(
        survey=survey, mode=mode, is_headline=True, per_community=shape.per_community,
        communities=2 * len(shape.counties) * shape.drawn,
    )  # fmt: skip
    assert survey.frame is not None
    listed = list(survey.frame.listed.order_by("division_id"))
    responses: list[Response] = []
    for county in shape.counties:
        for urban in (True, False):
            inside = [
                each for each in listed
                if each.is_urban == urban and county < each.division_id < county + 10**6
            ]  # fmt: skip
            for drawn in _drawn(sample, county, urban, inside, shape, chance):
                responses += _field(survey, drawn, urban, shape, chance)
    Response.objects.bulk_create(responses, batch_size=2_000)
    return sample


def _villages(shape: Shape) -> dict[int, bool]:
    """Code of each village, and whether it is urban."""
    return {
        county + township * 1_000 + number: township == 7
        for county in shape.counties
        for township in (7, 8)
        for number in range(1, shape.communities + 1)
    }


def _sizes(
    shape: Shape, villages: Mapping[int, bool], chance: np.random.Generator
) -> dict[int, int]:
    for county in shape.counties:
        a_division(county, {430405: "珠晖区", 430406: "雁峰区", 430407: "石鼓区"}.get(
            county // 10**6, f"{county // 10**6} 县"
        ))  # fmt: skip
    known = set(Division.objects.filter(pk__in=list(villages)).values_list("pk", flat=True))
    Division.objects.bulk_create(
        Division(code=code, level=5, name=f"第 {code % 1000} 村", valid_from=date(2019, 1, 1))
        for code in villages if code not in known
    )  # fmt: skip
    sizes = {code: int(chance.integers(200, 900)) for code in villages}
    if shape.certain:
        sizes[next(iter(villages))] = 40_000
    return sizes


def _totals(survey: Survey, shape: Shape, document: dict[str, Any]) -> None:
    assert survey.frame is not None
    people = 1_000_000 // len(shape.counties) * len(shape.counties)
    cells = {"county": [str(county) for county in shape.counties]}
    for margin, question in document.get("margins", {}).items():
        asked = next(
            q for block in document["blocks"] for q in block["questions"]
            if q["code"] == question
        )  # fmt: skip
        cells[margin] = [option["code"] for option in asked["options"]]
    FrameTotal.objects.bulk_create(
        FrameTotal(frame=survey.frame, margin=margin, key=key, people=people // len(keys))
        for margin, keys in cells.items()
        for key in keys
    )


def _drawn(
    sample: Sample, county: int, urban: bool, inside: list[Any], shape: Shape,
    chance: np.random.Generator,
) -> list[SampleCommunity]:  # fmt: skip
    whole = sum(each.households for each in inside)
    stratum = Stratum.objects.create(
        sample=sample, key=f"{county // 10**6}-{'urban' if urban else 'rural'}", county=county,
        is_urban=urban, communities=len(inside), households=whole, wanted=shape.drawn,
    )  # fmt: skip
    certain = [each for each in inside if shape.drawn * each.households >= whole]
    rest = [each for each in inside if each not in certain]
    points = shape.drawn - len(certain)
    size = sum(each.households for each in rest)
    share = np.array([each.households / size for each in rest])
    chosen = [rest[i] for i in chance.choice(len(rest), points, replace=False, p=share)]
    return SampleCommunity.objects.bulk_create(
        SampleCommunity(
            sample=sample, stratum=stratum, division_id=each.division_id,
            households=each.households, taken=shape.per_community,
            chance_num=1 if each in certain else points * each.households,
            chance_den=1 if each in certain else size,
        )
        for each in certain + chosen
    )  # fmt: skip


def _field(
    survey: Survey, drawn: SampleCommunity, urban: bool, shape: Shape,
    chance: np.random.Generator,
) -> list[Response]:  # fmt: skip
    level = float(np.clip(chance.normal(shape.satisfied, 0.02), 0.02, 0.995))
    answers = chance.random(shape.per_community) < shape.answering
    SampleUnit.objects.bulk_create(
        SampleUnit(
            sample=drawn.sample, community=drawn, division_id=survey.division_id,
            code=short_code.new(12), number=number,
            disposition=Disposition.COMPLETE if does else Disposition.NOT_AT_HOME,
            is_final=True, done_on=survey.since,
        )
        for number, does in enumerate(answers, start=1)
    )  # fmt: skip
    return [
        Response(
            id=UUID(bytes=chance.bytes(16), version=4), sample=drawn.sample, community=drawn,
            division_id=survey.division_id, county=drawn.stratum.county, on=survey.since,
            adults=int(chance.integers(1, 5)), seconds=180,
            answers=sheet(survey.questionnaire.document, level, chance),
        )
        for _ in range(int(answers.sum()))
    ]  # fmt: skip


def sheet(
    document: dict[str, Any], level: float, chance: np.random.Generator
) -> dict[str, Any]:
    """One sheet: satisfied with that chance, a few blanks, skip logic kept."""
    good = [level * share for share in (0.5, 0.3, 0.2)]
    steps = [*good, (1 - level) * 0.7, (1 - level) * 0.3]
    said: dict[str, Any] = {}
    for block in document["blocks"]:
        for question in block["questions"]:
            if any(
                said.get(c["question"]) not in c["among"] for c in question.get("only_if", ())
            ):
                continue
            if question["kind"] == "scale":
                turn = chance.random()
                if turn < 0.02:
                    continue
                said[question["code"]] = (
                    "cannot_say" if turn < 0.05 else STEPS[chance.choice(5, p=steps)]
                )
            elif question["kind"] == "one":
                options = question["options"]
                said[question["code"]] = options[int(chance.integers(len(options)))]["code"]
    return said
