"""Profile, qualifications and family over the interface."""

from datetime import date

import pytest

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal
from xinfeng.people import commands
from xinfeng.people.models import Channel, Consent, ConsentKind
from xinfeng.people.tests.build import (
    AGREED_MINOR,
    a_person,
    an_applicant,
    an_id_number,
    numbered,
)
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.wishes import Told
from xinfeng.places.tests.build import NINE, a_city

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def refusal_of(verb, **given):
    with pytest.raises(Refusal) as refused:
        verb(**given, at=NINE)
    return refused.value.status, refused.value.code


def test_a_profile_is_told_and_read_back(client):
    headers = bearer(a_person("mei"))
    free = {"free": ["1-MORNING", "7-EVENING"]}

    told = client.post("/api/v1/me/profile", free, JSON, headers=headers).json()

    assert told["free"] == free["free"]
    assert client.get("/api/v1/me/profile", headers=headers).json() == told


def test_a_profile_or_a_paper_is_refused_as_by_the_command(client):
    mei, headers = a_person("mei"), bearer(a_person("lan"))

    skill = client.post("/api/v1/me/profile", {"skills": ["flying"]}, JSON, headers=headers)
    paper = client.post("/api/v1/me/qualifications", {"code": "flying"}, JSON, headers=headers)
    removed = client.post("/api/v1/me/qualifications/1/removal", headers=headers)

    own = {"person_id": mei.pk, "actor": mei}
    assert refused_with(skill) == refusal_of(
        commands.tell_profile, told=Told(skills=("flying",)), **own
    )
    assert refused_with(paper) == refusal_of(
        commands.enter_qualification, code="flying", number="", valid_until=None, **own
    )
    assert refused_with(removed) == refusal_of(
        commands.remove_qualification, qualification_id=1, actor=mei
    )


def test_a_guardian_agrees_and_withdraws_by_a_program_that_sees_no_childs_full_name(client):
    lan = numbered(a_person("lan"), id_number=an_id_number(date(1985, 1, 2)))
    child = an_applicant(id_number=an_id_number(date(2010, 1, 1)), phone="")
    commands.register_oneself(
        new=child, division_id=a_city().village.pk, guardian="lan", at=NINE
    )
    headers = bearer(lan)

    page = client.get("/api/v1/me/family", headers=headers)
    (asked,) = page.json()["wards"]
    address = f"/api/v1/me/family/{asked['id']}"
    foreign = client.post(f"{address}/withdrawal", headers=bearer(a_person("mei")))
    agreed = client.post(f"{address}/consent", {"version": AGREED_MINOR}, JSON, headers=headers)
    ended = client.post(f"{address}/withdrawal", headers=headers)

    assert child.name not in page.content.decode()
    assert asked["state"] == "ASKED"
    assert (agreed.json()["state"], ended.json()["state"]) == ("CONFIRMED", "WITHDRAWN")
    with scope.whole_city():
        assert Consent.objects.get(kind=ConsentKind.MINOR).channel == Channel.API
    assert refused_with(foreign) == (403, "not_asked")
