"""Activities over the interface: the same commands, the same refusals."""

import base64
from datetime import timedelta

import pytest

from xinfeng.activities import commands
from xinfeng.activities.models import Signup, SignupState
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, a_city, a_place

from .build import EIGHT, STATED, a_category, a_shift, a_signup, an_activity
from .phones import Phone

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture(autouse=True)
def eight(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EIGHT)


@pytest.fixture
def lan():
    return a_person("lan", name="李兰")


@pytest.fixture
def mei():
    return a_person()


def wished(**changes):
    a_category()
    return STATED | {
        "code": "RIVER", "title": "河道清洁", "category": "environment",
        "division": a_city().village.pk,
        "shifts": [{
            "starts_at": NINE.isoformat(),
            "ends_at": (NINE + timedelta(hours=2)).isoformat(),
            "capacity": 10,
        }],
    } | changes  # fmt: skip


def test_a_volunteer_takes_a_place_and_gives_it_back(client, lan, mei):
    shift = a_shift(leader=lan)
    headers = bearer(mei, Scope.PART, Scope.RECORD)
    address = f"/api/v1/shifts/{shift.pk}/signups"

    taken = client.post(address, {}, JSON, headers=headers).json()
    again = client.post(address, {}, JSON, headers=headers).json()
    listed = client.get("/api/v1/me/shifts", headers=headers).json()
    back = client.post(f"/api/v1/signups/{taken['id']}/cancellation", headers=headers)

    assert taken == again
    assert taken["state"] == "BOOKED"
    assert [one["signup"]["id"] for one in listed["coming"]] == [taken["id"]]
    assert back.json()["state"] == "CANCELLED"


def test_a_refusal_is_the_same_on_the_page_and_is_said_before_the_tap(client, lan):
    stranger = a_person("stranger", volunteers=False)
    shift = a_shift(leader=lan)
    headers = bearer(stranger)

    said = client.get(f"/api/v1/activities/{shift.activity.code}", headers=headers).json()
    told = client.post(f"/api/v1/shifts/{shift.pk}/signups", {}, JSON, headers=headers)
    client.force_login(stranger)
    shown = client.post(f"/activities/shifts/{shift.pk}/signups/")

    assert refused_with(told) == refused_with(shown)
    assert said["shifts"][0]["obstacle"]["code"] == refused_with(told)[1]


def test_one_cannot_give_back_what_is_somebody_elses(client, lan, mei):
    signup = a_signup(volunteer=mei, leader=lan)

    told = client.post(
        f"/api/v1/signups/{signup.pk}/cancellation", headers=bearer(a_person("other"))
    )

    assert refused_with(told) == (404, "signup_unknown")


def test_an_office_announces_once(client):
    office = an_office(a_city().county)
    headers = bearer(office, Scope.OFFICE)

    first = client.post("/api/v1/activities", wished(), JSON, headers=headers)
    again = client.post("/api/v1/activities", wished(), JSON, headers=headers)

    assert first.status_code == 200, first.json()
    assert first.json() == again.json()
    assert first.json()["shifts"][0]["shift"]["capacity"] == 10


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"content": ""}, "checklist"),
        ({"place": "NOWHERE"}, "not_your_area"),
        ({"category": "nothing"}, "category_unknown"),
    ],
)
def test_what_cannot_be_announced_is_refused(client, changes, code):
    headers = bearer(an_office(a_city().county))

    told = client.post("/api/v1/activities", wished(**changes), JSON, headers=headers)

    assert told.status_code in {403, 409, 422}
    assert code in {refused_with(told)[1], "checklist"}


def test_a_volunteer_announces_nothing(client, mei):
    told = client.post("/api/v1/activities", wished(), JSON, headers=bearer(mei))

    assert refused_with(told) == (403, "not_your_area")


