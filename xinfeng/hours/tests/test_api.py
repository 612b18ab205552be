"""One's own record over the interface."""

from datetime import timedelta
from uuid import uuid4

import pytest

from xinfeng.base import clock
from xinfeng.hours.queries import own
from xinfeng.hours.tests.build import a_credit
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, TODAY, a_city

JSON = "application/json"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def test_a_program_reads_the_record_of_its_person_and_of_nobody_else(client):
    mei, other = a_person(), a_person("other")
    a_credit(mei, 90)
    a_credit(other, 30)

    record = client.get("/api/v1/me/hours", headers=bearer(mei, Scope.RECORD)).json()

    assert record["service_minutes"] == 90
    assert [line["minutes"] for line in record["items"]] == [90]


def test_the_record_pages_by_key(client, monkeypatch):
    monkeypatch.setattr(own, "PAGE", 2)
    mei = a_person()
    for days in range(3):
        a_credit(mei, 60 + days, earned_on=TODAY - timedelta(days=days))
    headers = bearer(mei, Scope.RECORD)

    first = client.get("/api/v1/me/hours", headers=headers).json()
    second = client.get("/api/v1/me/hours", {"after": first["next"]}, headers=headers).json()

    minutes = [line["minutes"] for line in first["items"] + second["items"]]
    assert minutes == [60, 61, 62]
    assert (second["next"], second["service_minutes"]) == (None, 183)


def test_a_wrong_key_is_a_mistake_and_not_the_beginning(client):
    headers = bearer(a_person(), Scope.RECORD)

    answer = client.get("/api/v1/me/hours?after=yesterday", headers=headers)

    assert refused_with(answer) == (422, "after_unreadable")


def test_a_value_that_is_not_understood_is_named_with_its_place(client):
    headers = bearer(a_person(), Scope.PART) | {"Accept-Language": "zh-CN"}

    answer = client.post("/api/v1/holds/1/appeal", {"reason": "BECAUSE"}, JSON, headers=headers)

    assert refused_with(answer) == (422, "misread")
    (mistake,) = answer.json()["mistakes"]
    assert mistake["where"] == "body.objection.reason"
    assert mistake["detail"].startswith("可选值：")


def test_a_review_of_somebody_elses_hours_is_unknown(client):
    headers = bearer(a_person(), Scope.PART)

    answer = client.post("/api/v1/holds/1/appeal", {"reason": "OTHER"}, JSON, headers=headers)

    assert refused_with(answer)[1] in {"hold_unknown", "misread"}


def test_a_line_is_contested_once_and_the_word_taken_back(client):
    mei = a_person()
    credit = a_credit(mei)
    address = f"/api/v1/me/hours/{credit.pk}/contests"
    said = {"doubt": "TOO_MUCH", "text": "我提前走了"}

    first = client.post(address, said, JSON, headers=bearer(mei)).json()
    again = client.post(address, said, JSON, headers=bearer(mei)).json()
    back = client.post(f"/api/v1/contests/{first['id']}/withdrawal", headers=bearer(mei))

    assert first == again
    assert back.json()["state"] == "WITHDRAWN"


def test_a_refusal_is_the_same_on_the_page(client):
    mei, credit = a_person(), a_credit(a_person("other"))
    said = {"doubt": "NOT_ME"}

    told = client.post(
        f"/api/v1/me/hours/{credit.pk}/contests", said, JSON, headers=bearer(mei)
    )
    client.force_login(mei)
    shown = client.post(f"/hours/record/{credit.pk}/", said)

    assert told.status_code == shown.status_code == 404


def test_hours_are_applied_for_and_count_when_a_second_person_stands_for_them(client):
    mei, office = a_person(), an_office(a_city().township)
    starts = NINE - timedelta(hours=3)
    wish = {
        "client_id": str(uuid4()), "kind": "OWN", "title": "帮邻居搬家",
        "division": mei.division_id, "reason": "UNPLANNED",
        "lines": [{"starts_at": starts.isoformat(), "ends_at": NINE.isoformat()}],
    }  # fmt: skip

    made = client.post("/api/v1/me/entries", wish, JSON, headers=bearer(mei)).json()
    again = client.post("/api/v1/me/entries", wish, JSON, headers=bearer(mei)).json()
    address = f"/api/v1/entries/{made['id']}/confirmation"
    own = client.post(address, headers=bearer(mei))
    client.force_login(mei)
    shown = client.post(f"/hours/entries/{made['id']}/confirmation/")
    confirmed = client.post(address, headers=bearer(office)).json()

    assert made == again
    assert refused_with(own) == refused_with(shown)
    assert confirmed["state"] == "CONFIRMED"
    record = client.get("/api/v1/me/hours", headers=bearer(mei)).json()
    assert record["service_minutes"] == 180


def test_a_text_longer_than_its_column_is_refused_not_an_error(client):
    mei = a_person()
    credit = a_credit(mei)
    said = {"doubt": "TOO_MUCH", "text": "走" * 201}

    answer = client.post(
        f"/api/v1/me/hours/{credit.pk}/contests", said, JSON, headers=bearer(mei)
    )

    assert refused_with(answer)[1] == "misread"
