"""Certificates, stars and reviews over the interface."""

from datetime import date, timedelta

import pytest

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal
from xinfeng.hours import commands, serving
from xinfeng.hours.models import Appeal
from xinfeng.hours.tests.build import a_credit, a_hold
from xinfeng.people.models import Identity
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.places.tests.build import NINE, TODAY, a_city

pytestmark = pytest.mark.django_db
JSON = "application/json"
REASON = Appeal.values[0]


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def refusal_of(verb, **given):
    with pytest.raises(Refusal) as refused:
        verb(**given, at=NINE)
    return refused.value.status, refused.value.code


def a_certificate(client, person):
    a_credit(person)
    wish = {"first_on": TODAY.isoformat(), "last_on": TODAY.isoformat()}
    return client.post("/api/v1/me/certificates", wish, JSON, headers=bearer(person)).json()[
        "code"
    ]


def test_a_certificate_is_fetched_as_a_file_by_its_holder_only(client):
    mei, lan = a_person("mei"), a_person("lan")
    code = a_certificate(client, mei)
    address = f"/api/v1/me/certificates/{code}/file"

    file = client.get(address, headers=bearer(mei))
    foreign = client.get(address, headers=bearer(lan))

    assert (file["Content-Type"], file.content[:5]) == ("application/pdf", b"%PDF-")
    assert refused_with(foreign) == (404, "unknown")


def test_the_public_check_tells_the_family_name_only_and_nothing_once_closed(client):
    mei = a_person("mei", name="王小梅")
    code = a_certificate(client, mei)

    shown = client.get(f"/api/v1/certificates/{code}")
    closed = client.post(
        f"/api/v1/me/certificates/{code}/visibility",
        {"is_public": False}, JSON, headers=bearer(mei),
    )  # fmt: skip
    after = client.get(f"/api/v1/certificates/{code}")

    assert (shown.json()["name"], "小梅" in shown.content.decode()) == ("王**", False)
    assert closed.json()["is_public"] is False
    assert refused_with(after) == refused_with(client.get("/api/v1/certificates/NONE"))


def test_codes_are_not_tried_faster_than_on_the_page(client, monkeypatch):
    monkeypatch.setattr(serving.CHECK_PACE, "take", lambda *given: 7.0)

    assert refused_with(client.get("/api/v1/certificates/NONE")) == (429, "too_many_checks")


def test_an_application_for_a_star_is_refused_as_by_the_command(client):
    mei = a_person("mei")

    told = client.post("/api/v1/me/stars/applications", {"level": 1}, JSON, headers=bearer(mei))

    assert refused_with(told) == refusal_of(commands.apply_for_star, level=1, actor=mei)


def test_a_star_is_applied_for_put_up_objected_to_and_withdrawn(client):
    mei, lan = a_person("mei", name="王小梅"), a_person("lan")
    with scope.whole_city():
        Identity.objects.filter(pk=mei.pk).update(born_on=date(1990, 1, 1))
    for days in range(10):
        a_credit(mei, 600, earned_on=TODAY - timedelta(days=days))
    headers = bearer(mei)

    made = client.post(
        "/api/v1/me/stars/applications", {"level": 1}, JSON, headers=headers
    ).json()
    office = an_office(a_city().county)
    commands.publish_star(application_id=made["id"], actor=office, at=NINE)
    (line,) = client.get("/api/v1/stars/notices").json()["items"]
    address = f"/api/v1/stars/notices/{made['id']}/objection"
    said = client.post(address, {"words": "不是他做的"}, JSON, headers=bearer(lan))
    own = client.post(address, {"words": "不是他做的"}, JSON, headers=headers)
    mine = client.get("/api/v1/me/stars", headers=headers).json()
    ended = client.post(
        f"/api/v1/me/stars/applications/{made['id']}/withdrawal", headers=headers
    ).json()

    assert (line["id"], line["name"]) == (made["id"], "王**")
    assert said.json()["state"] == "OPEN"
    assert refused_with(own) == (403, "your_own_star")
    assert [one["state"] for one in mine["applications"]] == ["NOTICE"]
    assert ended["state"] == "WITHDRAWN"
    late = client.post(address, {"words": "不是他做的"}, JSON, headers=bearer(lan))
    assert refused_with(late) == refusal_of(
        commands.object_to_star, application_id=made["id"], words="x", actor=lan
    )


def test_ones_own_reviews_are_listed_and_nobody_elses_can_be_appealed(client):
    mei, lan = a_person("mei"), a_person("lan")
    hold = a_hold(a_credit(mei))

    mine = client.get("/api/v1/me/reviews", headers=bearer(mei)).json()["items"]
    others = client.get("/api/v1/me/reviews", headers=bearer(lan)).json()["items"]
    told = client.post(
        f"/api/v1/holds/{hold.pk}/appeal", {"reason": REASON}, JSON, headers=bearer(lan)
    )

    assert ([one["id"] for one in mine], others) == ([hold.pk], [])
    assert refused_with(told) == refusal_of(
        commands.appeal, hold_id=hold.pk, reason=REASON, text="", actor=lan
    )
