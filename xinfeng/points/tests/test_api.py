"""Points over the interface: the same commands, the same refusals."""

from uuid import uuid4

import pytest

from xinfeng.base import clock
from xinfeng.people.tests.build import a_person
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE
from xinfeng.points.tests.build import a_reward

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def test_the_catalogue_is_open_and_the_statement_is_ones_own(client):
    reward = a_reward()

    listed = client.get("/api/v1/rewards").json()["items"]
    mine = client.get("/api/v1/me/points", headers=bearer(a_person(), Scope.RECORD)).json()

    assert [one["code"] for one in listed] == [reward.code]
    assert (mine["balance"], mine["items"]) == (0, [])


def test_a_refusal_is_the_same_on_the_page(client):
    reward, mei = a_reward(), a_person()
    said = {"client_id": str(uuid4())}

    told = client.post(
        f"/api/v1/rewards/{reward.code}/redemptions", said, JSON, headers=bearer(mei)
    )
    client.force_login(mei)
    shown = client.post(f"/points/rewards/{reward.code}/redemptions/", said)

    assert refused_with(told) == refused_with(shown)


def test_somebody_elses_redemption_is_unknown(client):
    told = client.post("/api/v1/me/redemptions/NONE/refund", headers=bearer(a_person()))

    assert refused_with(told) == (404, "unknown")
