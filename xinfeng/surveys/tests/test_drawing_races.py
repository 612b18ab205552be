"""Two at once: one draw with one throw, one frame, one field."""

import pytest

from xinfeng.base import scope
from xinfeng.surveys import commands
from xinfeng.surveys.models import Frame, SampleUnit, Survey, Surveyor

from .at_once import MANY, at_once
from .drawn_build import NINE, a_drawn, a_plan, a_surveyor_person, the_office

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_several_throws_at_once_one_is_drawn_with() -> None:
    planned, office = a_plan(), the_office()
    throws = iter(range(MANY))

    told = at_once(
        lambda: commands.draw_survey(
            survey_id=planned.pk, dice=f"throw {next(throws)}", actor=office, at=NINE
        )
    )

    assert sum(isinstance(each, Survey) for each in told) == 1
    with scope.whole_city():
        assert SampleUnit.objects.count() == 45


def test_surveyors_named_several_times_at_once_are_named_once() -> None:
    drawn, office, lan = a_drawn(), the_office(), a_surveyor_person()

    at_once(
        lambda: commands.name_surveyors(
            survey_id=drawn.pk, people=[lan.pk], actor=office, at=NINE
        )
    )

    with scope.whole_city():
        assert Surveyor.objects.count() == 1
        assert not SampleUnit.objects.filter(surveyor=None).exists()
    assert Frame.objects.count() == 1
