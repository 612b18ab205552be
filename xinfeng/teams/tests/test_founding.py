from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from xinfeng.base import figures, scope
from xinfeng.base.figures import Window
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people.models import Notice
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.places.tests.build import COUNTY, NINE, TODAY, TOWNSHIP, a_city, a_place
from xinfeng.teams import commands
from xinfeng.teams.commands import NewTeam
from xinfeng.teams.models import Team, TeamKind

from .build import a_team

pytestmark = pytest.mark.django_db
TOMORROW = NINE + timedelta(days=1)


def a_wish(**changes):
    fields = {
        "code": "NEWTEAM", "name": "护河队", "kind": TeamKind.COMMUNITY,
        "division_id": a_city().village.pk,
    }  # fmt: skip
    return NewTeam(**fields | changes)


def refused(code, verb, /, **given):
    with pytest.raises(Refusal) as refusal:
        verb(**given, at=NINE)
    assert refusal.value.code == code


def teams_on(day):
    with scope.whole_city():
        return figures.value("teams", Window.ending(day)).numerator


def test_a_resident_proposes_a_team_and_leads_it_once_the_office_agrees():
    mei, office = a_person(), an_office(a_city().township)

    team = commands.propose(new=a_wish(purpose="每周六清理河岸。"), actor=mei, at=NINE)
    again = commands.propose(new=a_wish(), actor=mei, at=NINE)
    assert (again.pk, team.state, team.leader_id) == (team.pk, "PROPOSED", mei.pk)
    assert teams_on(TODAY) == 0

    approved = commands.approve(team_id=team.pk, actor=office, at=TOMORROW)
    commands.approve(team_id=team.pk, actor=office, at=TOMORROW)

    day = TODAY + timedelta(days=1)
    assert (approved.state, approved.founded_on, approved.approved_on) == ("ACTIVE", day, day)
    assert approved.approving_division_id == TOWNSHIP
    assert (teams_on(TODAY), teams_on(day)) == (0, 1)
    with scope.whole_city():
        membership = team.memberships.get()
        notice = Notice.objects.get()
    assert (membership.channel, membership.consented_at) == ("FOUNDER", NINE)
    assert (notice.person_id, notice.kind) == (mei.pk, "team.approved")
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["team.proposed", "team.approved"]


def test_the_nearest_office_that_said_yes_is_kept():
    team = commands.propose(new=a_wish(), actor=a_person(), at=NINE)

    approved = commands.approve(team_id=team.pk, actor=an_office(a_city().county), at=NINE)

    assert approved.approving_division_id == COUNTY


def test_what_an_office_founds_it_has_approved_and_what_a_keeper_founds_waits():
    office, place = an_office(a_city().township), a_place()
    keeper = a_keeper(place)

    of_office = commands.found(new=a_wish(), actor=office, at=NINE)
    of_keeper = commands.found(new=a_wish(code="K", place_id=place.pk), actor=keeper, at=NINE)

    assert (of_office.state, of_office.approving_division_id) == ("ACTIVE", TOWNSHIP)
    assert (of_keeper.state, of_keeper.proposed_by_id) == ("PROPOSED", keeper.pk)


def test_a_refused_team_never_was():
    mei, office = a_person(), an_office(a_city().township)
    team = commands.propose(new=a_wish(), actor=mei, at=NINE)

    commands.refuse(team_id=team.pk, actor=office, at=NINE)
    commands.refuse(team_id=team.pk, actor=office, at=NINE)

    with scope.whole_city():
        assert not team.memberships.current().exists()
    refused("team_decided", commands.approve, team_id=team.pk, actor=office)
    refused("team_not_approved", commands.join, team_id=team.pk, actor=a_person("bo"))


def test_nobody_approves_what_they_proposed_and_no_office_elsewhere_does():
    office = an_office(a_city().township)
    own = commands.propose(new=a_wish(), actor=office, at=NINE)
    other = commands.propose(new=a_wish(code="OTHER"), actor=a_person(), at=NINE)

    for team, actor in [
        (own, office), (other, an_office(a_city().other_county)), (other, a_person("x")),
    ]:  # fmt: skip
        for verb in (commands.approve, commands.refuse):
            with pytest.raises(Forbidden):
                verb(team_id=team.pk, actor=actor, at=NINE)


