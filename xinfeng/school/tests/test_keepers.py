"""Whoever keeps the place now runs its evenings: appointed or dismissed after publishing."""

from datetime import timedelta

import pytest

from xinfeng.people.commands import grants
from xinfeng.people.models import Grant, Role
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE
from xinfeng.school import commands, queries

from .build import a_class, fresh, the_keeper, the_office

pytestmark = pytest.mark.django_db
LATER = NINE + timedelta(days=1)


def appoint(person, place, *, at=NINE):
    grants.grant(
        person_id=person.pk, role=Role.KEEPER, place_id=place.pk, actor=the_office(), at=at
    )


def deputies(made):
    return [fresh(one.activity).deputies for one in made.sessions.order_by("number")]


def sweep(at=LATER):
    """What the job does; gives back what it found to do."""
    found = queries.classes_with_other_keepers(at)
    for class_id in found:
        commands.renew_deputies(class_id=class_id, at=at)
    return found


def test_a_keeper_appointed_after_publishing_runs_the_evenings_ahead():
    made, fang = a_class(state="PUBLISHED"), a_person("fang")
    first_evening = made.sessions.get(number=1).ends_at
    appoint(fang, made.place, at=LATER)

    assert sweep(first_evening) == [made.pk]

    assert deputies(made) == [[], [fang.pk], [fang.pk]]
    assert sweep(first_evening) == []


def test_a_keeper_who_is_dismissed_runs_no_evening_any_more():
    made, fang = a_class(state="PUBLISHED"), a_person("fang")
    appoint(fang, made.place)
    sweep()
    given = Grant.objects.get(person=fang, role=Role.KEEPER)

    grants.revoke_grant(grant_id=given.pk, actor=the_office(), at=LATER)
    sweep()

    assert deputies(made) == [[], [], []]


def test_whom_the_leader_named_stays():
    made, fang, helper = a_class(state="PUBLISHED"), a_person("fang"), a_person("helper")
    for session in made.sessions.select_related("activity"):
        session.activity.deputies = [helper.pk]
        session.activity.save(update_fields=["deputies"])
    appoint(fang, made.place)

    sweep()

    assert deputies(made) == [[helper.pk, fang.pk]] * 3


def test_a_lecturer_who_becomes_keeper_does_not_run_their_own_class():
    made = a_class(state="PUBLISHED")
    appoint(made.lecturer.person, made.place)

    assert sweep() == []

    assert deputies(made) == [[], [], []]


def test_whoever_leads_it_is_no_deputy_and_another_place_is_nobody_elses_business():
    made = a_class(state="PUBLISHED")
    assert fresh(made.sessions.get(number=1).activity).leader_id == the_keeper(made.place).pk

    assert sweep() == []


def test_new_keepers_are_found_with_few_questions(django_assert_max_num_queries):
    made = a_class(state="PUBLISHED")
    appoint(a_person("fang"), made.place)

    with django_assert_max_num_queries(6):
        assert queries.classes_with_other_keepers(LATER) == [made.pk]
