"""How the field goes, for whoever runs the survey; and what becomes of who asks."""

from datetime import timedelta

import pytest
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person, Role
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.surveys import queries
from xinfeng.surveys.commands.leaving import end_of_interviews, move_interviews
from xinfeng.surveys.lifecycle import surveyed, tries
from xinfeng.surveys.models import Attempt, Sample, Survey

from .answers import a_surveyor
from .test_attempts import FIRST, a_door, asked, of, tried

pytestmark = pytest.mark.django_db


def an_office(sample: Sample) -> Person:
    made = a_person("office")
    a_grant(made, Role.CITY_OFFICE, division=sample.survey.division)
    return made


def a_begun_field() -> tuple[Sample, Person]:
    """Of five households one answered, one refused, one agreed on a day, one is vacant."""
    sample, lan = a_door()
    asked(of(sample, 1), lan)
    tried(of(sample, 2), lan, "REFUSAL")
    again = FIRST.date() + timedelta(days=1)
    tried(of(sample, 3), lan, "COME_AGAIN", again_on=again, again_part="MORNING")
    tried(of(sample, 4), lan, "VACANT")
    return sample, lan


def test_households_are_counted_by_what_became_of_them():
    sample, lan = a_begun_field()

    found = queries.field_of(sample, on=FIRST.date())

    assert (found.whole.households, found.whole.done, found.whole.tries) == (5, 3, 4)
    assert (found.whole.complete, found.whole.refused, found.whole.not_tried) == (1, 1, 1)
    assert found.surveyors[0].surveyor.person_id == lan.pk
    assert found.surveyors[0].stand == found.communities[0].stand == found.whole


def test_response_rates_are_aapors():
    sample, _lan = a_begun_field()

    rates = queries.field_of(sample, on=FIRST.date()).whole.rates

    # One complete; a refusal and a call-back are eligible, one is not, one nobody knows.
    assert rates["response"] == pytest.approx(1 / 4)
    assert rates["eligible"] == pytest.approx(3 / 4)
    assert rates["response_of_eligible"] == pytest.approx(1 / (3 + 3 / 4))


def test_what_was_promised_and_not_done_is_overdue_from_the_next_day():
    sample, _lan = a_begun_field()
    agreed = FIRST.date() + timedelta(days=1)

    assert queries.field_of(sample, on=agreed).overdue == []
    late = queries.field_of(sample, on=agreed + timedelta(days=1)).overdue
    assert [(each.unit.number, each.again_on) for each in late] == [(3, agreed)]


def test_whoever_came_since_is_not_overdue():
    sample, lan = a_begun_field()
    tried(of(sample, 3), lan, "NOT_AT_HOME", day=2)

    assert queries.field_of(sample, on=FIRST.date() + timedelta(days=9)).overdue == []


def test_communities_come_in_pages(monkeypatch):
    sample, _lan = a_begun_field()
    monkeypatch.setattr("xinfeng.surveys.queries.monitoring.PAGE", 1)
    found = queries.field_of(sample, on=FIRST.date())
    assert found.next is None
    after = found.communities[0].community.division_id

    assert queries.field_of(sample, on=FIRST.date(), after=after).communities == []


def test_the_field_is_told_in_few_queries(django_assert_num_queries):
    sample, _lan = a_begun_field()

    # Four of the field, names, and two scopes with their transactions.
    with django_assert_num_queries(13):
        queries.field_of(sample, on=FIRST.date())


def test_the_page_is_for_whoever_runs_the_survey(client):
    sample, lan = a_begun_field()
    address = reverse("surveys:field", args=[sample.survey.code])
    for person in (lan, a_person("stranger")):
        client.force_login(person)
        assert client.get(address).status_code == 404
    client.force_login(an_office(sample))

    page = client.get(address)

    assert page.status_code == 200
    assert "RR3" in page.content.decode()


def test_a_community_is_handed_over_with_what_is_still_open(client):
    sample, _lan = a_begun_field()
    mei = a_person("rival")
    a_surveyor(sample, mei)
    client.force_login(an_office(sample))
    with scope.whole_city():
        community = sample.drawn.get()

    answer = client.post(
        reverse("surveys:send", args=[sample.survey.code, community.pk]), {"person": mei.pk}
    )

    assert answer.status_code == 302
    assert of(sample, 5).person_id == mei.pk
    assert of(sample, 1).person_id != mei.pk
    assert Entry.objects.filter(verb="survey.community_sent").count() == 1


@pytest.mark.parametrize("person", ["", "x", "9" * 30, "²"])
def test_nonsense_is_sent_nowhere(client, person):
    sample, _lan = a_begun_field()
    client.force_login(an_office(sample))
    with scope.whole_city():
        community = sample.drawn.get()
    address = reverse("surveys:send", args=[sample.survey.code, community.pk])

    assert client.post(address, {"person": person}).status_code == 404


def test_the_interface_tells_the_same(client):
    sample, _lan = a_begun_field()
    client.force_login(an_office(sample))

    told = client.get(f"/api/v1/surveys/{sample.survey.code}/field").json()

    assert told["whole"]["rr1"] == pytest.approx(0.25)
    assert told["whole"]["dispositions"][""] == 1
    assert told["items"][0]["households"] == 5


def test_who_leaves_leaves_what_is_open_and_keeps_what_was_done():
    sample, lan = a_begun_field()

    with scope.whole_city():
        end_of_interviews(lan, lan, FIRST)

    assert of(sample, 5).person_id is None
    assert of(sample, 1).person_id == lan.pk
    with scope.whole_city():
        assert sample.drawn.get().surveyor is None


@pytest.mark.parametrize("both_ask", [False, True])
def test_two_accounts_that_become_one_ask_as_one(both_ask):
    sample, lan = a_begun_field()
    keep = a_person("keep")
    if both_ask:
        a_surveyor(sample, keep)

    with scope.whole_city():
        move_interviews(keep, lan, keep, FIRST)

    assert of(sample, 5).person_id == keep.pk
    with scope.whole_city():
        assert sample.drawn.get().surveyor.person_id == keep.pk


def test_a_surveyor_reads_what_is_kept_of_them():
    _sample, lan = a_begun_field()

    with scope.whole_city():
        assert [each["number"] for each in surveyed(lan.pk)] == [1]
        assert len(list(tries(lan.pk))) == Attempt.objects.filter(by=lan).count() == 4


def test_the_field_of_today_opens(client):
    sample, _lan = a_begun_field()
    Survey.objects.update(until=clock.today() + timedelta(days=9))
    client.force_login(an_office(sample))

    page = client.get(reverse("surveys:field", args=[sample.survey.code]))

    assert "overdue" in page.content.decode()