def test_a_proposed_team_takes_nobody():
    team = commands.propose(new=a_wish(), actor=a_person(), at=NINE)

    refused("team_not_approved", commands.join, team_id=team.pk, actor=a_person("bo"))


def test_a_team_may_stand_under_another_that_exists():
    office, parent = an_office(a_city().township), a_team()

    team = commands.found(new=a_wish(parent_id=parent.pk), actor=office, at=NINE)

    assert team.parent_id == parent.pk
    gone = a_team(state="DISSOLVED", dissolved_on=TODAY)
    for wrong in (404, gone.pk):
        refused(
            "parent_impossible", commands.found, new=a_wish(code="X", parent_id=wrong),
            actor=office,
        )  # fmt: skip


def test_somebody_elses_form_is_not_taken_for_ones_own():
    commands.propose(new=a_wish(), actor=a_person(), at=NINE)

    refused("code_taken", commands.propose, new=a_wish(), actor=a_person("bo"))


def test_a_leader_names_deputies_who_lead_but_name_nobody():
    lan, mei, bo = (a_person(name) for name in ("lan", "mei", "bo"))
    team = a_team(leader=lan, members=(mei, bo))

    for _ in range(2):
        commands.name_deputy(team_id=team.pk, person_id=mei.pk, actor=lan, at=NINE)
    team.refresh_from_db()
    assert team.deputies == [mei.pk]

    commands.count_heads(team_id=team.pk, heads=12, on=TODAY, actor=mei, at=NINE)
    with pytest.raises(Forbidden):
        commands.name_deputy(team_id=team.pk, person_id=bo.pk, actor=mei, at=NINE)
    commands.relieve_deputy(team_id=team.pk, person_id=mei.pk, actor=lan, at=NINE)
    with pytest.raises(Forbidden):
        commands.describe(team_id=team.pk, purpose="护河", actor=mei, at=NINE)


def test_only_members_become_deputies():
    lan = a_person("lan")
    team = a_team(leader=lan)

    refused(
        "leader_is_no_member", commands.name_deputy, team_id=team.pk,
        person_id=a_person().pk, actor=lan,
    )  # fmt: skip


def test_heads_are_counted_on_a_day_and_may_be_not_known():
    lan = a_person("lan")
    team = a_team(leader=lan)

    commands.count_heads(team_id=team.pk, heads=12, on=TODAY, actor=lan, at=NINE)
    commands.count_heads(team_id=team.pk, heads=12, on=TODAY, actor=lan, at=NINE)
    team.refresh_from_db()
    assert (team.heads, team.heads_on) == (12, TODAY)
    commands.count_heads(team_id=team.pk, heads=None, on=None, actor=lan, at=NINE)
    team.refresh_from_db()
    assert team.heads is None

    for heads, on in [(-1, TODAY), (3, None), (3, TODAY + timedelta(days=1))]:
        refused(
            "heads_impossible", commands.count_heads, team_id=team.pk, heads=heads, on=on,
            actor=lan,
        )  # fmt: skip
    assert Entry.objects.filter(verb="team.heads_counted").count() == 2


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "DISSOLVED"}, "team_state_agrees"),
        ({"state": "PROPOSED", "dissolved_on": TODAY}, "team_state_agrees"),
        ({"approved_on": TODAY}, "team_approval_is_whole"),
        ({"heads": 3}, "team_heads_are_counted"),
        ({"heads_on": TODAY}, "team_heads_are_counted"),
    ],
)
def test_the_database_refuses_a_contradictory_team(change, constraint):
    team = a_team()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Team.objects.filter(pk=team.pk).update(**change)


def test_no_team_is_its_own_parent():
    team = a_team()

    with pytest.raises(IntegrityError, match="own_parent"), transaction.atomic():
        Team.objects.filter(pk=team.pk).update(parent=team)
