"""What programs of others may read over Open311, and what nobody may."""

import pytest

from xinfeng.base import clock, scope
from xinfeng.findings import commands
from xinfeng.findings.models import FindingFile, Reason, SnapReport, Source, Term
from xinfeng.findings.open311 import door
from xinfeng.places.tests.build import a_city

from .build import (
    HOUR,
    MONDAY,
    a_category,
    a_finding,
    a_picture,
    a_wish,
    an_office_here,
    the_unit,
)
from .open311_build import (
    HOME,
    asked,
    confirmed,
    error_of,
    one,
    reported,
)
from .test_pages import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 3 * HOUR)
    monkeypatch.setattr(door, "PACE", door.Pace(0, 60))
    a_category()


# Reading


def test_nothing_is_told_in_words_before_an_office_has_looked(client):
    report = reported(client)

    told = one(client, report.code)
    assert told["status"] == "open"
    hidden = ("description", "address", "address_id", "lat", "long", "media_url")
    assert {told[name] for name in hidden} == {None}
    assert asked(client) == []


def test_what_is_confirmed_is_listed_in_the_words_of_the_office(client):
    report = reported(client, description="张三家门口有垃圾")
    confirmed(report, text="路口有垃圾")

    [told] = asked(client)
    assert told["service_request_id"] == report.code
    assert (told["status"], told["description"]) == ("open", "路口有垃圾")
    assert told["address_id"] == str(a_city().village.pk)
    assert told["requested_datetime"] == "2022-07-18T12:00:00+08:00"


def test_a_position_is_told_within_a_hundred_metres(client):
    report = commands.report(
        new=a_wish(source=Source.OPEN311, lat_e6=26_891_234, lon_e6=112_700_678), actor=None,
        at=MONDAY,
    )  # fmt: skip
    confirmed(report)
    [told] = asked(client)
    assert (told["lat"], told["long"]) == (26.891, 112.701)


def test_the_deadline_of_the_unit_is_when_it_is_expected(client):
    report = reported(client)
    finding = confirmed(report)
    assert one(client, report.code)["expected_datetime"] is None
    commands.order(
        finding_id=finding.pk, unit_id=the_unit().pk, term=Term.H24, actor=an_office_here(),
        at=MONDAY + 5 * HOUR,
    )  # fmt: skip

    told = one(client, report.code)
    assert told["expected_datetime"] == "2022-07-19T14:00:00+08:00"
    assert told["agency_responsible"] == "市城市管理局"


def test_a_refused_report_is_closed_with_the_reason(client):
    report = reported(client)
    commands.refuse(
        finding_id=report.finding_id, reason=Reason.NOT_THERE, actor=an_office_here(),
        at=MONDAY + 4 * HOUR,
    )  # fmt: skip
    told = one(client, report.code)
    assert told["status"] == "closed"
    assert str(Reason.NOT_THERE.label) in told["status_notes"]
    assert told["description"] is None


def test_a_duplicate_is_open_as_long_as_what_it_was_joined_to(client):
    first, second = reported(client), reported(client)
    confirmed(first)
    commands.merge(
        finding_id=second.finding_id, into_id=first.finding_id, actor=an_office_here(),
        at=MONDAY + 5 * HOUR,
    )  # fmt: skip

    told = one(client, second.code)
    assert told["status"] == "open"
    assert first.code in told["status_notes"]
    assert [row["service_request_id"] for row in asked(client)] == [first.code]


def test_what_inspectors_found_and_the_hotline_took_down_is_not_there(client):
    inspected = a_finding(category_id=a_category().pk)
    assert asked(client) == []
    assert client.get(f"{HOME}/requests/{inspected.code}.json").status_code == 404


def test_a_list_is_narrowed_by_service_state_and_day(client):
    a_category("parking", position=1)
    litter, parking = reported(client), reported(client, service_code="parking")
    for report in (litter, parking):
        confirmed(report)

    def numbers(**query):
        return [row["service_request_id"] for row in asked(client, **query)]

    assert numbers() == [parking.code, litter.code]
    assert numbers(service_code="litter,nothing") == [litter.code]
    assert numbers(status="closed") == []
    assert numbers(status="open,closed") == [parking.code, litter.code]
    assert numbers(start_date="2022-07-18T12:00:01+08:00") == []
    assert numbers(end_date="2022-07-18T03:59:59Z") == []
    assert numbers(start_date="2022-07-18T00:00:00Z", end_date="2022-07-19T00:00:00Z")
    # The span is ninety days at most, counted from its end.
    assert numbers(start_date="2021-01-01T00:00:00Z", end_date="2022-09-01T00:00:00Z")
    assert numbers(service_request_id=f"{litter.code},NONE", status="closed") == [litter.code]


def test_a_list_comes_in_pages(client):
    codes = [reported(client).code for _n in range(3)]
    with scope.whole_city():
        for report in SnapReport.objects.select_related("finding"):
            confirmed(report)

    pages = [asked(client, page=n, page_size=2) for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 1, 0]
    told = [row["service_request_id"] for page in pages for row in page]
    assert sorted(told) == sorted(codes)


@pytest.mark.parametrize(
    "query",
    [{"status": "done"}, {"start_date": "yesterday"}, {"start_date": "2022-07-18"},
     {"end_date": "0001-01-01T00:00:00Z"}, {"start_date": "9999-12-31T23:59:59Z"},
     {"page": 0}, {"page_size": 5000}, {"page": "x"}, {"service_request_id": "X," * 9000}],
    ids=lambda query: str(query)[:40],
)  # fmt: skip
def test_what_is_not_understood_is_said_to_be_so(client, query):
    error_of(client.get(f"{HOME}/requests.json", query), 400)


def test_a_list_costs_few_questions_however_long(client, django_assert_max_num_queries):
    for _n in range(5):
        confirmed(reported(client))
    with django_assert_max_num_queries(6):
        assert len(asked(client)) == 5


def test_a_picture_is_given_once_an_office_has_made_it_public(client):
    report = reported(client, media=jpeg())
    picture = FindingFile.objects.get()
    inside = f"{HOME}/requests/{report.code}/pictures/{picture.pk}.jpg"
    assert client.get(inside).status_code == 404
    confirmed(report, public_files=(picture.pk,))

    address = one(client, report.code)["media_url"]
    assert address.endswith(inside)
    answer = client.get(address)
    b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "image/jpeg"


def test_no_other_picture_is_given_under_a_public_number(client):
    report = reported(client)
    foreign = FindingFile.objects.create(
        finding=a_finding(), file=a_picture(), stage="BEFORE", is_public=True, at=MONDAY
    )
    confirmed(report)
    address = f"{HOME}/requests/{report.code}/pictures/{foreign.pk}.jpg"
    assert client.get(address).status_code == 404


def test_a_token_is_the_number_itself(client):
    number = reported(client).code
    told = client.get(f"{HOME}/tokens/{number}.json").json()
    assert told == [{"service_request_id": number, "token": number}]
    error_of(client.get(f"{HOME}/tokens/NONE.json"), 404)
