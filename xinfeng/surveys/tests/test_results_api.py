"""The interface gives the numbers of the pages, and keeps back what they keep back."""

import pytest
from django.test import Client

from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_person
from xinfeng.surveys import jobs
from xinfeng.surveys.models import Estimate, Survey, SurveyState

from .answered import Shape, a_published_survey, an_answered_survey, the_office

pytestmark = pytest.mark.django_db


def read(client: Client, path: str, **query: str):
    return client.get(f"/api/v1/surveys/{path}", query)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def survey() -> Survey:
    return a_published_survey(Shape(drawn=3, per_community=15))


def test_everybody_reads_how_a_published_survey_was_counted(client, survey) -> None:
    (sample,) = read(client, f"{survey.code}/results").json()["samples"]

    assert (sample["mode"], sample["is_drawn"]) == ("HOUSEHOLD", True)
    assert sample["told"]["rates"]["response"] > 0.5
    assert len(sample["inputs_digest"]) == 64


def test_numbers_come_with_their_interval_page_by_page(client, survey) -> None:
    first = read(client, f"{survey.code}/numbers", domain="WHOLE", question="overall").json()

    share = next(row for row in first["items"] if row["statistic"] == "SATISFIED")
    assert share["low"] < share["value"] < share["high"]
    assert first["next"] is None
    everything = Estimate.objects.filter(estimation__sample__survey=survey).count()
    assert len(read(client, f"{survey.code}/numbers").json()["items"]) == everything


def test_held_back_numbers_have_no_value(client) -> None:
    survey = a_published_survey()

    rows = read(client, f"{survey.code}/numbers", domain="COUNTY").json()["items"]

    held = [row for row in rows if row["held"]]
    assert held
    assert all(row["value"] is None and row["low"] is None for row in held)


def test_nothing_is_there_before_publication_but_for_whoever_runs_it(client) -> None:
    survey = an_answered_survey(Shape(drawn=2, per_community=8))

    assert read(client, f"{survey.code}/results").status_code == 404
    assert read(signed_in(the_office()), f"{survey.code}/results").status_code == 200


def test_numbers_are_asked_for_and_published(client) -> None:
    survey = an_answered_survey(Shape(drawn=2, per_community=8))
    office, mei = signed_in(the_office()), signed_in(a_person("mei"))
    address = f"/api/v1/surveys/{survey.code}"

    for other in (mei, client):
        refused = other.post(
            f"{address}/estimations", {"mode": "HOUSEHOLD"}, "application/json"
        )
        assert refused.status_code in (401, 403, 404)
    run = office.post(f"{address}/estimations", {"mode": "HOUSEHOLD"}, "application/json")
    jobs.estimate_survey(run.json()["id"])
    done = office.get(f"{address}/estimations/HOUSEHOLD").json()
    published = office.post(f"{address}/publication", content_type="application/json")

    assert (done["state"], done["progress"], done["estimation"]) == ("DONE", 100, 1)
    assert published.json()["state"] == SurveyState.PUBLISHED