def test_the_leader_calls_the_roll_and_nobody_else(client, lan, mei, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)
    signup = a_signup(volunteer=mei, leader=lan)
    called = {"arrived": [signup.pk]}

    foreign = client.post("/api/v1/shifts/roll-call", called, JSON, headers=bearer(mei))
    saved = client.post("/api/v1/shifts/roll-call", called, JSON, headers=bearer(lan))

    assert refused_with(foreign)[0] == 403
    assert saved.json() == {"saved": 1, "refused": []}
    with scope.whole_city():
        assert Signup.objects.get().state == SignupState.PRESENT


def test_the_roster_names_families_only(client, lan, mei):
    signup = a_signup(volunteer=mei, leader=lan)
    address = f"/api/v1/shifts/{signup.shift_id}/roster"

    seen = client.get(address, headers=bearer(lan)).json()

    assert [row["name"] for row in seen["rows"]] == ["王**"]
    assert client.get(address, headers=bearer(mei)).status_code == 404


def test_what_is_near_comes_by_distance(client, lan):
    place = a_place()
    type(place).objects.filter(pk=place.pk).update(lat_e6=26_890_000, lon_e6=112_600_000)
    here = an_activity(leader=lan, lat_e6=26_890_000, lon_e6=112_600_000)
    from_here = {"latitude": 26.89, "longitude": 112.6, "radius": 2000}

    assert client.post("/api/v1/activities/near", from_here, JSON).json()["items"] == []
    wrong = client.post("/api/v1/activities/near", {"latitude": 95, "longitude": 0}, JSON)

    assert refused_with(wrong) == (422, "misread")
    assert wrong.json()["mistakes"][0]["where"] == "body.point.latitude"
    assert here.pk


def test_a_draft_is_unknown_to_others(client, lan, mei):
    draft = an_activity(leader=lan, state="DRAFT")
    address = f"/api/v1/activities/{draft.code}"

    assert client.get(address).status_code == 404
    assert client.get(address, headers=bearer(mei)).status_code == 404
    assert client.get(address, headers=bearer(lan)).status_code == 200


def test_the_list_costs_few_queries_and_pages_by_key(
    client, lan, monkeypatch, django_assert_max_num_queries
):
    for _ in range(3):
        a_shift(leader=lan)
    monkeypatch.setattr("xinfeng.activities.queries.listing.PAGE", 2)

    with django_assert_max_num_queries(12):
        first = client.get("/api/v1/activities").json()
    second = client.get("/api/v1/activities", {"after": first["next"]}).json()

    ids = [shift["id"] for shift in first["items"] + second["items"]]
    assert len(set(ids)) == 3
    assert second["next"] is None


def test_a_device_is_registered_listed_and_taken_back_by_a_program(client):
    phone, mei = Phone(), a_person("mei")
    headers = bearer(mei)
    point = base64.urlsafe_b64encode(phone.point).decode().rstrip("=")

    made = client.post(
        "/api/v1/me/devices", {"public_key": point, "label": "phone"}, JSON, headers=headers
    ).json()
    (held,) = client.get("/api/v1/me/devices", headers=headers).json()
    ended = client.post(f"/api/v1/me/devices/{made['id']}/revocation", headers=headers).json()

    assert (held["id"], held["label"]) == (made["id"], "phone")
    assert ended["revoked_at"] is not None
    assert client.get("/api/v1/me/devices", headers=headers).json() == []


def test_a_device_that_is_refused_has_the_code_of_the_command(client):
    mei, lan = a_person("mei"), a_person("lan")
    held = Phone().register(lan, EIGHT)

    nonsense = client.post(
        "/api/v1/me/devices", {"public_key": "AAAA"}, JSON, headers=bearer(mei)
    )
    foreign = client.post(f"/api/v1/me/devices/{held.pk}/revocation", headers=bearer(mei))

    assert refused_with(nonsense) == (400, "bad_key")
    with pytest.raises(Refusal) as refused:
        commands.revoke_device(keyholder_id=held.pk, actor=mei, at=EIGHT)
    assert refused_with(foreign) == (refused.value.status, refused.value.code)
