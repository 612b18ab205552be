"""An office registers people and gives roles in its own area."""

import re

import pytest
from django.urls import reverse

from xinfeng.base import clock
from xinfeng.people.models import Grant, Person, Role
from xinfeng.places.tests.build import (
    COUNTY,
    NINE,
    OTHER_COUNTY,
    TODAY,
    VILLAGE,
    a_city,
    a_place,
)

from .build import a_keeper, a_person, an_office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo_day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def test_an_office_registers_a_keeper_who_can_sign_in(client):
    place = a_place()
    client.force_login(an_office(a_city().township))
    sent = {"username": "zhou.sc", "name": "周守成", "home": VILLAGE}
    page = client.post(reverse("people:register"), sent).content.decode()
    (password,) = re.findall(r"<dd>([0-9A-Z]{12})</dd>", page)
    given = {"person": "zhou.sc", "role": "KEEPER", "place": place.code}
    assert client.post(reverse("people:give"), given).status_code == 302
    assert Grant.objects.get(role=Role.KEEPER).place == place
    client.logout()
    assert client.login(username="zhou.sc", password=password)


def test_the_list_shows_family_names_of_the_own_area_only(client):
    city = a_city()
    a_keeper(a_place())
    a_keeper(a_place(division=city.other_village), "elsewhere")
    client.force_login(an_office(city.township))
    page = client.get(reverse("people:office")).content.decode()
    assert "周**" in page
    assert "周守成" not in page
    assert "elsewhere" not in page
    assert (
        "keeper"
        not in client.get(reverse("people:office"), {"words": "nobody"})
        .content.decode()
        .split("</table>")[0]
        .split("<table>")[-1]
    )


def test_a_role_is_taken_back(client):
    keeper = a_keeper(a_place())
    client.force_login(an_office(a_city().county))
    grant = Grant.objects.get(person=keeper)
    client.post(reverse("people:revoke", args=[grant.pk]))
    grant.refresh_from_db()
    assert grant.ends_on == TODAY


def test_a_county_gives_no_role_in_another_county(client):
    a_city()
    a_person("mei")
    client.force_login(an_office(a_city().county))
    for sent in (
        {"person": "mei", "role": "TOWNSHIP", "division": OTHER_COUNTY},
        {"person": "mei", "role": "CITY_OFFICE", "division": COUNTY},
    ):
        assert client.post(reverse("people:give"), sent).status_code == 403
    assert not Grant.objects.filter(person__username="mei").exists()


def test_wrong_entries_come_back_with_the_reason(client):
    client.force_login(an_office(a_city().county))
    sent = {"person": "nobody", "role": "KEEPER", "place": "none"}
    page = client.post(reverse("people:give"), sent)
    assert page.status_code == 200
    assert "没有这个账号" in page.content.decode()
    answer = client.post(reverse("people:register"), {"username": "X Y", "name": ""})
    assert answer.status_code == 200
    assert not Person.objects.filter(username="x y").exists()


def test_nobody_else_sees_who_holds_which_role(client):
    client.force_login(a_keeper(a_place()))
    assert client.get(reverse("people:office")).status_code == 403
