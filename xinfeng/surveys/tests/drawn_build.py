"""A survey on its way, made by the commands: frame, plan, draw, surveyors, field."""

from datetime import timedelta
from typing import Any

from xinfeng.people.models import Person, Role
from xinfeng.people.tests.build import a_grant, a_person, an_office
from xinfeng.places.tests.build import NINE, a_city, a_division
from xinfeng.surveys import commands
from xinfeng.surveys.commands import NewFrame, NewSample, NewSurvey
from xinfeng.surveys.models import Frame, Mode, QuestionnaireVersion, Survey
from xinfeng.surveys.tables import Listed

from .build import a_version

SECRET = "nobody knows this before the draw"
DICE = "4 6 1 1 3"
TODAY = NINE.date()


def the_office() -> Person:
    found = Person.objects.filter(username="office").first()
    return found or an_office(a_city().city, "office")


def listed(each: int = 6) -> list[Listed]:
    """Two counties, town and country in each; so many communities of growing size."""
    found = []
    for county in (430405, 430406):
        for number in range(1, 2 * each + 1):
            code = county * 10**6 + 9_000 + number
            a_division(code, f"村{number}")
            found.append(Listed(code, number <= each, 40 + 15 * number))
    return found


def a_made_frame(code: str = "F1", each: int = 6) -> Frame:
    new = NewFrame(code, "2022 年户数", a_city().city.pk, TODAY, "公安局")
    return commands.make_frame(new=new, listed=listed(each), actor=the_office(), at=NINE)


def at_the_door(**more: Any) -> NewSample:
    return NewSample(Mode.HOUSEHOLD, **({"communities": 9, "per_community": 5} | more))


def the_version() -> QuestionnaireVersion:
    found = QuestionnaireVersion.objects.filter(questionnaire__code="residents").first()
    return found or a_version(a_city().city, NINE)


def a_new(code: str = "S1", *samples: NewSample, **more: Any) -> NewSurvey:
    fields = {
        "code": code, "name": "2022 年满意度调查",
        "questionnaire_version_id": the_version().pk, "division_id": a_city().city.pk,
        "since": TODAY, "until": TODAY + timedelta(20), "year": 2022,
        "samples": samples or (at_the_door(),), "frame_id": a_made_frame().pk,
    } | more  # fmt: skip
    return NewSurvey(**fields)


def a_plan(code: str = "S1", *samples: NewSample, **more: Any) -> Survey:
    new = a_new(code, *samples, **more)
    return commands.plan_survey(new=new, secret=SECRET, actor=the_office(), at=NINE)


def a_drawn(code: str = "S1", *samples: NewSample, **more: Any) -> Survey:
    planned = a_plan(code, *samples, **more)
    return commands.draw_survey(survey_id=planned.pk, dice=DICE, actor=the_office(), at=NINE)


def a_surveyor_person(username: str = "lan") -> Person:
    person = a_person(username, name="兰调查", division=a_city().other_village)
    a_grant(person, Role.SURVEYOR, division=a_city().city)
    return person


def opened(found: Survey, *people: Person) -> Survey:
    """In the field, asked by Lan unless others are named."""
    named = people or (a_surveyor_person(),)
    commands.name_surveyors(
        survey_id=found.pk, people=[each.pk for each in named], actor=the_office(), at=NINE
    )
    return commands.open_survey(survey_id=found.pk, actor=the_office(), at=NINE)
