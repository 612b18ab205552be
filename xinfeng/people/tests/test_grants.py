"""Who gives which role over what, and what a person may reach with it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from xinfeng.base import standing
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people import commands, permissions, queries
from xinfeng.people.models import Grant, Role
from xinfeng.places.tests.build import NINE, TODAY, VILLAGE, a_city, a_place

from .build import a_grant, a_keeper, a_person, an_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return a_city()


@pytest.fixture
def county_office(city):
    return an_office(city.county)


def test_an_office_gives_a_role_within_its_reach(city, county_office):
    mei = a_person()

    given = commands.grant(
        person_id=mei.pk, role=Role.TOWNSHIP, division_id=city.township.pk,
        actor=county_office, at=NINE,
    )  # fmt: skip

    assert (given.role, given.starts_on, given.ends_on) == ("TOWNSHIP", TODAY, None)
    entry = Entry.objects.get()
    assert (entry.verb, entry.division_id) == ("grant.given", city.township.pk)


def test_giving_the_same_role_again_changes_nothing(city, county_office):
    mei, place = a_person(), a_place()
    wish = {"person_id": mei.pk, "role": Role.KEEPER, "place_id": place.pk}

    first = commands.grant(**wish, actor=county_office, at=NINE)
    again = commands.grant(**wish, actor=county_office, at=NINE + timedelta(days=1))

    assert first.pk == again.pk
    assert Entry.objects.count() == 1


def test_nobody_gives_a_role_beyond_their_reach_or_above_their_own(city, county_office):
    mei = a_person()

    for role, division in [
        (Role.TOWNSHIP, city.other_county),
        (Role.KEEPER, city.city),
        (Role.COUNTY_OFFICE, city.county),
        (Role.AUDITOR, city.county),
    ]:
        with pytest.raises(Forbidden):
            commands.grant(
                person_id=mei.pk, role=role, division_id=division.pk,
                actor=county_office, at=NINE,
            )  # fmt: skip
    assert not Entry.objects.exists()


def test_nobody_gives_a_role_to_themselves(city):
    office = an_office(city.city)

    with pytest.raises(Forbidden):
        commands.grant(
            person_id=office.pk, role=Role.AUDITOR, division_id=city.city.pk,
            actor=office, at=NINE,
        )  # fmt: skip


def test_a_volunteer_gives_no_roles(city):
    mei, bo = a_person("mei"), a_person("bo")
    a_grant(mei, Role.VOLUNTEER, division=city.village)

    with pytest.raises(Forbidden):
        commands.grant(
            person_id=bo.pk, role=Role.VOLUNTEER, division_id=city.village.pk,
            actor=mei, at=NINE,
        )  # fmt: skip


@pytest.mark.parametrize(
    "over", [{}, {"division_id": VILLAGE, "place_id": 1}, {"place_id": 404}]
)
def test_a_grant_over_nothing_or_over_two_things_is_refused(city, county_office, over):
    with pytest.raises(Forbidden):
        commands.grant(
            person_id=a_person().pk, role=Role.KEEPER, **over, actor=county_office, at=NINE
        )


def test_an_overseeing_role_is_not_given_over_a_single_place(city):
    with pytest.raises(Refusal) as refusal:
        commands.grant(
            person_id=a_person().pk, role=Role.TOWNSHIP, place_id=a_place().pk,
            actor=an_office(city.city), at=NINE,
        )  # fmt: skip

    assert refusal.value.code == "role_needs_division"


def test_a_role_taken_back_reaches_nothing_from_that_day_on(city, county_office):
    mei = a_person()
    given = a_grant(mei, Role.TOWNSHIP, division=city.township)

    commands.revoke_grant(grant_id=given.pk, actor=county_office, at=NINE)

    assert queries.standing_of(mei, TODAY).roles == ()
    assert queries.standing_of(mei, TODAY - timedelta(days=1)).roles != ()
    assert [entry.verb for entry in Entry.objects.all()] == ["grant.revoked"]


def test_taking_back_again_changes_nothing(city, county_office):
    given = a_grant(a_person(), Role.TOWNSHIP, division=city.township)
    commands.revoke_grant(grant_id=given.pk, actor=county_office, at=NINE)

    commands.revoke_grant(grant_id=given.pk, actor=county_office, at=NINE + timedelta(days=3))

    given.refresh_from_db()
    assert given.ends_on == TODAY
    assert Entry.objects.count() == 1


def test_an_unknown_grant_is_answered_like_a_foreign_one(city, county_office):
    foreign = a_grant(a_person(), Role.KEEPER, division=city.other_county)

    for grant_id in [foreign.pk, 404]:
        with pytest.raises(Forbidden):
            commands.revoke_grant(grant_id=grant_id, actor=county_office, at=NINE)


def test_a_closed_account_receives_no_role(city, county_office):
    mei = a_person()
    commands.close_account(person_id=mei.pk, actor=mei, at=NINE)

    with pytest.raises(Refusal) as refusal:
        commands.grant(
            person_id=mei.pk, role=Role.KEEPER, place_id=a_place().pk,
            actor=county_office, at=NINE,
        )  # fmt: skip

    assert refusal.value.code == "account_closed"


def test_a_standing_is_read_with_one_query(city, django_assert_num_queries):
    mei = a_person()
    a_grant(mei, Role.TOWNSHIP, division=city.township)
    a_grant(mei, Role.KEEPER, place=a_place())

    with django_assert_num_queries(1):
        reach = standing.of(mei, TODAY)

    assert reach.covers(city.village.pk, permissions.OFFICES)
    assert not reach.covers(city.other_village.pk, permissions.OFFICES)
    assert len(reach.places) == 1


def test_a_place_lends_its_keeper_the_village_it_lies_in(city):
    keeper = a_keeper(a_place(division=city.village))

    assert queries.spans_of(keeper, TODAY) == [(VILLAGE, VILLAGE + 1)]
    assert queries.roles_of(keeper, TODAY) == {"KEEPER"}


def test_an_office_reaches_all_below_and_nothing_beside(city, county_office):
    reach = queries.standing_of(county_office, TODAY)

    assert permissions.is_office(reach)
    assert permissions.may_see_span(reach, *city.township.span)
    assert not permissions.may_see_span(reach, *city.other_county.span)
    assert not permissions.may_see_span(reach, *city.city.span)


@pytest.mark.parametrize(
    ("contradiction", "constraint"),
    [
        ({"division": None}, "grant_covers_a_division_or_a_place"),
        ({"place": "a place"}, "grant_covers_a_division_or_a_place"),
        ({"ends_on": TODAY - timedelta(days=9999)}, "grant_ends_after_it_starts"),
        ({"role": "EMPEROR"}, "grant_role_is_known"),
    ],
)
def test_the_database_refuses_a_contradictory_grant(city, contradiction, constraint):
    given = a_grant(a_person(), Role.KEEPER, division=city.village)
    if "place" in contradiction:
        contradiction = {"place": a_place()}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Grant.objects.filter(pk=given.pk).update(**contradiction)
