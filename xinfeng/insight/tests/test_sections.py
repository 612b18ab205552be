"""What upper rooms show on the pages of a unit and of a point, and to whom."""

from datetime import timedelta

import pytest
from django.urls import reverse

from xinfeng.findings.tests.build import (
    MONDAY,
    a_finding,
    a_verified,
    an_inspector,
    an_ordered,
    mei,
    the_unit,
)
from xinfeng.inspections.tests.rounds_build import (
    a_published_round,
    an_open_round,
    points_of,
    some_points,
    the_office,
)
from xinfeng.inspections.tests.rounds_build import an_inspector as a_walker
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import a_city
from xinfeng.units.models import Point, Unit
from xinfeng.units.tests.build import a_member, a_point

pytestmark = pytest.mark.django_db
BLIND = "已结束的测评还没有抽到这个点位"


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: MONDAY + timedelta(hours=4))


def page(client, name, code, person):
    client.force_login(person)
    answer = client.get(reverse(name, args=[code]))
    assert answer.status_code == 200
    return answer.content.decode()


def walkers():
    return [a_walker("wei"), a_walker("qin")]


def test_a_drawn_point_looks_like_any_other_until_its_round_is_over(client):
    some_points()
    opened = an_open_round("R1", inspectors=walkers())
    point = Point.objects.get(pk=points_of(opened)[0].point_id)
    member = a_member(a_person("clerk"), point.unit).person

    for person in (member, an_inspector()):
        assert BLIND in page(client, "units:point", point.code, person)
    assert opened.name in page(client, "units:point", point.code, the_office())


def test_a_point_shows_its_visits_once_the_round_is_over(client):
    some_points()
    done = a_published_round("R1", inspectors=walkers())
    row = points_of(done)[0]
    point = Point.objects.get(pk=row.point_id)

    shown = page(client, "units:point", point.code, an_inspector())

    assert reverse("inspections:round_point", args=["R1", row.pk]) in shown
    assert 'class="split"' in shown


def test_a_point_shows_its_findings_to_whoever_may_read_them(client):
    point = a_point(division=a_city().village, unit=the_unit())
    own = an_ordered(point_id=point.pk)
    waiting = a_finding(point_id=point.pk)
    # Somebody of another unit may read the register, but not what was found at others' points.
    stranger = a_member(a_person("bo"), Unit.objects.create(
        code="OTHER", name="市水利局", short_name="水利局", kind="CITY",
        division=a_city().city, since="2020-01-01",
    )).person  # fmt: skip

    seen = page(client, "units:point", point.code, mei())
    assert f"/findings/{own.code}/" in seen
    assert f"/findings/{waiting.code}/" not in seen
    both = page(client, "units:point", point.code, an_inspector())
    assert f"/findings/{waiting.code}/" in both
    assert f"/findings/{own.code}/" not in page(client, "units:point", point.code, stranger)


def test_a_unit_shows_its_places_over_time_and_what_waits(client):
    some_points()
    sent = walkers()
    first = a_published_round("R1", inspectors=sent)
    second = a_published_round("R2", name="第二轮", inspectors=sent)
    unit = Unit.objects.get(pk=points_of(first)[0].unit_id)
    clerk = a_member(a_person("clerk"), unit).person

    shown = page(client, "units:unit", unit.code, clerk)

    links = [
        reverse("inspections:round_unit", args=[r.code, unit.code]) for r in (first, second)
    ]
    assert all(link in shown for link in links)
    assert "待整改" in shown


def test_of_another_unit_one_sees_its_results_but_not_what_waits_there(client):
    a_verified()
    other = a_member(a_person("bo"), Unit.objects.create(
        code="OTHER", name="市水利局", short_name="水利局", kind="CITY",
        division=a_city().city, since="2020-01-01",
    )).person  # fmt: skip

    assert "待裁定申诉" not in page(client, "units:unit", the_unit().code, other)
    assert "待裁定申诉" in page(client, "units:unit", the_unit().code, mei())
