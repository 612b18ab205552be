"""The pages: a keeper's day, an office's list, a standard changed in a copy."""

from datetime import date

import pytest
from django.urls import reverse

from xinfeng.inspections import commands
from xinfeng.inspections.models import Filing, Standard
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_keeper, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.places.models import Facility
from xinfeng.places.tests.build import LONG_AGO, NINE, a_city, a_place

from .build import PLAIN, a_standard

pytestmark = pytest.mark.django_db
FIVE = PLAIN.replace("name: small", "name: five-haves")


@pytest.fixture(autouse=True)
def _demo_day(settings, monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)


def judged(place, *, seats: int = 10, period: str = "2022Q2") -> Standard:
    Facility.objects.create(place=place, kind="HALL", seats=seats, starts_on=LONG_AGO)
    standard = a_standard(FIVE)
    commands.evaluate(standard_id=standard.pk, period=period, actor=None, at=NINE)
    return standard


def as_(client, person):
    client.force_login(person)
    return client


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def english(client):
    client.cookies["language"] = "en"
    return client


def test_a_keeper_comes_straight_to_the_own_place(client):
    place = a_place()
    judged(place)
    answer = as_(client, a_keeper(place)).get(reverse("inspections:worklist"))
    assert answer.status_code == 302
    page = text_of(client.get(answer["Location"]))
    assert "座位" in page
    assert "增加座位" in page


def test_one_tap_enters_what_was_done_today_and_it_is_no_longer_due(client):
    place = a_place()
    judged(place)
    as_(client, a_keeper(place))
    home = reverse("inspections:place_worklist", args=[place.code])
    before = text_of(client.get(home))
    sent = {"item": "MONTHLY_LIST", "on": "2022-07-17"}
    for _ in range(2):
        assert client.post(reverse("inspections:file", args=[place.code]), sent).url == home
    filing = Filing.objects.get()
    assert (filing.on, filing.filed_by.username) == (date(2022, 7, 17), "keeper")
    assert Entry.objects.filter(verb="filing.entered").count() == 1
    after = text_of(client.get(home))
    assert before.count('name="item"') > after.count('name="item"')


def test_an_entry_can_be_withdrawn_and_the_row_stays(client):
    place = a_place()
    judged(place)
    as_(client, a_keeper(place))
    client.post(
        reverse("inspections:file", args=[place.code]),
        {"item": "MONTHLY_LIST", "on": "2022-07-17"},
    )
    filing = Filing.objects.get()
    client.post(reverse("inspections:withdraw", args=[filing.pk]))
    filing.refresh_from_db()
    assert filing.withdrawn_at is not None
    assert Entry.objects.filter(verb="filing.withdrawn").count() == 1


@pytest.mark.parametrize("on", ["2022-07-18", "2021-07-01", "yesterday", ""])
def test_an_impossible_day_is_refused_and_nothing_is_entered(client, on):
    place = a_place()
    judged(place)
    answer = as_(client, a_keeper(place)).post(
        reverse("inspections:file", args=[place.code]), {"item": "MONTHLY_LIST", "on": on}
    )
    assert answer.status_code == 409
    assert not Filing.objects.exists()


def test_a_stranger_neither_sees_nor_enters(client):
    place, other = a_place(), a_place(division=a_city().other_village)
    judged(place)
    as_(client, a_keeper(other, "stranger"))
    home = reverse("inspections:place_worklist", args=[place.code])
    assert client.get(home).status_code == 403
    sent = {"item": "MONTHLY_LIST", "on": "2022-07-17"}
    answer = client.post(reverse("inspections:file", args=[place.code]), sent)
    assert answer.status_code == 403
    assert not Filing.objects.exists()


def test_an_office_sees_its_weakest_places_first_and_not_those_of_others(client):
    city = a_city()
    judged(a_place(name="茶山村实践站"))
    a_place(division=city.other_village, name="新华社区实践站")
    as_(client, an_office(city.township))
    page = text_of(client.get(reverse("inspections:worklist")))
    assert "茶山村实践站" in page
    assert "新华社区实践站" not in page
    outside = client.get(reverse("inspections:worklist"), {"within": city.county.code})
    assert outside.status_code == 403


def test_a_line_opens_to_the_rows_that_decided_it(client):
    place = a_place()
    judged(place, seats=12)
    card = client.get(reverse("inspections:place", args=["five-haves", place.code]))
    page = text_of(client.get(card.url))
    assert "V1-1" in page
    line = text_of(client.get(f"{card.url}V1-1/"))
    assert "12" in line
    assert reverse("insight:figure", args=["place_seats"]) in line
    assert client.get(f"{card.url}X9/").status_code == 404


def test_the_city_office_changes_a_threshold_in_a_copy_and_sees_what_it_does(client):
    place = a_place()
    standard = judged(place, seats=25)
    as_(client, an_office(a_city().city))
    at = [standard.name, standard.version]
    assert "publication" not in text_of(client.get(reverse("inspections:standard", args=at)))
    answer = client.post(reverse("inspections:copy", args=at), {"version": "2"})
    edit = reverse("inspections:edit", args=[standard.name, "2"])
    assert answer.url == edit
    text = Standard.objects.get(version="2").document
    wrong = client.post(edit, {"text": text.replace("place_seats", "place_seatz")})
    assert wrong.status_code == 422
    assert "place_seatz" in wrong.content.decode()
    assert Standard.objects.get(version="2").document == text
    answer = client.post(edit, {"text": text.replace("station: 20,", "station: 30,")})
    compare = answer.url
    assert "站 30" in text_of(client.get(compare))
    answer = client.post(
        reverse("inspections:evaluate", args=[standard.name, "2"]), {"period": "2022Q2"}
    )
    assert "difference" in text_of(client.get(answer.url))
    page = text_of(client.get(compare))
    assert place.name in page
    answer = client.post(reverse("inspections:publish", args=[standard.name, "2"]))
    assert answer.status_code == 302
    assert client.get(edit).status_code == 200


@pytest.mark.parametrize("name", ["copy", "publish", "evaluate", "edit"])
def test_nobody_but_the_city_office_changes_standards(client, name):
    standard = judged(a_place())
    as_(client, an_office(a_city().county))
    sent = {"version": "2", "period": "2022Q2", "text": standard.document}
    at = reverse(f"inspections:{name}", args=[standard.name, standard.version])
    assert client.post(at, sent).status_code == 403
    assert Standard.objects.count() == 1


def test_everybody_reads_standards_and_evaluations(client):
    place = a_place()
    standard = judged(place)
    evaluation = standard.evaluations.get()
    for address in (
        reverse("inspections:standards"),
        reverse("inspections:standard", args=[standard.name, standard.version]),
        reverse("inspections:evaluation", args=[evaluation.pk]),
    ):
        text_of(client.get(address))
        text_of(english(client).get(address))
    assert client.get(reverse("inspections:newest", args=[standard.name])).status_code == 302
    assert client.get(reverse("inspections:newest", args=["nothing"])).status_code == 404


def test_pages_need_few_queries(client):
    place = a_place()
    judged(place)
    card = client.get(reverse("inspections:place", args=["five-haves", place.code])).url
    as_(client, a_keeper(place))
    for address in (
        card,
        f"{card}V1-1/",
        reverse("inspections:place_worklist", args=[place.code]),
    ):
        client.get(address)
        # Two of them are the badge of orders that are late in the keeper's village.
        with at_most(12):
            text_of(client.get(address))
