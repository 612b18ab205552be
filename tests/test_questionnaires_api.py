"""Questionnaires over the interface: the same words for the same readers as on the pages."""

import pytest

from xinfeng.base import clock
from xinfeng.config import api
from xinfeng.people.tests.build import an_office
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.surveys.tests.build import DOCUMENT, a_survey, a_version
from xinfeng.surveys.tests.test_reading import TINY

pytestmark = pytest.mark.django_db
ONE = "/api/v1/questionnaires/residents/1"


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)
    monkeypatch.setattr(api.Paced, "allow_request", lambda self, request: True)


def send(client, person, address: str, **said: object):
    headers = bearer(person, Scope.OFFICE)
    return client.post(address, said, content_type="application/json", headers=headers)


def test_a_program_of_the_office_brings_in_changes_copies_and_locks(client):
    office = an_office(a_city().city)
    made = send(client, office, "/api/v1/questionnaires", text=TINY).json()
    assert (made["code"], made["number"], made["state"]) == ("residents", 1, "DRAFT")
    assert [each["code"] for each in made["questions"]][:2] == ["estate", "counters"]
    assert made["remarks"] == made["unfinished"] == []
    text = made["text"].replace("窗口服务", "窗口办事")
    changed = send(client, office, f"{ONE}/words", text=text, was=made["digest"]).json()
    assert changed["digest"] != made["digest"]
    late = send(client, office, f"{ONE}/words", text=made["text"], was=made["digest"])
    assert refused_with(late) == (409, "questionnaire_changed_meanwhile")
    assert send(client, office, f"{ONE}/lock").json()["state"] == "LOCKED"
    assert send(client, office, f"{ONE}/copies").json()["number"] == 2
    stays = send(client, office, f"{ONE}/words", text=made["text"])
    assert refused_with(stays) == (409, "questionnaire_is_locked")


def test_a_wrong_text_is_told_place_by_place(client):
    office = an_office(a_city().city)
    wrong = TINY.replace("headline: overall", "headline: sex")
    answer = send(client, office, "/api/v1/questionnaires", text=wrong)
    assert answer.status_code == 422
    assert [each["where"] for each in answer.json()["mistakes"]] == ["headline"]


def test_before_the_field_the_words_are_its_keepers_alone(client):
    city = a_city()
    version = a_version(city.city, NINE)
    a_version(city.city, NINE, code="draft", locked=False)
    office, county = an_office(city.city, "office"), an_office(city.county, "county")
    for reader in (None, county):
        headers = bearer(reader, Scope.OFFICE) if reader else {}
        told = client.get(ONE, headers=headers).json()
        assert (told["title"], told["text"], told["questions"]) == (None, None, [])
        assert told["digest"] == version.digest
        listed = client.get("/api/v1/questionnaires", headers=headers).json()["items"]
        assert [(each["code"], each["title"]) for each in listed] == [("residents", None)]
        draft = client.get("/api/v1/questionnaires/draft/1", headers=headers)
        assert draft.status_code == 404
    headers = bearer(office, Scope.OFFICE)
    assert client.get(ONE, headers=headers).json()["title"] == DOCUMENT["title"]["zh"]
    assert len(client.get("/api/v1/questionnaires", headers=headers).json()["items"]) == 2
    assert send(client, county, f"{ONE}/copies").status_code == 404
    a_survey(city.city, version, NINE)
    assert client.get(ONE).json()["is_open"] is True
    assert len(client.get(ONE).json()["questions"]) == 7
    assert client.get(ONE).json()["remarks"] == []
