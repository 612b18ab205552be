"""Simulated surveys are as the commands would have left them, and say what was stated."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from xinfeng.base import pack, scope
from xinfeng.people.models import Person
from xinfeng.simulate.build import build
from xinfeng.simulate.survey_field import MOST_ATTEMPTS
from xinfeng.surveys import commands, repeating
from xinfeng.surveys.asking import bank_of, checked
from xinfeng.surveys.models import (
    FINAL,
    Attempt,
    Disposition,
    Domain,
    Estimate,
    Response,
    Sample,
    SampleUnit,
    Statistic,
    Survey,
    Surveyor,
)
from xinfeng.units.models import UnitMember

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
TINY = Path(__file__).resolve().parents[3] / "tests" / "cities" / "tiny"


@pytest.fixture
def city(settings):
    settings.CITY_PACK = str(TINY)
    found = pack.load(TINY)
    ahead = found.demo_start - datetime.now(UTC)
    settings.CLOCK_OFFSET_SECONDS = round(ahead.total_seconds())
    build(found, "tiny", progress=lambda line: None)
    with scope.whole_city():
        yield found.demo_start


def test_simulated_surveys_are_as_the_commands_leave_them(city):
    _the_engine_draws_the_same_households()
    _households_came_to_what_their_last_attempt_did()
    _answers_are_those_of_the_questionnaire_and_lead_to_nobody()
    _nobody_who_acts_for_a_unit_asks()
    _published_shares_are_those_stated(city)


def _the_engine_draws_the_same_households():
    for survey in Survey.objects.select_related("frame").order_by("year"):
        found = repeating.check(survey)
        assert found.holds, found
        (sample,) = found.samples
        assert sample.drawn == SampleUnit.objects.filter(sample__survey=survey).count()


def _households_came_to_what_their_last_attempt_did():
    for unit in (
        SampleUnit.objects.select_related("sample__survey")
        .prefetch_related("tries")
        .order_by("pk")
    ):
        tried = sorted(unit.tries.all(), key=lambda each: each.pk)
        assert unit.attempts == len(tried)
        assert unit.disposition == tried[-1].disposition
        if unit.disposition in (Disposition.COMPLETE, Disposition.PARTIAL):
            # No day of it leads to a sheet.
            assert (tried[-1].part, tried[-1].on) == ("", unit.sample.survey.since)
            assert unit.done_on == unit.sample.survey.since
        else:
            assert [each.on for each in tried] == sorted(each.on for each in tried)
        assert unit.is_final == (unit.disposition in FINAL or unit.attempts >= MOST_ATTEMPTS)
        assert unit.person_id == tried[-1].by_id
    assert Attempt.objects.filter(unit__is_called_back=True).exists()


def _answers_are_those_of_the_questionnaire_and_lead_to_nobody():
    for sample in Sample.objects.select_related("survey__questionnaire"):
        bank = bank_of(sample.survey.questionnaire.document)
        found = list(sample.responses.order_by("pk"))
        assert found
        assert not [each for each in found if each.pair]
        for each in found:
            kept, problems = checked(bank, each.answers)
            assert kept == each.answers
            assert not problems or not each.is_complete
        if sample.is_drawn:
            became = sample.units.filter(disposition=Disposition.COMPLETE)
            assert became.count() == sum(each.is_complete for each in found)
        else:
            assert {each.community_id for each in found} == {None}
    assert Response.objects.filter(sample__mode="WEB_OPEN").exists()


def _nobody_who_acts_for_a_unit_asks():
    asked_by = Surveyor.objects.order_by("pk").values_list("person_id", flat=True)
    assert not UnitMember.objects.filter(person__in=list(asked_by)).exists()


def _published_shares_are_those_stated(at):
    office = Person.objects.get(username="city")
    told = {}
    for survey in Survey.objects.order_by("year"):
        for sample in survey.samples.order_by("pk"):
            commands.estimate_sample(sample_id=sample.pk, actor=office, at=at)
        commands.publish_survey(survey_id=survey.pk, actor=office, at=at)
        found = Estimate.objects.get(
            estimation__sample__survey=survey, estimation__sample__is_headline=True,
            question=survey.questionnaire.document["headline"],
            statistic=Statistic.SATISFIED, domain=Domain.WHOLE,
        )  # fmt: skip
        assert found.low < found.value < found.high
        told[survey.year] = f"{found.value:.1%}"
    assert told == {2019: "89.8%", 2020: "97.4%", 2021: "98.5%"}
