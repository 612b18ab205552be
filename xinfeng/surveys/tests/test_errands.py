"""The telephone desk and the street are found by whoever asks there, and by whoever runs it."""

from datetime import timedelta

import pytest

from xinfeng.base import clock
from xinfeng.people.models import Person, Role
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.places.tests.build import NINE
from xinfeng.surveys.models import Mode, Response, Survey, SurveyState
from xinfeng.surveys.queries.errands import errands_of

from .answers import a_coded, a_street, a_surveyor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(days=2))


@pytest.fixture
def phone():
    sample = a_coded(mode=Mode.PHONE, households=3)
    a_surveyor(sample, a_person("lan"))
    return sample


def office_of(sample):
    office = a_person("office")
    a_grant(office, Role.CITY_OFFICE, division=sample.survey.division)
    return office


def test_a_surveyor_finds_the_desk_from_the_phone_and_while_it_is_asked_only(client, phone):
    client.force_login(Person.objects.get(username="lan"))
    (desk,) = client.get("/interviews/households.json").json()["desks"]

    assert (desk["mode"], desk["href"]) == ("PHONE", f"/surveys/{phone.survey.code}/phone/")
    assert client.get(desk["href"]).status_code == 200
    Survey.objects.filter(pk=phone.survey_id).update(
        state=SurveyState.CLOSED, closed_at=clock.now()
    )
    assert client.get("/interviews/households.json").json()["desks"] == []


def test_nobody_else_has_an_errand(phone):
    assert errands_of(a_person("mei").pk) == []


def test_whoever_runs_the_survey_finds_the_desk_in_its_menu_and_looks_on(client, phone):
    code = phone.survey.code
    client.force_login(office_of(phone))

    menu = client.get(f"/surveys/{code}/design/").content.decode()
    desk = client.get(f"/surveys/{code}/phone/")

    assert f'href="/surveys/{code}/phone/"' in menu
    assert f'href="/surveys/{code}/sample/{phone.pk}/"' in menu
    assert f'href="/surveys/{code}/street/"' not in menu
    assert desk.status_code == 200
    assert b'class="button primary full"' not in desk.content
    assert client.post(f"/surveys/{code}/phone/").status_code == 403


def test_whoever_runs_the_survey_sees_the_quotas_and_hands_in_nothing(client):
    sample = a_street({"sex": "f"}, wanted=3)
    page = f"/surveys/{sample.survey.code}/street/"
    client.force_login(office_of(sample))

    assert client.get(page).status_code == 200
    assert client.post(page, {"spot": "市场", "q.sex": "f"}).status_code == 404
    assert not Response.objects.exists()


def test_a_surveyor_finds_it_from_the_assessment_as_well(client, phone):
    client.force_login(Person.objects.get(username="lan"))

    page = client.get("/assessment/").content.decode()

    assert f'href="/surveys/{phone.survey.code}/phone/"' in page


def test_a_survey_is_asked_in_the_field_only(phone):
    survey = Survey.objects.get(pk=phone.survey_id)
    assert survey.asked_now == {"PHONE"}

    survey.state = SurveyState.CLOSED
    assert survey.asked_now == set()
