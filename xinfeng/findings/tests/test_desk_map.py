"""The desk's findings on a map: the same choice, nobody named, duplicates ringed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xinfeng.findings import commands
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import a_city

from .build import DAY, MONDAY, a_category, a_finding, a_wish, an_office_here, mei

pytestmark = pytest.mark.django_db
ADDRESS = reverse("findings:points")
LAT, LON = 26_890_000, 112_700_000
# About eleven metres of latitude.
STEP = 100


def reported(steps=0, at=MONDAY, **changes):
    wish = a_wish(lat_e6=LAT + steps * STEP, lon_e6=LON, **changes)
    return commands.report(new=wish, actor=None, at=at).finding


def shown(client, **query):
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 200
    return {one["properties"]["href"]: one for one in answer.json()["features"]}


def at(finding):
    return reverse("findings:finding", args=[finding.code])


@pytest.fixture
def desk(client):
    client.force_login(an_office_here())
    return client


def test_a_finding_lies_where_it_was_reported_and_opens(desk):
    finding = reported()
    a_finding()

    found = shown(desk)

    assert list(found) == [at(finding)]
    assert found[at(finding)]["geometry"]["coordinates"] == [LON / 1e6, LAT / 1e6]
    assert found[at(finding)]["properties"]["name"] == "卫生脏乱"


def test_what_is_close_of_one_class_and_soon_may_be_a_duplicate(desk):
    first, close = reported(), reported(5)
    far = reported(7)
    other_class = reported(1, category_id=a_category("parking", name="车辆乱停").pk)
    late = reported(0, at=MONDAY + 8 * DAY)

    found = shown(desk)

    alike = {key: one["properties"]["alike"] for key, one in found.items()}
    # Sixty metres: from the first to the second it is 56, from there to the third 22.
    assert alike == {
        at(first): 1, at(close): 2, at(far): 1, at(other_class): 0, at(late): 0,
    }  # fmt: skip
    assert "可能重复" in found[at(first)]["properties"]["note"]
    assert "可能重复" not in found[at(late)]["properties"]["note"]


def test_the_map_is_narrowed_as_the_list_is(desk):
    reported()
    parking = reported(category_id=a_category("parking", name="车辆乱停").pk)

    assert list(shown(desk, category="parking")) == [at(parking)]
    assert len(shown(desk, state="nonsense")) == 2
    page = desk.get(reverse("findings:desk"), {"category": "parking"}).content.decode()
    assert f"{ADDRESS}?category=parking" in page


def test_the_map_is_kept_by_nobody_and_shows_own_findings_only(client):
    reported()
    assert client.get(ADDRESS).status_code == 302
    for person in (mei(), a_person("stranger", volunteers=False)):
        client.force_login(person)
        assert client.get(ADDRESS).status_code == 404
    client.force_login(an_office(a_city().other_county, "elsewhere"))

    answer = client.get(ADDRESS)

    assert answer.json()["features"] == []
    assert answer["Cache-Control"] == "no-store, private"


def test_many_points_cost_as_many_queries_as_one(desk):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            shown(desk)
        return len(asked)

    reported()
    queries()
    one = queries()
    for n in range(4):
        reported(n, at=MONDAY + timedelta(hours=n))

    assert queries() == one
