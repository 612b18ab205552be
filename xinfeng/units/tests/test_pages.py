"""The pages of units and points: who opens them, what they show, how few queries they ask."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xinfeng.base import scope
from xinfeng.people.tests.build import a_grant, a_person, an_office
from xinfeng.places.tests.build import VILLAGE, a_city
from xinfeng.units import queries
from xinfeng.units.models import Point, Sheet, Unit, UnitMember

from .build import a_member, a_point, a_type, a_unit

pytestmark = pytest.mark.django_db
POSITION = {"lat_e6": 26_900_000, "lon_e6": 112_600_000}


@pytest.fixture
def office(client):
    person = an_office(a_city().city)
    client.force_login(person)
    return person


def test_offices_inspectors_and_members_read_and_a_stranger_does_not(client):
    unit, point = a_unit(), a_point()
    mei, inspector = a_person(), a_person("inspector")
    a_grant(inspector, "INSPECTOR", division=a_city().city)
    a_member(mei, unit)
    pages = [
        reverse("units:units"), reverse("units:unit", args=[unit.code]),
        reverse("units:points"), reverse("units:point", args=[point.code]),
        reverse("units:points_geojson"),
    ]  # fmt: skip

    for person, status in [(mei, 200), (inspector, 200), (a_person("bo"), 403)]:
        client.force_login(person)
        assert {client.get(page).status_code for page in pages} == {status}


def test_a_list_costs_the_same_whatever_it_holds(client, office):
    def cost():
        counts = []
        for name in ("points", "units", "points_geojson"):
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse(f"units:{name}"))
            reads = [q for q in asked.captured_queries if "set_config" not in q["sql"]]
            counts.append(sum(q["sql"].startswith("SELECT") for q in reads))
        return counts

    a_point(**POSITION)
    first = cost()
    for _ in range(30):
        a_point(**POSITION)

    assert cost() == first
    assert max(first) <= 14, first


def test_points_are_narrowed_and_paged(client, office):
    unit, other = a_unit(), a_unit()
    for _ in range(50):
        a_point(unit=unit)
    last = a_point(unit=unit, name="最后一个")
    a_point(unit=other, type=a_type("school", name="学校校内"), name="茶山小学")

    first = client.get(reverse("units:points"), {"unit": unit.code})
    assert "最后一个" not in first.content.decode()
    second = queries.listed(
        queries.Choice(unit=unit.code), queries.listed(queries.Choice(unit=unit.code)).after
    )
    assert [point.pk for point in second.points] == [last.pk]
    found = client.get(reverse("units:points"), {"type": "school", "words": "茶山"})
    assert "茶山小学" in found.content.decode()
    assert "茶山农贸市场" not in found.content.decode()


def test_an_office_registers_changes_and_rests_a_point(client, office):
    said = {"name": "市场", "type": a_type().pk, "unit": a_unit().pk, "lon": 112.6, "lat": 26.9}

    client.post(reverse("units:add_point"), said | {"code": "P1", "division": VILLAGE})
    client.post(reverse("units:edit_point", args=["P1"]), said | {"name": "新市场"})
    client.post(reverse("units:charge", args=["P1"]), {"username": office.username})
    client.post(reverse("units:set_point_state", args=["P1", "suspension"]))

    point = Point.objects.get()
    assert (point.name, point.person_in_charge, point.state) == ("新市场", office, "SUSPENDED")
    assert (point.lat_e6, point.lon_e6) == (26_900_000, 112_600_000)
    client.post(reverse("units:relieve", args=["P1"]))
    assert Point.objects.get().person_in_charge is None
    half = client.post(reverse("units:add_point"), said | {"lat": "", "code": "P2"})
    assert Point.objects.count() == 1
    assert half.status_code == 200


def test_an_office_adds_a_unit_names_people_and_ends_it(client, office):
    said = {"name": "市城管局", "short_name": "城管局", "kind": "CITY"}
    mei = a_person()

    client.post(reverse("units:add"), said | {"code": "CG", "division": a_city().city.pk})
    client.post(reverse("units:edit", args=["CG"]), said | {"name": "市城市管理局"})
    named = {"username": "mei", "role": "HEAD"}
    client.post(reverse("units:name_member", args=["CG"]), named)
    unit = Unit.objects.get()
    assert (unit.name, queries.heads(unit.pk)) == ("市城市管理局", {mei.pk})
    page = client.get(reverse("units:unit", args=["CG"]))
    with scope.whole_city():
        member = UnitMember.objects.get()
    assert "王" in page.content.decode()
    assert "王小梅" not in page.content.decode()
    client.post(reverse("units:relieve_member", args=[member.pk]))
    client.post(reverse("units:end", args=["CG"]))
    assert Unit.objects.get().is_active is False


def test_a_table_is_previewed_with_its_problems_and_imported(client, office):
    def send(text):
        table = SimpleUploadedFile("表.csv", text.encode())
        answer = client.post(reverse("units:import"), {"kind": "UNITS", "table": table})
        return client.get(answer.url)

    wrong = send("单位编号,单位名称,类别\nA1,甲,社团")
    assert "社团" in wrong.content.decode()
    right = send("单位编号,单位名称,类别\nA1,甲,企业")
    assert Unit.objects.count() == 0
    client.post(right.request["PATH_INFO"])
    assert Unit.objects.get().code == "A1"
    assert client.get(right.request["PATH_INFO"]).status_code == 200
    client.force_login(an_office(a_city().county))
    assert client.get(right.request["PATH_INFO"]).status_code == 404
    assert Sheet.objects.count() == 2


def test_exports_and_the_sheet_of_codes_are_files(client, office):
    a_member(a_person(), a_unit())
    a_point(**POSITION)

    for address in (
        reverse("units:export", args=["units"]), reverse("units:export", args=["members"]),
        reverse("units:points_export"),
    ):  # fmt: skip
        assert client.get(address).content.startswith(b"PK")
    codes = client.get(reverse("units:points_codes"))
    assert codes.content.startswith(b"%PDF")
