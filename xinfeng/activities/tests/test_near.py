"""What is on near a point, and that the point is kept nowhere."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinfeng.activities import queries
from xinfeng.activities.queries import Around
from xinfeng.base import clock, positions, scope
from xinfeng.people.tests.build import a_person
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import NINE, VILLAGE, a_place

from .build import EIGHT, a_category, a_post, a_shift, a_signup, an_activity

pytestmark = pytest.mark.django_db
HERE = (26_893_000, 112_572_000)
# About 1.1 km to the north, and about 11 km.
NORTH, FAR = (26_903_000, 112_572_000), (26_993_000, 112_572_000)


@pytest.fixture
def lan():
    return a_person("lan")


def at(point, leader, starts_at=NINE, capacity=5, **more):
    activity = an_activity(leader=leader, lat_e6=point[0], lon_e6=point[1], **more)
    shift = a_shift(activity=activity, starts_at=starts_at, capacity=capacity)
    shift.cell = positions.cell(*point)
    shift.save(update_fields=["cell"])
    return shift


def found(point=HERE, radius_m=5_000, **more):
    near = queries.near(Around(*point, radius_m=radius_m, **more), at=EIGHT)
    return [line.shift for line in near.lines]


def test_the_nearest_comes_first_with_its_distance(lan):
    far, near = at(NORTH, lan), at(HERE, lan)
    at(FAR, lan)

    lines = queries.near(Around(*HERE, radius_m=5_000), at=EIGHT).lines

    assert [line.shift for line in lines] == [near, far]
    assert [line.metres for line in lines] == [0, positions.metres(HERE, NORTH)]


def test_the_place_lends_its_position(lan):
    place = a_place(lat_e6=NORTH[0], lon_e6=NORTH[1])
    shift = a_shift(activity=an_activity(leader=lan, place=place))
    shift.cell = positions.cell(*NORTH)
    shift.save(update_fields=["cell"])

    assert found() == [shift]
    assert found(radius_m=1_000) == []


def test_what_is_near_is_narrowed_in_every_way(lan):
    shift = at(HERE, lan, title="江岸清洁")
    at(HERE, lan, title="普法", category=a_category("law", "普法"))
    at(HERE, lan, starts_at=NINE + timedelta(days=40))
    at(HERE, lan, starts_at=NINE - timedelta(days=1))
    at(HERE, lan, state="CALLED_OFF")
    at(HERE, lan, state="DRAFT")

    assert len(found()) == 2
    assert found(category="environment") == [shift]
    assert found(words="江岸") == [shift]
    assert found(words="%") == []
    assert len(found(days=60)) == 3


def test_only_with_free_places(lan):
    full = at(HERE, lan, capacity=1)
    free = at(HERE, lan, capacity=2)
    for shift in (full, free):
        a_signup(volunteer=a_person(f"p{shift.pk}"), shift=shift)
        a_signup(volunteer=a_person(f"w{shift.pk}"), shift=shift, state="WAITING")

    assert found(free_only=True) == [free]


def test_a_free_seat_for_who_is_asked_is_not_free(lan):
    shift = at(HERE, lan)
    a_post(shift, "讲师", capacity=1, audience="INVITED")
    learners = a_post(shift, "学员", capacity=1, part="LEARNER")
    assert len(found(free_only=True)) == 1

    a_signup(volunteer=a_person("bo"), shift=shift, post=learners, part="LEARNER")

    assert found(free_only=True) == []
    assert len(found()) == 1


def test_the_list_goes_on_by_key(lan, monkeypatch):
    monkeypatch.setattr(import_module("xinfeng.activities.queries.near"), "PAGE", 2)
    shifts = [at(HERE, lan) for _ in range(3)] + [at(NORTH, lan) for _ in range(2)]

    seen, after = [], None
    for _ in range(3):
        page = queries.near(Around(*HERE, radius_m=5_000), at=EIGHT, after=after)
        seen += [line.shift for line in page.lines]
        after = page.after

    assert (seen, after) == (shifts, None)


@given(
    north=st.integers(-200_000, 200_000),
    east=st.integers(-200_000, 200_000),
    radius=st.sampled_from([1_000, 3_000, 5_000, 10_000, 20_000]),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_index_of_cells_loses_nothing_within_the_radius(lan, north, east, radius):
    there = (HERE[0] + north, HERE[1] + east)
    shift = at(there, lan)

    assert (shift in found(radius_m=radius)) == (positions.metres(HERE, there) <= radius)
    shift.delete()


def test_cells_find_and_nothing_else_is_read(lan):
    at(HERE, lan)
    with scope.whole_city(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM activities_shift"
            " WHERE cell = ANY(%s) AND starts_at > now()",
            [positions.disk(*HERE, 5_000)],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "shift_by_cell" in plan


# The page


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EIGHT)


def test_a_point_travels_in_the_body_and_stands_in_no_address(client, lan):
    at(NORTH, lan, title="要找的")
    address = reverse("activities:near")
    point = {"lat": HERE[0] / 1e6, "lon": HERE[1] / 1e6}

    page = client.post(address, point | {"radius": 3_000}).content.decode()

    assert "要找的" in page
    assert "1.1 公里" in page
    assert "lat=" not in page
    assert not client.cookies or "lat" not in str(client.cookies)


def test_a_village_is_a_point_too(client, lan):
    a_place(lat_e6=HERE[0], lon_e6=HERE[1])
    at(NORTH, lan, title="要找的")

    page = client.get(reverse("activities:near"), {"village": VILLAGE}).content.decode()

    assert "要找的" in page


def test_an_unknown_village_is_said_so_and_nonsense_is_no_error(client):
    address = reverse("activities:near")

    assert "暂无位置" in client.get(address, {"village": VILLAGE}).content.decode()
    for query in [
        {"lat": "x"},
        {"village": "7"},
        {"radius": "1"},
        {"after": "x"},
        {"days": "-1"},
    ]:
        assert client.get(address, query).status_code == 200


def test_the_page_costs_the_same_for_one_or_many(client, lan):
    for _ in range(12):
        at(NORTH, lan)
    point = {"lat": HERE[0] / 1e6, "lon": HERE[1] / 1e6}

    with at_most(5):
        client.post(reverse("activities:near"), point)
