"""What the database itself keeps of a survey."""

import pytest
from django.db import IntegrityError, transaction

from xinfeng.base import scope
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.surveys.models import Mode, Response, Sample, SampleUnit, Survey, SurveyState

from .build import a_frame, a_response, a_sample, a_survey, a_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey() -> Survey:
    there = a_city()
    frame = a_frame(there.city, {there.village.code: 400}, NINE)
    return a_survey(there.city, a_version(there.city, NINE), NINE, frame=frame)


@pytest.fixture
def sample(survey: Survey) -> Sample:
    with scope.whole_city():
        return a_sample(survey)


@pytest.fixture
def response(sample: Sample) -> Response:
    return a_response(sample.drawn.get(), {"overall": "quite"}, NINE.date())


def refused(match: str):
    return pytest.raises(IntegrityError, match=match)


def test_answers_never_change(response: Response) -> None:
    response.answers = {"overall": "very"}
    with refused("answers of a survey never change"), transaction.atomic():
        response.save()


def test_answers_are_never_thrown_away(response: Response) -> None:
    with refused("answers of a survey are kept"), transaction.atomic():
        Response.objects.filter(pk=response.pk).delete()


def test_a_pair_is_forgotten_without_touching_the_answers(response: Response) -> None:
    Response.objects.filter(pk=response.pk).update(pair=None)


def test_a_drawn_survey_knows_its_dice(survey: Survey) -> None:
    with refused("survey_is_drawn_with_dice"), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(dice="")


def test_a_planned_survey_was_not_opened(survey: Survey) -> None:
    with refused("survey_times_agree_with_state"), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(state=SurveyState.PLANNED)


def test_a_drawn_sample_says_how_many(sample: Sample) -> None:
    with refused("drawn_sample_says_how_many"), transaction.atomic():
        Sample.objects.filter(pk=sample.pk).update(communities=None)


def test_what_is_open_to_all_is_no_headline(survey: Survey) -> None:
    with refused("only_drawn_samples_are_headlines"), transaction.atomic():
        Sample.objects.create(
            survey=survey, mode=Mode.WEB_OPEN, is_headline=True, open_code="open"
        )


def test_a_household_is_done_on_a_day(sample: Sample) -> None:
    with scope.whole_city(), refused("sample_unit_is_done_on_a_day"), transaction.atomic():
        SampleUnit.objects.filter(sample=sample).update(is_final=True)


def test_households_are_hidden_outside_the_scope(sample: Sample) -> None:
    with scope.whole_city():
        assert SampleUnit.objects.count() == 5
    assert SampleUnit.objects.count() == 0
