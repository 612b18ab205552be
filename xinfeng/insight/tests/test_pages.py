"""The board and the figure page open for everybody, and every number opens."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from xinfeng.base import clock, figures
from xinfeng.insight import commands
from xinfeng.insight.models import RollUp
from xinfeng.insight.published import published
from xinfeng.places.models import Division
from xinfeng.places.tests.build import CITY, VILLAGE, a_city, a_place

pytestmark = pytest.mark.django_db
AT = datetime(2022, 7, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def city(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)
    a_city()
    place = a_place()
    commands.rebuild(names=published().names, as_of=date(2022, 7, 17), at=AT)
    return place


def opened(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_figure_on_the_board_leads_to_its_page(client):
    page = opened(client, "insight:board")

    for name in published().names:
        assert reverse("insight:figure", args=[name]) in page


@pytest.mark.parametrize("code", [CITY, 430405000000, 430405007000, VILLAGE])
def test_a_board_opens_for_each_level(client, code):
    page = opened(client, "insight:division", code)

    assert Division.objects.get(pk=code).name in page


def test_a_village_board_leads_to_its_place(client, city):
    assert reverse("places:place", args=[city.code]) in opened(
        client, "insight:division", VILLAGE
    )


def test_an_unknown_division_is_told_in_words(client):
    answer = client.get(reverse("insight:division", args=[999999999999]))

    assert answer.status_code == 404


def test_a_figure_shows_its_definition_and_its_rows(client, city):
    page = opened(client, "insight:figure", "places")

    assert city.name in page
    assert "SELECT" in page


def test_every_declared_figure_opens(client):
    for figure in figures.declared():
        opened(client, "insight:figure", figure.name)


def test_rows_about_people_stay_closed_to_a_visitor(client):
    page = opened(client, "insight:figure", "volunteers")

    assert reverse("account_login") in page
    assert (
        client.get(reverse("insight:rows_csv", args=["volunteers"])).getvalue().count(b"\n")
        == 1
    )


def test_the_rows_download_as_csv(client, city):
    answer = client.get(reverse("insight:rows_csv", args=["places"]))

    assert city.name in answer.getvalue().decode()


@pytest.mark.parametrize(
    "query",
    [
        {"as_of": "yesterday"},
        {"within": "110101000000"},
        {"since": "2022-07-01", "until": "2022-06-01"},
        {"after": "1_2"},
        {"unit": "-1"},
    ],
)
def test_a_question_that_makes_no_sense_is_answered_in_words(client, query):
    answer = client.get(reverse("insight:figure", args=["places"]), query)

    assert answer.status_code == 400


def test_an_unknown_figure_is_told_in_words(client):
    assert client.get(reverse("insight:figure", args=["nonsense"])).status_code == 404


def test_the_board_costs_eight_queries_or_fewer(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        opened(client, "insight:board")


def test_a_figure_page_costs_ten_queries_or_fewer(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        opened(client, "insight:figure", "places", within=VILLAGE)


def test_the_map_is_local_geojson(client, city):
    answer = client.get(reverse("insight:places_geojson"))

    # A place without a position is not on the map.
    assert answer["Content-Type"] == "application/geo+json"


def test_the_big_screen_opens(client):
    opened(client, "insight:screen")


def test_a_city_that_is_not_counted_yet_says_so(client):
    RollUp.objects.all().delete()

    answer = client.get(reverse("insight:board"))

    assert answer.status_code == 503
    assert "正在统计" in answer.content.decode()
