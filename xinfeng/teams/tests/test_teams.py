from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.places.tests.build import NINE, TODAY, a_city, a_place
from xinfeng.teams import commands
from xinfeng.teams.commands import NewTeam
from xinfeng.teams.models import Membership, Team, TeamKind

from .build import a_membership, a_team

pytestmark = pytest.mark.django_db
TOMORROW = NINE + timedelta(days=1)


@pytest.fixture
def township():
    return an_office(a_city().township)


def a_wish(**changes):
    fields = {
        "code": "NEWTEAM",
        "name": "茶山村护河队",
        "kind": TeamKind.STANDING,
        "division_id": a_city().village.pk,
    }
    return NewTeam(**fields | changes)


def verbs():
    return [entry.verb for entry in Entry.objects.order_by("pk")]


def current_members(team):
    with scope.whole_city():
        return set(team.memberships.current().values_list("person__username", flat=True))


def test_an_office_founds_a_team(township):
    team = commands.found(new=a_wish(), actor=township, at=NINE)

    assert (team.founded_on, team.leader_id) == (TODAY, None)
    assert verbs() == ["team.founded"]


def test_the_form_sent_twice_founds_one_team(township):
    first = commands.found(new=a_wish(), actor=township, at=NINE)
    again = commands.found(new=a_wish(), actor=township, at=TOMORROW)

    assert (first.pk, Entry.objects.count()) == (again.pk, 1)


def test_a_keeper_founds_a_team_of_the_place_in_the_places_division(township):
    place = a_place()

    team = commands.found(
        new=a_wish(place_id=place.pk, division_id=a_city().other_county.pk),
        actor=a_keeper(place), at=NINE,
    )  # fmt: skip

    assert team.division_id == place.division_id


@pytest.mark.parametrize("wish", [{"division_id": 430405008001}, {"place_id": 404}])
def test_nobody_founds_a_team_outside_their_area(township, wish):
    with pytest.raises(Forbidden):
        commands.found(new=a_wish(**wish), actor=township, at=NINE)

    assert not Team.objects.exists()


def test_a_closed_place_gets_no_new_team():
    place = a_place(state="CLOSED")

    with pytest.raises(Refusal) as refusal:
        commands.found(new=a_wish(place_id=place.pk), actor=a_keeper(place), at=NINE)

    assert refusal.value.code == "place_closed"


def test_a_volunteer_joins_once():
    team, mei = a_team(), a_person()

    first = commands.join(team_id=team.pk, actor=mei, at=NINE)
    again = commands.join(team_id=team.pk, actor=mei, at=TOMORROW)

    assert (first.pk, first.division_id) == (again.pk, team.division_id)
    assert verbs() == ["membership.started"]


def test_only_registered_volunteers_join():
    team = a_team()

    with pytest.raises(Forbidden):
        commands.join(team_id=team.pk, actor=a_person(volunteers=False), at=NINE)
    with pytest.raises(Unknown):
        commands.join(team_id=404, actor=a_person("bo"), at=NINE)


def test_a_member_leaves_in_one_step_and_may_come_back():
    mei = a_person()
    team = a_team(members=(mei,))

    commands.leave(team_id=team.pk, actor=mei, at=NINE)
    commands.leave(team_id=team.pk, actor=mei, at=TOMORROW)
    assert current_members(team) == set()
    commands.join(team_id=team.pk, actor=mei, at=TOMORROW)

    assert current_members(team) == {"mei"}
    assert verbs() == ["membership.ended", "membership.started"]


def test_who_is_no_member_cannot_leave():
    with pytest.raises(Unknown):
        commands.leave(team_id=a_team().pk, actor=a_person(), at=NINE)


def test_a_leader_who_leaves_leaves_the_team_without_one():
    lan = a_person("lan")
    team = a_team(leader=lan)

    commands.leave(team_id=team.pk, actor=lan, at=NINE)

    team.refresh_from_db()
    assert team.leader_id is None


def test_the_office_names_a_member_as_leader(township):
    mei = a_person()
    team = a_team(members=(mei,))

    commands.appoint_leader(team_id=team.pk, person_id=mei.pk, actor=township, at=NINE)
    commands.appoint_leader(team_id=team.pk, person_id=mei.pk, actor=township, at=TOMORROW)

    team.refresh_from_db()
    assert team.leader_id == mei.pk
    assert verbs() == ["team.leader_appointed"]


def test_nobody_leads_a_team_from_outside(township):
    with pytest.raises(Refusal) as refusal:
        commands.appoint_leader(
            team_id=a_team().pk, person_id=a_person().pk, actor=township, at=NINE
        )

    assert refusal.value.code == "leader_is_no_member"


def test_a_dissolved_team_takes_nobody(township):
    mei = a_person()
    team = a_team(members=(mei,))

    commands.dissolve(team_id=team.pk, actor=township, at=NINE)
    commands.dissolve(team_id=team.pk, actor=township, at=TOMORROW)

    assert current_members(team) == set()
    with pytest.raises(Refusal) as refusal:
        commands.join(team_id=team.pk, actor=mei, at=NINE)
    assert refusal.value.code == "team_dissolved"
    assert verbs() == ["team.dissolved"]


def test_a_team_is_not_dissolved_on_the_day_it_is_founded(township):
    team = commands.found(new=a_wish(), actor=township, at=NINE)

    with pytest.raises(Refusal) as refusal:
        commands.dissolve(team_id=team.pk, actor=township, at=NINE)

    assert refusal.value.code == "team_founded_today"


def test_only_the_office_above_runs_a_team():
    mei = a_person()
    team = a_team(members=(mei,))

    for actor in [mei, an_office(a_city().other_township)]:
        for team_id in [team.pk, 404]:
            with pytest.raises(Forbidden):
                commands.dissolve(team_id=team_id, actor=actor, at=NINE)
            with pytest.raises(Forbidden):
                commands.appoint_leader(team_id=team_id, person_id=mei.pk, actor=actor, at=NINE)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"dissolved_on": "2018-01-01"}, "team_is_dissolved_after_it_is_founded"),
        ({"kind": "ARMY"}, "team_kind_is_known"),
    ],
)
def test_the_database_refuses_a_contradictory_team(change, constraint):
    team = a_team()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Team.objects.filter(pk=team.pk).update(**change)


def test_the_database_refuses_a_contradictory_membership():
    mei = a_person()
    team = a_team(members=(mei,))

    with pytest.raises(IntegrityError, match="once_in_a_team_at_a_time"):
        a_membership(team, mei)
    with pytest.raises(IntegrityError, match="membership_ends"), scope.whole_city():
        Membership.objects.filter(team=team).update(ends_on="2018-01-01")


@pytest.mark.django_db(transaction=True)
def test_eight_thumbs_at_once_join_once():
    team, mei = a_team(), a_person()
    everyone_is_connected = Barrier(8)

    def join(_):
        try:
            connection.ensure_connection()
            everyone_is_connected.wait(timeout=10)
            commands.join(team_id=team.pk, actor=Person.objects.get(pk=mei.pk), at=NINE)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as thumbs:
        list(thumbs.map(join, range(8)))

    assert current_members(team) == {"mei"}
    assert verbs() == ["membership.started"]
