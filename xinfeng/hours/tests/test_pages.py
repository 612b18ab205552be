from datetime import timedelta

import pytest
from django.urls import reverse

from xinfeng.hours import queries
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import TODAY, a_city

from .build import a_credit

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(client):
    mei = a_person()
    client.force_login(mei)
    return mei


def test_the_own_record_shows_all_time_given_and_nobody_elses(client, mei):
    a_credit(mei, 90)
    a_credit(mei, 60)
    a_credit(a_person("bo"), 4000)

    page = client.get(reverse("hours:mine")).content.decode()

    assert "2.5" in page
    assert "66 小时" not in page


def test_a_record_without_lines_says_what_to_do(client, mei):
    assert "/activities/" in client.get(reverse("hours:mine")).content.decode()


def test_the_record_goes_on_by_key_and_costs_the_same(client, mei, monkeypatch):
    monkeypatch.setattr(queries.own, "PAGE", 2)
    for number in range(5):
        a_credit(mei, 60, earned_on=TODAY - timedelta(days=number // 2))

    seen, after = [], None
    with at_most(11 * 3):
        for _ in range(3):
            page = queries.record(mei, after=after, today=TODAY)
            seen += [line.credit.pk for line in page.lines]
            after = page.after

    assert len(set(seen)) == 5
    assert after is None
    with at_most(16):
        client.get(reverse("hours:mine"))


@pytest.mark.parametrize("after", ["", "x", "2022-07-17", "2022-07-17_x", "_", "2022-99-99_1"])
def test_nonsense_in_the_address_begins_at_the_top(client, mei, after):
    assert client.get(reverse("hours:mine"), {"after": after}).status_code == 200


def test_the_record_downloads_as_csv(client, mei, monkeypatch):
    monkeypatch.setattr(queries.own, "PAGE", 2)
    for _ in range(5):
        a_credit(mei, 60)

    text = b"".join(client.get(reverse("hours:mine_csv")).streaming_content).decode()

    assert text.startswith("\ufeff")
    assert text.count("茶山村,服务,60,") == 5


def test_the_county_office_takes_a_credit_back_by_a_form(client):
    credit = a_credit(a_person())
    client.force_login(an_office(a_city().county))
    address = reverse("hours:credit", args=[credit.pk])

    page = client.get(address).content.decode()
    client.post(address, {"reason": "WRONG_TIME"})

    assert "王**" in page
    assert "王小梅" not in page
    assert 'name="reason"' in page
    assert 'name="reason"' not in client.get(address).content.decode()


def test_a_reason_is_needed(client):
    credit = a_credit(a_person())
    client.force_login(an_office(a_city().county))

    page = client.post(reverse("hours:credit", args=[credit.pk]), {"reason": "x"})

    assert 'class="error"' in page.content.decode()


def test_a_credit_elsewhere_is_answered_like_an_unknown_one(client):
    credit = a_credit(a_person())
    for person in [an_office(a_city().other_county), a_person("bo")]:
        client.force_login(person)
        for credit_id in [credit.pk, 404]:
            answer = client.get(reverse("hours:credit", args=[credit_id]))
            assert answer.status_code == 404
