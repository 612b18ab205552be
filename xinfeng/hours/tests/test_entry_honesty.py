"""The rule over entries by hand finds the planted case and leaves its neighbour alone."""

from datetime import timedelta

import pytest

from xinfeng.base import scope
from xinfeng.hours import commands
from xinfeng.hours.models import Credit, Hold
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, TODAY
from xinfeng.teams.tests.build import a_team

from .test_entries import YESTERDAY, a_line, own

pytestmark = pytest.mark.django_db
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def people():
    return [a_person(f"p{n}") for n in range(4)]


def entered(team, member, leader, *, at=NINE, confirmed_after=5 * MINUTE, hours_ago=0):
    """Hours applied for by oneself and confirmed by the leader; the id of their credit."""
    line = a_line(member, starts_at=YESTERDAY - hours_ago * timedelta(hours=1), hours=1)
    entry = commands.submit(new=own(team_id=team.pk), lines=[line], actor=member, at=at)
    commands.confirm(entry_id=entry.pk, actor=leader, at=at + confirmed_after)
    with scope.whole_city():
        return Credit.objects.filter(person=member).latest("pk").pk


def held():
    commands.look(since=TODAY - 31 * DAY, until=TODAY + DAY, actor=None, at=NINE + DAY)
    with scope.whole_city():
        found = Hold.objects.filter(rule="confirmed_at_once").order_by("credit_id")
        return dict(found.values_list("credit_id", "details"))


def test_an_entry_confirmed_within_two_minutes_is_held(people):
    lan, mei, bo, _gao = people
    team = a_team(leader=lan, members=(mei, bo))
    sold = entered(team, mei, lan, confirmed_after=119 * SECOND)
    entered(team, bo, lan, confirmed_after=120 * SECOND)

    assert held() == {sold: {"seconds": 119, "together": 1, "team_id": team.pk}}


def test_many_entries_of_one_submitter_confirmed_in_one_go_are_held(people):
    lan, mei, bo, gao = people
    team = a_team(leader=lan, members=(mei, bo, gao))
    days = [NINE + n * 5 * SECOND for n in range(5)]
    at_once = [entered(team, mei, lan, at=at, hours_ago=2 * n) for n, at in enumerate(days)]
    # As fast, but the work of several people; and one person's, with a look at each.
    for n, at in enumerate(days[:4]):
        entered(team, bo, lan, at=at, hours_ago=2 * n)
    for n in range(5):
        entered(team, gao, lan, at=NINE + n * 16 * SECOND, hours_ago=2 * n)

    found = held()

    assert sorted(found) == at_once
    assert {reason["together"] for reason in found.values()} == {5}
