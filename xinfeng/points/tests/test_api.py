"""Points over the interface: the same commands, the same refusals."""

from uuid import uuid4

import pytest

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal
from xinfeng.people.tests.build import a_person
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE
from xinfeng.points import commands
from xinfeng.points.tests.build import a_merchant, a_reward, with_points

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


def test_a_clerk_hands_out_by_a_program_with_the_same_refusals_as_at_the_desk(client):
    shop = a_merchant()
    said, headers = {"code": "NOSUCHCODE"}, bearer(shop.keeper, Scope.LEAD)

    told = client.post(f"/api/v1/merchants/{shop.code}/pick-ups", said, JSON, headers=headers)
    with pytest.raises(Refusal) as refused:
        commands.hand_out(merchant_id=shop.pk, **said, actor=shop.keeper, at=NINE)
    assert refused_with(told) == (refused.value.status, refused.value.code)

    mei, reward = with_points(a_person(), 7), a_reward(shop, price=5)
    taken = client.post(
        f"/api/v1/rewards/{reward.code}/redemptions",
        {"client_id": str(uuid4())}, JSON, headers=bearer(mei),
    ).json()  # fmt: skip
    done = client.post(
        f"/api/v1/merchants/{shop.code}/pick-ups",
        {"code": taken["code"]}, JSON, headers=headers,
    ).json()  # fmt: skip
    assert (done["state"], done["price_points"]) == ("PICKED_UP", 5)
