"""Samples that can be answered by code, at an open address and in the street."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xinfeng.base import scope
from xinfeng.people.models import Person, Role
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.surveys import personal_codes, quotas
from xinfeng.surveys.models import Mode, Quota, Sample, SampleUnit, Surveyor, SurveyState
from xinfeng.surveys.sent import Sheet

from .build import DOCUMENT, a_frame, a_sample, a_survey, a_version, chosen

GOOD = {
    "estate": "very", "safety": "fairly", "used_hotline": "yes", "hotline": "quite",
    "overall": "quite", "sex": "f", "age": "a18_39",
}  # fmt: skip
# Whoever is outside the ages asked ends the interview there.
SCREENED: dict[str, Any] = {
    **DOCUMENT,
    "screening": [{"question": "age", "among": ["a18_39", "a40_65"]}],
    "blocks": [
        *DOCUMENT["blocks"][:2],
        {
            **DOCUMENT["blocks"][2],
            "questions": [
                DOCUMENT["blocks"][2]["questions"][0],
                chosen("age", "您的年龄", "Your age", a18_39="18–39 岁", a40_65="40–65 岁",
                       outside="其他"),
            ],
        },
    ],
}  # fmt: skip


def sheet(answers: Mapping[str, Any] = GOOD, **more: Any) -> Sheet:
    said = {"adults": 2, "seconds": 170, "arrangement": 5} | more
    return Sheet(answers, **said)


def a_coded(
    document: dict[str, Any] = DOCUMENT, households: int = 5,
    state: SurveyState = SurveyState.IN_FIELD, mode: Mode = Mode.WEB_CODE,
    at: datetime = NINE,
) -> Sample:  # fmt: skip
    """A sample of one village whose households hold letters with personal codes."""
    there = a_city()
    frame = a_frame(there.city, {there.village.code: 400}, at)
    version = a_version(there.city, at, document=document)
    survey = a_survey(there.city, version, at, frame=frame, state=state)
    with scope.whole_city():
        sample = a_sample(survey, mode, households)
        units = list(sample.units.order_by("number"))
        letters = personal_codes.codes_of(unit.code for unit in units)
        for unit in units:
            unit.web_digest = personal_codes.digest_of(letters[unit.code])
        SampleUnit.objects.bulk_update(units, ["web_digest"])
    return sample


def codes_of(sample: Sample) -> list[str]:
    """What stands in the letters, in the order of the households."""
    with scope.whole_city():
        units = list(sample.units.order_by("number").values_list("code", flat=True))
    return [personal_codes.code_of(unit) for unit in units]


def an_open(document: dict[str, Any] = DOCUMENT) -> Sample:
    city = a_city().city
    survey = a_survey(city, a_version(city, NINE, document=document), NINE)
    return Sample.objects.create(survey=survey, mode=Mode.WEB_OPEN, open_code="happy22")


def a_street(*cells: Mapping[str, str], wanted: int) -> Sample:
    """With quotas, and Lan who asks."""
    city = a_city().city
    survey = a_survey(city, a_version(city, NINE), NINE)
    sample = Sample.objects.create(survey=survey, mode=Mode.INTERCEPT)
    for cell in cells:
        Quota.objects.create(
            sample=sample, cell=dict(cell), key=quotas.key_of(cell), wanted=wanted
        )
    a_surveyor(sample, a_person("lan"))
    return sample


def a_surveyor(sample: Sample, person: Person) -> Surveyor:
    survey = sample.survey
    a_grant(person, Role.SURVEYOR, division=survey.division)
    with scope.whole_city():
        return Surveyor.objects.create(
            survey=survey, person=person, division_id=survey.division_id,
            number=survey.surveyors.count() + 1,
        )  # fmt: skip
