"""Choosing a division or a place by name, by code, or from the list below what is typed."""

from urllib.parse import quote

import pytest
from django import forms
from django.urls import reverse

from xinfeng.places.choosing import DivisionField, PlaceField, named
from xinfeng.places.models import Division

from .build import LONG_AGO, VILLAGE, a_city, a_place

pytestmark = pytest.mark.django_db


class Asked(forms.Form):
    division = DivisionField()
    other = DivisionField(required=False)


def chosen(typed):
    form = Asked({"division": typed})
    return form.cleaned_data["division"] if form.is_valid() else form.errors["division"][0]


@pytest.fixture
def city():
    return a_city()


@pytest.mark.parametrize("typed", [str(VILLAGE), f"茶山村 {VILLAGE}", f" {VILLAGE} ", "茶山村"])
def test_a_village_is_known_by_its_code_or_its_name(city, typed):
    assert chosen(typed) == city.village


def test_a_short_code_is_filled_up(city):
    assert chosen(str(city.county.code)[:6]) == city.county


def test_words_before_the_name_say_where_it_lies(city):
    twin = Division.objects.create(
        code=430405007099, level=4, name="茶山村", valid_from=LONG_AGO
    )
    twin_of_elsewhere = Division.objects.create(
        code=430421001001, level=4, name="茶山村", valid_from=LONG_AGO
    )

    assert {one.division for one in named("茶山村")} == {city.village, twin, twin_of_elsewhere}
    assert twin_of_elsewhere not in {
        one.division for one in named(f"{city.county.name} 茶山村")
    }


def test_a_name_of_several_is_asked_for_more_exactly(city):
    Division.objects.create(code=430405007099, level=4, name="茶山村", valid_from=LONG_AGO)

    said = chosen("茶山村")

    assert str(VILLAGE) in said
    assert "430405007099" in said


@pytest.mark.parametrize("typed", ["没有的村", "999999999999", "12345", ""])
def test_what_is_no_division_is_said_so(city, typed):
    assert isinstance(chosen(typed), str)


def test_what_has_ended_is_not_offered_by_name(city):
    city.village.valid_until = "2021-01-01"
    city.village.save()

    assert named("茶山村") == []


def test_a_form_shows_the_name_of_what_it_begins_with(city):
    shown = str(Asked(initial={"division": VILLAGE})["division"])

    assert f'value="茶山村 {VILLAGE}"' in shown
    assert '<datalist id="id_division_list">' in shown
    assert reverse("places:division_options") in shown


def test_the_list_follows_what_is_typed_and_anybody_may_ask(client, city):
    address = reverse("places:division_options")

    found = client.get(address, {"division": "茶山"}).content.decode()
    nothing = client.get(address, {"division": "茶"}).content.decode()

    assert f"{VILLAGE}" in found
    assert "option" not in nothing


def test_the_list_asks_twice_however_many_there_are(city, django_assert_num_queries):
    with django_assert_num_queries(2):
        named("村")


# Places


class Kept(forms.Form):
    place = PlaceField(required=False)


def place_of(typed):
    form = Kept({"place": typed})
    return form.cleaned_data["place"] if form.is_valid() else str(form.errors["place"])


def test_a_place_is_its_name_its_code_or_both(city):
    tea = a_place(name="茶山村实践站")

    said = ("茶山村实践站", tea.code, tea.code.lower(), f"茶山村实践站 {tea.code}", "茶山")
    for typed in said:
        assert place_of(typed) == tea


def test_of_several_places_of_a_name_one_is_chosen(city):
    first = a_place(code="P1", name="乡村书屋")
    a_place(code="P2", name="乡村书屋")

    assert "乡村书屋 P2" in place_of("书屋")
    assert place_of("乡村书屋 P1") == first


def test_what_is_no_place_is_said_so_and_nothing_is_none(city):
    assert "no place with this name" in place_of("没有的站")
    assert place_of("") is None


def test_the_list_of_places_follows_what_is_typed(client, city):
    tea = a_place(name="茶山村实践站")
    a_place(code="P2", name="茶山旧站", state="CLOSED")
    address = reverse("places:place_options")

    found = client.get(address, {"place": "茶山"}).content.decode()

    assert f'value="茶山村实践站 {tea.code}"' in found
    assert "茶山旧站" not in found
    assert "option" not in client.get(address, {"place": "茶"}).content.decode()
    assert address in str(Kept()["place"])


@pytest.mark.parametrize("typed", ["村 " * 30_000, "茶山\x00村", "茶" * 201])
def test_what_is_no_name_at_all_is_looked_for_nowhere(city, django_assert_num_queries, typed):
    with django_assert_num_queries(0):
        assert "no place with this name" in place_of(typed)
        assert not Asked({"division": typed}).is_valid()


@pytest.mark.parametrize(
    "typed", ["村 " * 30_000, "\0\0", "%", "__", "' OR 1=1 --", "茶" * 10_000, "村" * 60]
)
def test_the_lists_that_anybody_may_ask_stay_short_and_cheap(
    client, city, django_assert_max_num_queries, typed
):
    for number in range(20):
        a_place(code=f"Q{number}", name=f"村站{number}")
    for name in ("places:division_options", "places:place_options", "teams:options"):
        with django_assert_max_num_queries(2):
            answer = client.get(f"{reverse(name)}?q={quote(typed)}")
        assert answer.status_code in {200, 404}
        assert answer.content.count(b"<option") <= 12
