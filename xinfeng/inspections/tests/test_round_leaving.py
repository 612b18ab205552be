"""Whoever leaves or merges leaves no point without somebody, and no reading changes hands."""

import pytest

from xinfeng.base import scope
from xinfeng.inspections.commands.leaving import end_of_visits, move_visits
from xinfeng.inspections.models import Inspector, Reading, RoundPoint
from xinfeng.people import records
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE

from .rounds_build import (
    an_inspector,
    an_open_round,
    points_of,
    read_all,
    some_points,
    the_office,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _seen(db):
    some_points()
    with scope.whole_city():
        yield


def test_points_of_an_account_that_ends_go_to_others_and_readings_stay():
    lan, feng = an_inspector("lan"), an_inspector("feng")
    opened = an_open_round(inspectors=[lan, feng])
    one = RoundPoint.objects.filter(person=lan).order_by("pk").first()
    RoundPoint.objects.exclude(pk=one.pk).update(state="REPLACED")
    read_all(opened)
    RoundPoint.objects.exclude(pk=one.pk).update(state="TO_VISIT")

    end_of_visits(lan, the_office(), NINE)

    waiting = RoundPoint.objects.filter(state="TO_VISIT")
    assert set(waiting.values_list("person", flat=True)) == {feng.pk}
    assert set(Reading.objects.values_list("by", flat=True)) == {lan.pk}


def test_where_nobody_else_may_go_the_point_has_nobody_and_that_is_seen():
    lan = an_inspector("lan")
    an_open_round(inspectors=[lan])

    end_of_visits(lan, the_office(), NINE)

    assert not RoundPoint.objects.exclude(inspector=None).exists()


def test_two_accounts_of_one_inspector_become_one_way():
    lan, other = an_inspector("lan"), a_person("other")
    opened = an_open_round(inspectors=[lan])

    move_visits(other, lan, the_office(), NINE)

    assert {each.person_id for each in points_of(opened)} == {other.pk}
    assert Inspector.objects.filter(person=other).count() == 1


def test_an_inspector_takes_the_own_record_along():
    lan = an_inspector("lan")
    opened = an_open_round(inspectors=[lan])
    read_all(opened)

    told = {section.name: list(section.tell(lan.pk)) for section in records.sections()}

    assert len(told["visits"]) == 10
    assert len(told["readings"]) == Reading.objects.count() > 10


def test_points_of_who_leaves_go_to_nobody_of_their_unit():
    lan, feng = an_inspector("lan"), an_inspector("feng")
    an_open_round(inspectors=[lan, feng])
    unit = RoundPoint.objects.filter(person=lan).order_by("pk").first().unit_id
    Inspector.objects.filter(person=feng).update(own_units=[unit])
    RoundPoint.objects.filter(person=feng).update(state="REPLACED")

    end_of_visits(lan, the_office(), NINE)

    left = RoundPoint.objects.filter(state="TO_VISIT")
    assert set(left.filter(unit=unit).values_list("person", flat=True)) == {None}
    assert set(left.exclude(unit=unit).values_list("person", flat=True)) <= {feng.pk}
