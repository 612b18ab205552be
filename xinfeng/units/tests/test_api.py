"""Units and points over the interface: the same commands, the same refusals, paged by key."""

import pytest

from xinfeng.base import clock
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant, a_person, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.units.models import MemberRole, Point, Unit

from .build import a_member, a_point, a_type, a_unit

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


@pytest.fixture
def office():
    return bearer(an_office(a_city().city), Scope.OFFICE)


def post(client, address: str, said: dict | None = None, *, headers):
    return client.post(f"/api/v1{address}", said or {}, JSON, headers=headers)


def test_units_and_points_page_by_key_in_reading_order(client, office):
    unit = a_unit()
    for _n in range(53):
        a_point(unit=unit)
    with at_most(12):
        first = client.get("/api/v1/points", headers=office).json()
    rest = client.get("/api/v1/points", {"after": first["next"]}, headers=office).json()

    assert (len(first["items"]), first["total"], len(rest["items"])) == (50, 53, 3)
    assert rest["next"] is None
    codes = [each["code"] for each in first["items"] + rest["items"]]
    assert codes == [each.code for each in Point.objects.in_reading_order()]
    units = client.get("/api/v1/units", headers=office).json()
    assert [(each["code"], each["points"]) for each in units["items"]] == [(unit.code, 53)]


def test_a_key_that_no_list_gave_is_refused(client, office):
    told = client.get("/api/v1/points", {"after": "here"}, headers=office)

    assert refused_with(told) == (422, "after_unreadable")


def test_a_point_is_registered_kept_suspended_used_again_and_closed(client, office):
    unit, kind, keeper = a_unit(), a_type(), a_person("mei-8")
    said = {
        "code": "P-NEW", "division": a_city().village.pk, "name": "新市场", "type": kind.code,
        "unit": unit.code, "lat_e6": 26_900_000, "lon_e6": 112_600_000,
    }  # fmt: skip

    made = post(client, "/points", said, headers=office)
    again = post(client, "/points", said, headers=office)
    assert made.json() == again.json()
    assert Point.objects.filter(code="P-NEW").count() == 1
    kept = post(client, "/points/P-NEW/keeper", {"username": keeper.username}, headers=office)
    assert kept.json()["keeper"].endswith("*")
    assert keeper.username not in kept.content.decode()
    states = [
        post(client, f"/points/P-NEW/{act}", headers=office).json()["state"]
        for act in ("suspension", "use", "closure")
    ]
    assert states == ["SUSPENDED", "OPEN", "CLOSED"]
    other = post(client, "/points", said | {"name": "另一个"}, headers=office)
    assert refused_with(other) == (409, "point_code_taken")


def test_a_unit_is_added_described_gets_people_and_ends(client, office):
    person = a_person("mei")
    said = {
        "code": "U-NEW", "division": a_city().city.pk, "name": "市园林局", "short_name": "园林",
        "kind": "CITY",
    }  # fmt: skip

    assert post(client, "/units", said, headers=office).status_code == 200
    assert post(client, "/units", said, headers=office).json()["code"] == "U-NEW"
    named = post(
        client, "/units/U-NEW/members", {"username": "mei", "role": "HEAD"}, headers=office
    ).json()
    assert [(each["role"], each["name"] != person.username) for each in named["people"]] == [
        ("HEAD", True)
    ]
    member = named["people"][0]["id"]
    assert post(client, f"/unit-members/{member}/end", headers=office).json()["people"] == []
    assert post(client, "/units/U-NEW/end", headers=office).json()["is_active"] is False
    assert Unit.objects.get(code="U-NEW").until is not None


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.KEEPER, None])
def test_a_stranger_reads_no_register(client, role):
    unit, point = a_unit(), a_point()
    person = a_person("nobody")
    if role == Role.VOLUNTEER:
        a_grant(person, role, division=a_city().village)
    headers = bearer(person, Scope.OFFICE)

    for address in ("/units", f"/units/{unit.code}", "/points", f"/points/{point.code}"):
        assert refused_with(client.get(f"/api/v1{address}", headers=headers)) == (
            403,
            "not_for_you",
        )


def test_an_office_of_another_county_changes_nothing(client):
    point = a_point()
    headers = bearer(an_office(a_city().other_county), Scope.OFFICE)

    told = post(client, f"/points/{point.code}/closure", headers=headers)

    assert refused_with(told) == (403, "not_your_area")
    assert Point.objects.get(pk=point.pk).state == "OPEN"


def test_people_of_a_unit_read_and_put_its_points_in_charge(client):
    unit, mei = a_unit(), a_person("mei")
    a_member(mei, unit, role=MemberRole.LIAISON)
    point = a_point(unit=unit)
    headers = bearer(mei, Scope.OFFICE)

    assert client.get(f"/api/v1/points/{point.code}", headers=headers).status_code == 200
    told = post(client, f"/points/{point.code}/keeper", {"username": "mei"}, headers=headers)
    assert told.status_code == 200
    assert post(client, f"/points/{point.code}/relief", headers=headers).json()["keeper"] == ""
    refused = post(client, f"/points/{point.code}/suspension", headers=headers)
    assert refused_with(refused) == (403, "not_your_area")
