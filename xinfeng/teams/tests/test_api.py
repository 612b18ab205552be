"""Teams over the interface: the same commands, the same refusals."""

import pytest

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.teams import commands
from xinfeng.teams.models import Membership, Team
from xinfeng.teams.tests.build import a_team

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def test_a_volunteer_joins_and_leaves_by_a_program(client):
    team, mei = a_team(), a_person()
    headers = bearer(mei, Scope.PART)

    joined = client.post(f"/api/v1/teams/{team.code}/membership", headers=headers)
    again = client.post(f"/api/v1/teams/{team.code}/membership", headers=headers)
    left = client.post(f"/api/v1/teams/{team.code}/departure", headers=headers)

    assert (joined.status_code, again.status_code, left.status_code) == (200, 200, 200)
    assert joined.json() == again.json()
    assert left.json()["ends_on"] is not None


@pytest.mark.parametrize(
    ("act", "who"),
    [("membership", "stranger"), ("departure", "mei"), ("dissolution", "mei")],
)
def test_a_refusal_is_the_same_on_the_page(client, act, who):
    team = a_team()
    person = a_person("stranger", volunteers=False) if who == "stranger" else a_person()

    told = client.post(f"/api/v1/teams/{team.code}/{act}", headers=bearer(person))
    client.force_login(person)
    shown = client.post(f"/teams/{team.code}/{act}/")

    assert refused_with(told) == refused_with(shown)
    assert told.status_code in {403, 404}


def test_the_list_pages_by_key_and_narrows(client, django_assert_max_num_queries):
    for number in range(3):
        a_team(code=f"t{number}", name=f"队{number}")

    with django_assert_max_num_queries(8):
        page = client.get("/api/v1/teams").json()

    assert [item["code"] for item in page["items"]] == ["t0", "t1", "t2"]
    assert page["next"] is None
    last = Team.objects.get(code="t1").pk
    assert len(client.get(f"/api/v1/teams?after={last}").json()["items"]) == 1
    assert client.get("/api/v1/teams?within=999999999999").json()["items"] == []
    wrong = client.get("/api/v1/teams?after=first")
    assert refused_with(wrong) == (422, "after_unreadable")


def test_members_are_shown_to_those_only_who_see_them_on_the_page(client):
    team, mei = a_team(), a_person()
    commands.join(team_id=team.pk, actor=mei, at=NINE)
    office = an_office(a_city().county)
    address = f"/api/v1/teams/{team.code}"

    assert client.get(address).json()["roster"] is None
    assert client.get(address, headers=bearer(a_person("other"))).json()["roster"] is None
    mine = client.get(address, headers=bearer(mei)).json()
    assert (mine["roster"], mine["mine"]["team"]) == (None, team.code)
    seen = client.get(address, headers=bearer(office)).json()["roster"]
    assert [row["name"] for row in seen] == ["王**"]
    assert Membership.objects.count() == 0, "only scopes open the rows"


def test_an_unknown_team_is_told_in_json(client):
    assert refused_with(client.get("/api/v1/teams/none")) == (404, "unknown")


def test_an_invitation_is_found_and_accepted_once_by_a_program(client):
    team, mei = a_team(leader=a_person("lan")), a_person("mei")
    made = commands.invite(
        team_id=team.pk, to="mei", name="", code="K7MXNOTGUESSABLE", actor=team.leader, at=NINE
    )
    headers = bearer(mei)

    (found,) = client.get("/api/v1/me/invitations", headers=headers).json()
    joined = client.post(f"/api/v1/invitations/{made.code}/acceptance", headers=headers)
    again = client.post(f"/api/v1/invitations/{made.code}/acceptance", headers=headers)

    assert (found["code"], found["team"]) == (made.code, team.code)
    assert joined.json()["team"] == team.code
    with pytest.raises(Refusal) as refused:
        commands.accept(code=made.code, actor=mei, at=NINE)
    assert refused_with(again) == (refused.value.status, refused.value.code)


def test_an_invitation_is_declined_by_a_program(client):
    team, mei = a_team(leader=a_person("lan")), a_person("mei")
    made = commands.invite(
        team_id=team.pk, to="mei", name="", code="K7MXNOTGUESSABLE", actor=team.leader, at=NINE
    )

    said = client.post(f"/api/v1/invitations/{made.code}/refusal", headers=bearer(mei))
    unknown = client.post("/api/v1/invitations/NONE/refusal", headers=bearer(mei))

    assert said.json()["state"] == "DECLINED"
    assert refused_with(unknown) == (404, "invitation_unknown")
