"""The pages of places: open to all, entries by keeper and office, tables in and out."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from xinfeng.base import clock
from xinfeng.people.tests.build import a_keeper, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.places.models import Facility, Place, PlaceState, Sheet
from xinfeng.places.tests.build import NINE, VILLAGE, a_city, a_place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo_day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def page(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_everybody_finds_a_place_by_name_area_and_tier(client):
    city = a_city()
    a_place(name="茶山村实践站")
    a_place(division=city.other_village, name="新华社区实践站")
    assert "茶山村实践站" in page(client, "places:list", words="茶山")
    assert "新华社区" not in page(client, "places:list", words="茶山")
    assert "新华社区实践站" not in page(client, "places:list", within=VILLAGE)
    assert "实践站</a>" not in page(client, "places:list", tier="BASE")


def test_a_long_list_goes_by_key(client):
    for n in range(55):
        a_place(name=f"第{n:02}站")
    first = page(client, "places:list")
    assert first.count("/places/HY") == 50
    assert "after=" in first


def test_a_place_says_whether_it_is_open_today(client):
    place = a_place()
    assert "今天不开放" in page(client, "places:place", place.code)
    place.opening_hours.create(
        weekday=6, opens_minute=510, closes_minute=690, starts_on="2020-01-01"
    )
    assert "08:30–11:30" in page(client, "places:place", place.code)
    assert client.get(reverse("places:place", args=["nowhere"])).status_code == 404


def test_a_place_page_costs_seven_queries_and_four_for_whoever_is_signed_in(client):
    place = a_place()
    client.force_login(a_keeper(place))
    page(client, "places:place", place.code)
    # The four: session, account, grants, unread notices.
    with at_most(7 + 4):
        page(client, "places:place", place.code)


def test_a_keeper_enters_what_the_place_has(client):
    place = a_place()
    client.force_login(a_keeper(place))
    page(client, "places:edit", place.code)
    client.post(
        reverse("places:enter_facility", args=[place.code]), {"kind": "HALL", "seats": "45"}
    )
    assert Facility.objects.get().seats == 45
    client.post(
        reverse("places:set_week", args=[place.code]), {"day0": "09:00-11:30，14:30—17:00"}
    )
    assert place.opening_hours.count() == 2
    client.post(
        reverse("places:close_on", args=[place.code]),
        {"on": "2022-07-20", "reason": "停电"},
    )
    assert "停电" in page(client, "places:place", place.code)


def test_wrong_entries_come_back_with_what_was_typed(client):
    place = a_place()
    client.force_login(a_keeper(place))
    answer = client.post(
        reverse("places:set_week", args=[place.code]), {"day0": "nine to five"}
    )
    assert answer.status_code == 200
    assert "nine to five" in answer.content.decode()
    assert not place.opening_hours.exists()


def test_a_stranger_changes_nothing(client):
    place, other = a_place(), a_place(division=a_city().other_village)
    client.force_login(a_keeper(other, "stranger"))
    assert client.get(reverse("places:edit", args=[place.code])).status_code == 403
    answer = client.post(
        reverse("places:enter_facility", args=[place.code]), {"kind": "HALL", "seats": "45"}
    )
    assert answer.status_code == 403
    verb = reverse("places:set_state", args=[place.code, "closure"])
    assert client.post(verb).status_code == 403
    assert Place.objects.get(pk=place.pk).state == PlaceState.OPEN


def test_an_office_adds_opens_and_suspends(client):
    city = a_city()
    client.force_login(an_office(city.township))
    sent = {"code": "HY-9", "tier": "STATION", "division": VILLAGE, "name": "茶山村实践站"}
    answer = client.post(reverse("places:add"), sent)
    assert answer.url == reverse("places:place", args=["HY-9"])
    for verb, state in (("opening", "OPEN"), ("suspension", "SUSPENDED")):
        client.post(reverse("places:set_state", args=["HY-9", verb]))
        assert Place.objects.get().state == state


def test_a_table_is_previewed_then_imported(client):
    client.force_login(an_office(a_city().city))
    book = openpyxl.Workbook()
    book.active.append(["编号", "名称", "层级", "区划代码"])
    book.active.append(["HY-1", "茶山村实践站", "站", str(VILLAGE)])
    file = io.BytesIO()
    book.save(file)
    upload = SimpleUploadedFile("places.xlsx", file.getvalue())
    answer = client.post(reverse("places:import"), {"table": upload})
    assert "导入 1 个阵地" in client.get(answer.url).content.decode()
    assert not Place.objects.exists()
    assert client.post(answer.url).status_code == 302
    assert Place.objects.get().code == "HY-1"
    client.force_login(an_office(a_city().township, "other"))
    hidden = reverse("places:preview", args=[Sheet.objects.get().pk])
    assert client.get(hidden).status_code == 404


def test_the_export_holds_what_the_list_shows(client):
    a_place(name="茶山村实践站")
    a_place(division=a_city().other_village, name="新华社区实践站")
    answer = client.get(reverse("places:export"), {"within": VILLAGE})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["茶山村实践站"]
