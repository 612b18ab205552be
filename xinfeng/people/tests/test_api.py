"""One's own account over the interface."""

import pytest
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.people import commands, notices
from xinfeng.people.models import Consent
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, a_city

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)
    monkeypatch.setattr(notices, "_sentences", {})
    notices.declare({"test.told": gettext_lazy("%(title)s is called off")})


def told(person, title):
    with scope.whole_city():
        commands.tell("test.told", [person.pk], at=NINE, title=title)


def text_of(client, kind):
    texts = client.get("/api/v1/policies").json()
    return next(text for text in texts if text["kind"] == kind)


def test_i_am_told_who_i_am_and_what_i_may(client):
    office = an_office(a_city().county)

    me = client.get("/api/v1/me", headers=bearer(office, Scope.RECORD)).json()

    assert me["username"] == office.username
    assert [role["role"] for role in me["roles"]] == ["COUNTY_OFFICE"]


def test_a_consent_is_given_to_the_words_shown_and_taken_back(client):
    mei = a_person()
    headers = bearer(mei)
    text = text_of(client, "LOCATION")
    body = {"kind": "LOCATION", "version": text["version"]}

    given = client.post("/api/v1/me/consents", body, JSON, headers=headers).json()
    listed = client.get("/api/v1/me/consents", headers=headers).json()
    ended = client.post("/api/v1/me/consents/LOCATION/withdrawal", headers=headers).json()

    assert (given["channel"], given["withdrawn_at"]) == ("API", None)
    assert listed == [given]
    assert ended["withdrawn_at"] is not None
    with scope.whole_city():
        assert Consent.objects.get().text_digest == text["digest"]


def test_a_refusal_of_the_command_arrives(client):
    headers = bearer(a_person())

    stale = client.post(
        "/api/v1/me/consents", {"kind": "LOCATION", "version": "old"}, JSON, headers=headers
    )
    never = client.post("/api/v1/me/consents/LOCATION/withdrawal", headers=headers)

    assert refused_with(stale) == (409, "text_has_changed")
    assert refused_with(never) == (409, "consent_not_given")


def test_the_inbox_shows_ones_own_messages_and_marks_them(client):
    mei = a_person()
    told(mei, "first")
    told(mei, "second")
    told(a_person("other"), "not mine")
    headers = bearer(mei)

    inbox = client.get("/api/v1/me/notices", headers=headers).json()

    assert [one["sentence"][:6] for one in inbox["items"]] == ["second", "first "]
    assert inbox["unread"] == 2
    one = inbox["items"][0]["id"]
    assert client.post(f"/api/v1/me/notices/{one}/reading", headers=headers).json() == {
        "marked": 1
    }
    assert client.post("/api/v1/me/notices/all/reading", headers=headers).json() == {
        "marked": 1
    }
    older = client.get("/api/v1/me/notices", {"after": one}, headers=headers).json()
    assert [item["sentence"] for item in older["items"]] == ["first is called off"]


def test_somebody_elses_message_cannot_be_marked(client):
    mei = a_person()
    told(mei, "mine")
    one = client.get("/api/v1/me/notices", headers=bearer(mei)).json()["items"][0]["id"]

    other = bearer(a_person("other"))

    assert client.post(f"/api/v1/me/notices/{one}/reading", headers=other).json() == {
        "marked": 0
    }
