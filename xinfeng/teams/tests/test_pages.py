import pytest
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.people.models import Identity, Person
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import NINE, VILLAGE, a_city, a_place
from xinfeng.teams.models import Team
from xinfeng.teams.queries import teams as queries

from .build import a_membership, a_team
from .test_memberships import in_care_of

pytestmark = pytest.mark.django_db


def read(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def team():
    """Lan leads, Mei is a member."""
    return a_team(leader=a_person("lan", name="兰队长"), members=(a_person("mei"),))


def test_everybody_sees_a_team_and_its_count_but_no_member(client, team):
    page = read(client, "teams:team", team.code)

    assert team.name in page
    assert "王**" not in page
    assert "mei" not in page


def test_a_member_sees_no_roster(client, team):
    client.force_login(Person.objects.get(username="mei"))

    assert "王**" not in read(client, "teams:team", team.code)


def test_leader_and_office_see_masked_names(client, team):
    for person in [team.leader, an_office(a_city().county)]:
        client.force_login(person)
        page = read(client, "teams:team", team.code)
        assert "王**" in page
        assert "王小梅" not in page


def test_the_keeper_of_its_place_sees_the_roster(client):
    place = a_place()
    team = a_team(place=place, members=(a_person(),))
    client.force_login(a_keeper(place))

    assert "王**" in read(client, "teams:team", team.code)


def test_an_office_elsewhere_sees_no_roster(client, team):
    client.force_login(an_office(a_city().other_county))

    assert "王**" not in read(client, "teams:team", team.code)


def test_a_roster_that_was_not_asked_for_permission_shows_nothing(team):
    with scope.reading(person_id=None, spans=[a_city().other_county.span]):
        assert not team.memberships.roster().exists()


def test_the_list_costs_the_same_for_one_or_many(client):
    for number in range(12):
        a_team(members=(a_person(f"p{number}"),))

    with at_most(8):
        read(client, "teams:list")


def test_the_roster_costs_the_same_for_one_or_many(client, team):
    for number in range(12):
        a_membership(team, a_person(f"p{number}"))
    client.force_login(team.leader)

    with at_most(10):
        read(client, "teams:team", team.code)


def test_the_list_goes_on_by_key(client, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    teams = [a_team() for _ in range(3)]

    first = read(client, "teams:list")
    second = read(client, "teams:list", after=teams[1].pk)

    assert teams[2].name not in first
    assert f"after={teams[1].pk}" in first
    assert teams[2].name in second


def test_the_list_can_be_narrowed(client):
    near = a_team(name="近处的队")
    a_team(name="远处的队", division=a_city().other_county)

    page = read(client, "teams:list", within=a_city().township.pk, kind="STANDING")

    assert near.name in page
    assert "远处的队" not in page


def test_nonsense_in_the_address_is_no_error(client):
    a_team()

    read(client, "teams:list", within="x", kind="ARMY", after="-1")


def test_a_volunteer_joins_and_leaves_by_buttons(client, team):
    bo = a_person("bo")
    client.force_login(bo)

    client.post(reverse("teams:join", args=[team.code]))
    assert reverse("teams:leave", args=[team.code]) in read(client, "teams:team", team.code)
    client.post(reverse("teams:leave", args=[team.code]))
    assert reverse("teams:join", args=[team.code]) in read(client, "teams:team", team.code)


def test_an_office_founds_names_a_leader_and_dissolves_by_forms(client):
    client.force_login(an_office(a_city().township))
    read(client, "teams:found")

    wish = {
        "code": "FRESH", "name": "新队", "kind": "STANDING",
        "division": a_city().village.pk, "place": "",
    }  # fmt: skip
    answer = client.post(reverse("teams:found"), wish)

    team = Team.objects.get(code="FRESH")
    assert answer["Location"] == reverse("teams:team", args=["FRESH"])
    mei = a_person()
    a_membership(team, mei)
    client.post(reverse("teams:appoint_leader", args=["FRESH"]), {"person": mei.pk})
    team.refresh_from_db()
    assert team.leader_id == mei.pk


def test_place_and_team_above_are_chosen_by_name(client):
    client.force_login(an_office(a_city().township))
    place, above = a_place(name="茶山村实践站"), a_team(name="乡镇总队")
    page = read(client, "teams:found")
    assert reverse("places:place_options") in page
    assert reverse("teams:options") in page

    wish = {
        "code": "FRESH", "name": "新队", "kind": "STANDING", "division": VILLAGE,
        "place": "茶山村实践站", "parent": f"乡镇总队 {above.code}",
    }  # fmt: skip
    client.post(reverse("teams:found"), wish)

    team = Team.objects.get(code="FRESH")
    assert (team.place, team.parent) == (place, above)


def test_the_list_of_teams_follows_what_is_typed(client):
    above = a_team(name="乡镇总队")

    found = client.get(reverse("teams:options"), {"parent": "总队"}).content.decode()

    assert f'value="乡镇总队 {above.code}"' in found
    nothing = client.get(reverse("teams:options"), {"parent": "总"}).content.decode()
    assert "option" not in nothing


def test_a_wrong_code_is_told_beside_its_field(client):
    client.force_login(an_office(a_city().township))
    wish = {"code": "X", "name": "新队", "kind": "STANDING", "division": "1", "place": "HY"}

    page = client.post(reverse("teams:found"), wish).content.decode()

    assert page.count('class="error"') == 2


def test_a_volunteer_proposes_a_team_which_only_the_office_sees(client):
    mei, office = a_person(), an_office(a_city().township)
    client.force_login(mei)
    assert "申请成立队伍" in read(client, "teams:found")
    wish = {"code": "FRESH", "name": "新队", "kind": "COMMUNITY", "division": VILLAGE}
    client.post(reverse("teams:found"), wish)
    assert "待审批" in read(client, "teams:team", "FRESH")

    client.logout()
    assert client.get(reverse("teams:team", args=["FRESH"])).status_code == 404
    assert "新队" not in read(client, "teams:list")

    client.force_login(office)
    assert "新队" in read(client, "teams:list")
    client.post(reverse("teams:decide", args=["FRESH"]), {"verb": "approve"})
    assert Team.objects.get(code="FRESH").state == "ACTIVE"


def test_teams_are_found_by_a_part_of_their_name(client):
    river = a_team(name="护河队")
    a_team(name="理发队")

    page = read(client, "teams:list", words="护河")

    assert river.name in page
    assert "理发队" not in page


def test_the_desk_names_deputies_removes_and_counts_by_forms(client, team):
    mei = Person.objects.get(username="mei")
    client.force_login(team.leader)
    assert "王**" in read(client, "teams:desk", team.code)

    role = {"person": mei.pk, "verb": "deputy", "next": "desk"}
    client.post(reverse("teams:appoint_leader", args=[team.code]), role)
    heads = {"heads": 12, "on": "2022-07-01"}
    client.post(reverse("teams:count_heads", args=[team.code]), heads)
    client.post(reverse("teams:describe", args=[team.code]), {"purpose": "每周六护河。"})
    team.refresh_from_db()
    assert (team.deputies, team.heads, team.purpose) == ([mei.pk], 12, "每周六护河。")

    removal = {"person": mei.pk, "reason": "MOVED_AWAY"}
    client.post(reverse("teams:remove", args=[team.code]), removal)
    assert "mei" not in read(client, "teams:desk", team.code)
    public = read(client, "teams:team", team.code)
    assert "每周六护河。" in public
    assert "12" in public


def test_who_never_joined_says_so_on_the_page(client, team):
    mei = Person.objects.get(username="mei")
    client.force_login(mei)
    assert "非本人加入" in read(client, "teams:team", team.code)

    client.post(reverse("teams:contest", args=[team.code]))

    with scope.whole_city():
        assert team.memberships.get(person=mei).ending == "NOT_ME"


def test_a_carer_joins_for_a_family_member_on_the_page(client, team):
    granny, mei = a_person("granny", name="李奶奶"), Person.objects.get(username="mei")
    in_care_of(granny, mei)
    client.force_login(mei)
    assert "代李奶奶加入" in read(client, "teams:team", team.code)

    for verb, shown in [("join", "代李奶奶退出"), ("leave", "代李奶奶加入")]:
        given = {"person": granny.pk, "verb": verb}
        client.post(reverse("teams:family", args=[team.code]), given)
        assert shown in read(client, "teams:team", team.code)


def test_the_desk_costs_the_same_for_one_or_many(client, team):
    for number in range(12):
        a_membership(team, a_person(f"p{number}"))
    client.force_login(team.leader)

    with at_most(14):
        read(client, "teams:desk", team.code)


def test_a_family_member_is_entered_on_a_page_and_shown_with_their_teams(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)
    mei = a_person("carer")
    with scope.whole_city():
        Identity.objects.filter(pk=mei.pk).update(born_on="1980-01-01")
    client.force_login(mei)
    agreed = read(client, "teams:relatives").split('name="agreed" value="')[1].split('"')[0]
    wish = {
        "username": "f-granny01", "name": "李奶奶", "born_on": "1949-12-31", "agreed": agreed,
    }  # fmt: skip

    client.post(reverse("teams:relatives"), wish)

    assert "李奶奶" in read(client, "teams:relatives")
