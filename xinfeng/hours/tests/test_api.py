"""One's own record over the interface."""

from datetime import timedelta

import pytest

from xinfeng.base import clock
from xinfeng.hours import queries
from xinfeng.hours.queries import own
from xinfeng.hours.tests.build import a_credit
from xinfeng.people.tests.build import a_person
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def test_a_program_reads_the_record_of_its_person_and_of_nobody_else(client):
    mei, other = a_person(), a_person("other")
    a_credit(mei, 90)
    a_credit(other, 30)

    record = client.get("/api/v1/me/hours", headers=bearer(mei, Scope.RECORD)).json()

    assert record["total_minutes"] == 90
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
    assert (second["next"], second["total_minutes"]) == (
        None,
        queries.record(mei, after=None).total,
    )


def test_a_wrong_key_is_a_mistake_and_not_the_beginning(client):
    headers = bearer(a_person(), Scope.RECORD)

    answer = client.get("/api/v1/me/hours?after=yesterday", headers=headers)

    assert refused_with(answer) == (422, "after_unreadable")


def test_a_value_that_is_not_understood_is_named_with_its_place(client):
    headers = bearer(a_person(), Scope.PART) | {"Accept-Language": "zh-CN"}

    answer = client.post(
        "/api/v1/holds/1/appeal", {"reason": "BECAUSE"}, "application/json", headers=headers
    )

    assert refused_with(answer) == (422, "misread")
    (mistake,) = answer.json()["mistakes"]
    assert mistake["where"] == "body.objection.reason"
    assert mistake["detail"].startswith("可选值：")


def test_a_review_of_somebody_elses_hours_is_unknown(client):
    headers = bearer(a_person(), Scope.PART)

    answer = client.post(
        "/api/v1/holds/1/appeal", {"reason": "OTHER"}, "application/json", headers=headers
    )

    assert refused_with(answer)[1] in {"hold_unknown", "misread"}
