"""Snap reports over the interface: by anybody, with pictures, paced as on the page."""

import json
from uuid import UUID

import pytest

from xinfeng.base import clock, scope
from xinfeng.findings import commands
from xinfeng.findings.models import SnapReport, Source, State
from xinfeng.people.tests.build import a_person
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import a_city

from .build import HOUR, MONDAY, a_category, a_wish, an_office_here
from .open311_build import broken_facilities
from .test_pages import jpeg

pytestmark = pytest.mark.django_db
HOME = "/api/v1/snap-reports"
SECRET = "a-secret-of-the-program"


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 3 * HOUR)
    a_category()


def sent(client, number=1, headers=None, **changes):
    said = {
        "client_id": str(UUID(int=10_000 + number)), "secret": SECRET, "category": "litter",
        "text": "垃圾桶满了。", "division": a_city().village.pk,
    } | changes  # fmt: skip
    return client.post(HOME, said, headers=headers or {})


def the_report():
    with scope.whole_city():
        return SnapReport.objects.select_related("finding", "contact", "reported_by").get()


def confirmed(report):
    return commands.confirm(
        finding_id=report.finding_id, actor=an_office_here(), at=MONDAY + HOUR
    )


def test_anybody_reports_with_pictures_and_follows_it(client):
    key = sent(client, pictures=[jpeg(), jpeg(60)]).json()["key"]

    report = the_report()
    assert (report.finding.source, report.finding.state) == (Source.SNAP, State.REPORTED)
    told = client.get(f"{HOME}/{key}").json()
    assert (told["state"], len(told["pictures_before"])) == ("REPORTED", 2)
    shown = client.get(f"{HOME}/{key}/pictures/{told['pictures_before'][0]}")
    b"".join(shown.streaming_content)
    assert shown["Content-Type"] == "image/jpeg"


def test_sent_twice_it_is_reported_once(client):
    assert sent(client).json() == sent(client).json()
    the_report()


def test_another_ones_mark_opens_nothing(client):
    sent(client)
    answer = sent(client, secret="another-secret-of-it")
    assert refused_with(answer) == (409, "form_used")


def test_who_shows_a_token_has_reported_it(client):
    mei = a_person()
    sent(client, headers=bearer(mei, Scope.PART))
    assert the_report().reported_by == mei


def test_a_wrong_key_is_no_report(client):
    key = sent(client).json()["key"]
    for wrong in (key[:-1], key.partition(".")[0], "x", "."):
        assert client.get(f"{HOME}/{wrong}").status_code == 404
        said = {"stars": 1}
        answer = client.post(f"{HOME}/{wrong}/rating", said, "application/json")
        assert answer.status_code == 404


def test_the_limit_of_the_page_holds_here(client):
    answers = [sent(client, number=n) for n in range(11)]
    assert [one.status_code for one in answers] == [200] * 10 + [409]
    assert refused_with(answers[-1]) == (409, "too_many_reports")


def test_the_classes_say_what_they_ask(client):
    broken_facilities()
    told = client.get("/api/v1/snap-classes").json()["items"]
    assert [one["code"] for one in told] == ["litter", "facilities"]
    assert told[1]["asks"][0]["choices"][0]["key"] == "lamp"


def test_answers_to_the_class_are_kept_or_refused(client):
    broken_facilities()
    wrong = [{}, {"answers": "x"}, {"answers": "[1]"}, {"answers": '{"facility": 1}'},
             {"answers": '{"facility": "tank"}'}, {"answers": "[" * 5000}]  # fmt: skip
    for said in wrong:
        assert sent(client, category="facilities", **said).status_code in (409, 422)
    answers = json.dumps({"facility": "lamp"})
    assert sent(client, category="facilities", answers=answers).status_code == 200
    assert the_report().answers == {"facility": "lamp"}


def test_what_is_known_nearby_is_joined_by_its_number(client):
    first = commands.report(new=a_wish(), actor=None, at=MONDAY)
    spot = {"lat_e6": 26_890_010, "lon_e6": 112_700_010, "category": "litter"}

    def near():
        return client.post(f"{HOME}/near", spot, "application/json").json()["items"]

    assert near() == [], "no office has looked at it yet"
    finding = confirmed(first)
    assert [one["code"] for one in near()] == [finding.code]

    key = sent(client, same_as=finding.code, lat_e6=spot["lat_e6"], lon_e6=spot["lon_e6"])
    told = client.get(f"{HOME}/{key.json()['key']}").json()
    assert (told["is_joined"], told["state"]) == (True, "CONFIRMED")


def test_what_is_not_told_yet_is_joined_by_nobody(client):
    first = commands.report(new=a_wish(), actor=None, at=MONDAY)
    assert sent(client, same_as=first.code).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [{"division": ""}, {"division": "", "lat_e6": 39_900_000, "lon_e6": 116_400_000},
     {"text": ""}, {"text": "长" * 501}, {"secret": "short"}, {"secret": "x" * 41},
     {"client_id": "1"}, {"lat_e6": 91_000_000, "lon_e6": 0}, {"text": "a\0b"}],
    ids=lambda changes: str(changes)[:40],
)  # fmt: skip
def test_what_cannot_be_is_misread(client, changes):
    assert sent(client, **changes).status_code == 422


@pytest.mark.parametrize("division", [430400000000, 110101001001, 430405000000])
def test_a_place_that_is_no_village_of_the_city_is_refused(client, division):
    assert refused_with(sent(client, division=division)) == (409, "where_missing")


def test_it_is_rated_by_its_key_when_it_is_time(client):
    key = sent(client).json()["key"]
    answer = client.post(f"{HOME}/{key}/rating", {"stars": 5}, "application/json")
    assert refused_with(answer) == (409, "not_yet")
