"""What a surveyor's phone is told, and what it sends in."""

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.fieldwork import commands as fieldwork
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_person
from xinfeng.surveys import parcels
from xinfeng.surveys.contacts import sealed_address
from xinfeng.surveys.models import Response, Sample, Survey, SurveyState
from xinfeng.surveys.queries.doors import told_to

from .answers import GOOD, a_surveyor
from .build import SECRET
from .test_attempts import a_door, of

pytestmark = pytest.mark.django_db


def a_field() -> tuple[Sample, Person, dict[str, Any]]:
    """A survey in the field today, and the header by which Lan's phone sends."""
    sample, lan = a_door()
    today = clock.today()
    Survey.objects.update(since=today - timedelta(days=9), until=today + timedelta(days=9))
    sample.survey.refresh_from_db()
    fieldwork.issue(
        person_id=lan.pk, name="phone", token="lans-token", actor=lan, at=clock.now()
    )
    return sample, lan, by("lans-token")


def by(token: str) -> dict[str, Any]:
    basic = base64.b64encode(f"field:{token}".encode()).decode()
    return {"headers": {"Authorization": f"Basic {basic}"}}


def a_try(unit: str, disposition: str = "REFUSAL", **more: Any) -> dict[str, Any]:
    today = clock.today().isoformat()
    return {
        "kind": "try", "key": str(uuid4()), "unit": unit, "on": today, "part": "MORNING",
        "disposition": disposition, **more,
    }  # fmt: skip


def a_sheet(unit: str, **more: Any) -> dict[str, Any]:
    made = a_try(unit) | {"kind": "sheet", "answers": GOOD, "adults": 3, **more}
    del made["disposition"]
    return made


def send(client: Client, items: Any, header: dict[str, Any]) -> Any:
    body = items if isinstance(items, str | bytes) else json.dumps({"items": items})
    return client.post(
        reverse("interviews:sheets"), body, content_type="application/json", **header
    )


def test_a_parcel_is_taken_and_a_resend_doubles_nothing(client):
    sample, _lan, header = a_field()
    again = (clock.today() + timedelta(days=2)).isoformat()
    items = [
        a_sheet(of(sample, 1).code),
        a_try(of(sample, 2).code),
        a_try(of(sample, 3).code, "COME_AGAIN", again_on=again, again_part="EVENING"),
    ]

    first = send(client, items, header).json()["items"]
    second = send(client, items, header).json()["items"]

    assert [each["is_taken"] for each in first] == [True, True, True]
    assert [each["disposition"] for each in first] == ["COMPLETE", "REFUSAL", "COME_AGAIN"]
    assert second == first
    assert Response.objects.count() == 1
    assert [of(sample, n).attempts for n in (1, 2, 3)] == [1, 1, 1]


def test_what_is_at_fault_is_told_and_holds_up_nothing_else(client):
    sample, _lan, header = a_field()
    wrong = a_sheet(of(sample, 1).code, answers=GOOD | {"overall": "splendid"})
    items = [wrong, {"nonsense": True}, "x", a_try("nowhere"), a_try(of(sample, 2).code)]

    told = send(client, items, header).json()["items"]

    assert [each["code"] for each in told] == [
        "answers_wrong", "unreadable", "unreadable", "household_unknown", "",
    ]  # fmt: skip
    assert told[0]["mistakes"][0]["where"] == "overall"
    assert of(sample, 2).is_final
    assert not of(sample, 1).is_final


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 422),
        ("[]", 422),
        ('{"items": []}', 422),
        ('{"items": {}}', 422),
        ("[" * 100_000, 422),
        (json.dumps({"items": [{}] * (parcels.MOST_ITEMS + 1)}), 422),
        ('{"items": ["\\u0000"]}', 422),
        (" " * (parcels.MOST_BYTES + 1), 413),
    ],
    ids=lambda value: str(value)[:20],
)
def test_hostile_parcels_are_refused(client, body, status):
    _sample, _lan, header = a_field()

    assert send(client, body, header).status_code == status


@pytest.mark.parametrize(
    "more",
    [
        {"answers": {f"q{n}": 1 for n in range(500)}},
        {"answers": {"overall": {"deep": [1]}}},
        {"adults": 0},
        {"arrangement": 24},
        {"seconds": -1},
        {"started_at": "yesterday"},
        {"pair": "x"},
        {"more": 1},
    ],
    ids=str,
)
def test_a_sheet_that_cannot_be_is_refused_and_kept_by_nobody(client, more):
    sample, _lan, header = a_field()

    told = send(client, [a_sheet(of(sample).code, **more)], header).json()["items"]

    assert told[0]["is_taken"] is False
    assert Response.objects.count() == 0


def test_without_the_token_of_a_phone_nothing_is_taken(client):
    sample, lan, _header = a_field()
    client.force_login(lan)

    assert send(client, [a_try(of(sample).code)], {}).status_code == 401
    assert send(client, [a_try(of(sample).code)], by("other")).status_code == 401


def test_a_phone_sends_only_for_its_own_households(client):
    sample, _lan, _header = a_field()
    other = a_person("rival")
    a_surveyor(sample, other)
    fieldwork.issue(
        person_id=other.pk, name="phone", token="others", actor=other, at=clock.now()
    )

    told = send(client, [a_try(of(sample).code)], by("others")).json()["items"]

    assert told[0]["code"] == "household_unknown"


def test_households_are_told_to_their_surveyor_and_nobody_else(client):
    sample, lan, header = a_field()
    address = reverse("interviews:households")
    assert client.get(address).status_code == 302
    client.force_login(a_person("rival"))
    assert client.get(address).json()["surveys"] == []

    for told in (client.get(address, **header).json(), _signed_in(lan).get(address).json()):
        survey = told["surveys"][0]
        assert survey["code"] == sample.survey.code
        assert len(survey["communities"][0]["households"]) == 5


def test_neither_the_seed_nor_who_is_called_back_goes_to_the_phone(client):
    sample, _lan, header = a_field()
    with scope.whole_city():
        sample.units.update(is_called_back=True)

    text = client.get(reverse("interviews:households"), **header).content.decode()

    assert SECRET not in text
    assert "called" not in text
    assert "pair" not in text


def test_an_address_is_told_until_the_household_is_done():
    sample, lan, _header = a_field()
    with scope.whole_city():
        for number in (1, 2):
            unit = of(sample, number)
            unit.address_sealed = sealed_address(unit.code, f"幸福路 {number} 号")
            unit.is_final, unit.disposition = number == 2, "REFUSAL"
            unit.done_on = clock.today() if number == 2 else None
            unit.save()

    told = told_to(lan.pk)["surveys"][0]["communities"][0]["households"]

    assert told[0]["address"] == "幸福路 1 号"
    assert "address" not in told[1]


def test_outside_the_field_no_household_is_told():
    _sample, lan, _header = a_field()
    Survey.objects.update(state=SurveyState.CLOSED, closed_at=clock.now())

    assert told_to(lan.pk)["surveys"] == []


def test_many_households_are_told_in_few_queries(django_assert_num_queries):
    _sample, lan, _header = a_field()

    # The scope and its transaction, households, tries, samples, communities.
    with django_assert_num_queries(8):
        told_to(lan.pk)


def test_the_shell_opens_for_everybody_and_tells_nothing(client):
    page = client.get(reverse("interviews:shell"))
    script = client.get(reverse("interviews:worker"))

    assert page.status_code == script.status_code == 200
    assert b"csrf" not in page.content
    assert b'"name": "interviews"' in script.content


def _signed_in(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made
