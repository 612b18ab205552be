"""The promises that the database keeps: each constraint meets its contradictions."""

import pytest
from django.db import IntegrityError, connection, transaction

from xinfeng.base import scope
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import LONG_AGO, NINE, TODAY, a_city, a_place
from xinfeng.units import queries
from xinfeng.units.models import MemberRole, Sheet

from .build import a_member, a_point, a_type, a_unit

pytestmark = pytest.mark.django_db


def refused(make, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"kind": "CLUB"}, "unit_kind_is_known"),
        ({"is_active": False}, "unit_end_agrees_with_activity"),
        ({"until": TODAY}, "unit_end_agrees_with_activity"),
        ({"is_active": False, "until": LONG_AGO, "since": TODAY}, "unit_end_agrees"),
    ],
)
def test_a_unit_is_of_a_kind_and_ends_when_it_is_over(wrong, constraint):
    refused(lambda: a_unit(**wrong), constraint)


def test_a_unit_is_not_above_itself():
    unit = a_unit()
    unit.parent = unit

    refused(lambda: unit.save(update_fields=["parent"]), "unit_is_not_its_own_parent")


def test_a_unit_has_one_head_and_each_person_one_part_at_a_time():
    unit, mei, lan = a_unit(), a_person(), a_person("lan")
    a_member(mei, unit, role=MemberRole.HEAD)

    refused(lambda: a_member(lan, unit, role=MemberRole.HEAD), "one_head_of_a_unit")
    refused(lambda: a_member(mei, unit), "one_current_membership_of_a_unit")
    refused(lambda: a_member(lan, unit, role="BOSS"), "unit_member_role_is_known")
    refused(lambda: a_member(lan, unit, since=TODAY, until=LONG_AGO), "unit_member_ends")


def test_a_former_head_leaves_the_chair_free():
    unit, mei, lan = a_unit(), a_person(), a_person("lan")
    a_member(mei, unit, role=MemberRole.HEAD, until=TODAY)

    a_member(lan, unit, role=MemberRole.HEAD)

    assert queries.heads(unit.pk) == {lan.pk}


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"state": "LOST"}, "point_state_is_known"),
        ({"state": "CLOSED"}, "point_end_agrees_with_state"),
        ({"until": TODAY}, "point_end_agrees_with_state"),
        ({"state": "CLOSED", "since": TODAY, "until": LONG_AGO}, "point_end_agrees"),
        ({"lat_e6": 26_000_000}, "point_position_is_whole"),
        ({"lat_e6": 126_000_000, "lon_e6": 112_000_000}, "point_position_is_whole"),
    ],
)
def test_a_point_is_in_one_state_and_at_one_spot(wrong, constraint):
    refused(lambda: a_point(**wrong), constraint)


def test_a_point_lies_in_a_village_or_township():
    city = a_city()

    assert a_point(division=city.township).pk
    refused(lambda: a_point(division=city.county), "point_lies_in_a_village")
    refused(lambda: a_point(division=city.city), "point_lies_in_a_village")


def test_a_place_is_one_point_of_a_type_until_that_one_is_closed():
    place = a_place()
    a_point(place=place, state="CLOSED", until=TODAY)
    a_point(place=place)

    refused(lambda: a_point(place=place), "one_point_of_a_type_at_a_place")
    assert a_point(place=place, type=a_type("community")).pk


def test_an_imported_table_is_let_go():
    def keep(**more):
        Sheet.objects.create(
            name="点位.xlsx", digest="0" * 64, added_at=NINE,
            **{"kind": "POINTS", "content": b"x"} | more,
        )  # fmt: skip

    refused(lambda: keep(imported_at=NINE), "unit_sheet_forgets")
    refused(lambda: keep(kind="PEOPLE"), "unit_sheet_kind_is_known")


def test_the_parts_of_a_person_are_read_by_themselves_and_those_above():
    mei, unit = a_person(), a_unit()
    a_member(mei, unit)

    def seen(**reader):
        with scope.reading(**reader), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM units_unitmember")
            return cursor.fetchone()[0]

    assert seen(person_id=mei.pk, spans=[]) == 1
    assert seen(person_id=mei.pk + 1, spans=[]) == 0
    assert seen(person_id=None, spans=[a_city().city.span]) == 1


def test_who_acts_for_a_unit_is_known_while_both_last():
    mei, lan, unit = a_person(), a_person("lan"), a_unit()
    a_member(mei, unit, role=MemberRole.LIAISON)
    a_member(lan, unit, role=MemberRole.HEAD)
    a_member(mei, a_unit(is_active=False, until=TODAY))
    a_member(mei, a_unit(), until=TODAY)

    assert queries.units_of(mei.pk) == {unit.pk}
    assert queries.units_of(None) == frozenset()
    assert queries.units_headed_by(mei.pk) == frozenset()
    assert queries.units_headed_by(lan.pk) == {unit.pk}
    assert queries.members_of(unit.pk) == {mei.pk, lan.pk}
    assert queries.heads_of_units([unit.pk, 0]) == {unit.pk: {lan.pk}}
