"""Programs of others report over Open311 and read what becomes of it."""

import json

import pytest
from defusedxml.ElementTree import fromstring
from django.core.files.uploadedfile import SimpleUploadedFile

from xinfeng.base import clock, scope
from xinfeng.findings import commands
from xinfeng.findings.models import FindingFile, SnapReport, Source, State
from xinfeng.findings.open311 import door
from xinfeng.people.models import Contact
from xinfeng.people.tests.build import an_office
from xinfeng.places.tests.build import a_city

from .build import (
    HOUR,
    MONDAY,
    a_category,
    an_office_here,
)
from .open311_build import (
    HOME,
    a_key,
    asked,
    broken_facilities,
    confirmed,
    error_of,
    number_of,
    one,
    reported,
    sent,
)
from .test_pages import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 3 * HOUR)
    monkeypatch.setattr(door, "PACE", door.Pace(0, 60))
    a_category()


# Discovery and services


def test_discovery_leads_to_this_server_in_both_forms(client):
    told = client.get(f"{HOME}/discovery.json").json()
    assert told["endpoints"][0]["url"].endswith("/open311/v2")
    assert told["endpoints"][0]["formats"] == ["text/xml", "application/json"]

    answer = client.get(f"{HOME}/discovery.xml")
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    root = fromstring(answer.content)
    assert root.tag == "discovery"
    assert [f.text for f in root.iter("format")] == ["text/xml", "application/json"]


def test_the_classes_are_services_and_praise_is_one_more(client):
    told = client.get(f"{HOME}/services.json").json()

    assert [one["service_code"] for one in told] == ["litter", "praise"]
    assert told[0]["service_name"] == "卫生脏乱"
    assert (told[0]["type"], told[0]["metadata"]) == ("realtime", False)


def test_a_service_speaks_the_language_that_is_asked_for(client):
    a_category("parking", name="车辆乱停", name_en="Vehicles parked wrongly", position=1)
    told = client.get(f"{HOME}/services.json", headers={"Accept-Language": "en"}).json()
    assert told[1]["service_name"] == "Vehicles parked wrongly"


def test_a_class_that_asks_something_says_so(client):
    broken_facilities()
    told = client.get(f"{HOME}/services/facilities.json").json()
    assert told["service_code"] == "facilities"
    [attribute] = told["attributes"]
    assert (attribute["datatype"], attribute["required"]) == ("singlevaluelist", True)
    assert attribute["values"][0] == {"key": "lamp", "name": "路灯"}

    root = fromstring(client.get(f"{HOME}/services/facilities.xml").content)
    assert [v.text for v in root.iter("key")] == ["lamp", "cover"]


def test_an_unknown_service_is_not_there(client):
    error_of(client.get(f"{HOME}/services/nothing.json"), 404)
    answer = client.get(f"{HOME}/services/nothing.xml")
    root = fromstring(answer.content)
    assert (answer.status_code, root.tag, root.find("error/code").text) == (
        404,
        "errors",
        "404",
    )


# Reporting


def test_a_report_comes_in_as_a_finding_and_is_answered_with_its_number(client):
    report = reported(client)

    assert report.finding.source == Source.OPEN311
    assert report.finding.state == State.REPORTED
    assert (report.contact, report.reported_by, report.program) == (None, None, None)
    assert report.category.code == "litter"


def test_the_sender_alone_is_told_the_address_that_follows_it(client):
    notice = sent(client).json()[0]["service_notice"]
    address = notice[notice.index("http") :]
    assert client.get(address).status_code == 200


def test_a_position_finds_its_village(client, monkeypatch):
    monkeypatch.setattr(
        "xinfeng.findings.views.open311.nearest_village", lambda *_spot: a_city().village.pk
    )
    report = reported(client, address_id="", lat="26.8912345", long="112.7")
    assert (report.finding.lat_e6, report.finding.lon_e6) == (26_891_234, 112_700_000)
    assert report.division_id == a_city().village.pk


@pytest.mark.parametrize(
    "where",
    [{}, {"lat": "26.9"}, {"lat": "39.9", "long": "116.4"}, {"lat": "nan", "long": "112"},
     {"lat": "91", "long": "112"}, {"lat": "inf", "long": "112"}, {"lat": "x", "long": "y"},
     {"address_string": "解放路 3 号"}, {"address_id": "430405"},
     {"address_id": "110101001001"}, {"address_id": "430400000000"}],
    ids=str,
)  # fmt: skip
def test_without_a_place_in_the_city_nothing_is_reported(client, where):
    error_of(sent(client, **({"address_id": ""} | where)), 400)
    with scope.whole_city():
        assert not SnapReport.objects.exists()


def test_who_gives_a_name_is_kept_sealed_and_never_answered(client):
    report = reported(
        client, first_name="小梅", last_name="张", phone="13812345678", email="m@example.org"
    )
    confirmed(report)

    with scope.whole_city():
        contact = Contact.objects.get()
        assert (contact.name(), contact.phone()) == ("张小梅", "13812345678")
        assert contact.note() == "m@example.org"
    for form in ("json", "xml"):
        for address in (f"requests/{report.code}", "requests"):
            said = client.get(f"{HOME}/{address}.{form}").content.decode()
            assert not [w for w in ("小梅", "138", "example") if w in said]


def test_an_office_may_open_who_reported_over_open311(client):
    report = reported(client, last_name="张", phone="13812345678")
    opened = commands.open_reporter(
        finding_id=report.finding_id, actor=an_office_here(), at=MONDAY + 4 * HOUR
    )
    assert opened.phone == "13812345678"


def test_an_answer_to_what_the_class_asks_is_kept(client):
    broken_facilities()
    report = reported(client, service_code="facilities", **{"attribute[facility]": "lamp"})
    assert report.answers == {"facility": "lamp"}


@pytest.mark.parametrize("said", [[], ["tank"], ["lamp", "cover"]], ids=str)
def test_no_answer_or_one_that_was_not_offered_is_refused(client, said):
    broken_facilities()
    answer = sent(client, service_code="facilities", **{"attribute[facility]": said})
    assert "哪种设施" in error_of(answer, 400)


def test_what_nobody_asked_is_not_kept(client):
    assert reported(client, **{"attribute[secret]": "x"}).answers is None


def test_a_picture_comes_as_a_file_and_an_address_of_one_is_left_alone(client):
    picture = jpeg()
    answer = sent(client, media=picture, media_url="http://169.254.169.254/latest")

    assert FindingFile.objects.get().finding.code == number_of(answer)
    assert "media_url" in answer.json()[0]["service_notice"]


def test_what_is_no_picture_is_refused_and_nothing_is_reported(client):
    page = SimpleUploadedFile("a.jpg", b"<html><script>", "image/jpeg")
    error_of(sent(client, media=page), 415)
    with scope.whole_city():
        assert not SnapReport.objects.exists()


def test_praise_comes_in_and_is_shown_in_no_words(client):
    report = reported(client, service_code="praise", description="环卫师傅帮我找回钱包")
    commands.pass_on(finding_id=report.finding_id, actor=an_office_here(), at=MONDAY + 4 * HOUR)

    told = one(client, report.code)
    assert (told["service_code"], told["status"], told["description"]) == (
        "praise", "closed", None,
    )  # fmt: skip
    assert asked(client) == []


# Keys and pace


def test_a_key_names_the_program(client):
    report = reported(client, api_key=a_key())
    with scope.whole_city():
        report.refresh_from_db()
        assert report.program.name == "随手帮"


def test_a_wrong_key_or_one_taken_away_is_refused(client):
    error_of(sent(client, api_key="nonsense"), 403)
    key = a_key()
    commands.end_program(code="APP", actor=an_office(a_city().city, "city2"), at=MONDAY)
    error_of(sent(client, api_key=key), 403)


def test_without_a_key_the_limit_of_our_own_page_holds(client):
    for _n in range(10):
        assert sent(client).status_code == 201
    answer = sent(client)
    error_of(answer, 429)
    assert answer["Retry-After"] == "3600"
    assert sent(client, api_key=a_key()).status_code == 201


def test_a_program_has_a_limit_of_its_own(client):
    key = a_key(an_hour=2)
    assert [sent(client, api_key=key).status_code for _n in range(3)] == [201, 201, 429]


def test_who_asks_too_often_waits(client, monkeypatch):
    monkeypatch.setattr(door, "PACE", door.Pace(2, 60))
    statuses = [client.get(f"{HOME}/services.json").status_code for _n in range(3)]
    assert statuses == [200, 200, 429]


def test_the_same_mark_reports_once(client):
    mark = {"Idempotency-Key": "phone-7-report-3"}
    first, second = sent(client, headers=mark), sent(client, headers=mark)
    assert first.json() == second.json()
    key = a_key()
    assert number_of(sent(client, headers=mark, api_key=key)) != number_of(first)
    with scope.whole_city():
        assert SnapReport.objects.count() == 2


def test_a_mark_that_somebody_else_has_used_opens_nothing_of_theirs(client):
    mark = {"Idempotency-Key": "1"}
    first = sent(client, headers=mark)
    second = sent(client, headers=mark, description="路灯不亮。")
    assert number_of(first) != number_of(second)


# What somebody may try


def test_another_city_is_not_here(client):
    for address in ("services", "requests", "services/litter"):
        error_of(client.get(f"{HOME}/{address}.json", {"jurisdiction_id": "110101"}), 404)
    error_of(sent(client, jurisdiction_id="110101"), 404)
    own = client.get(f"{HOME}/services.json", {"jurisdiction_id": "430400"})
    assert own.status_code == 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "text/xml"),
     (b"[" * 100_000, "application/json"),
     (b"--x\r\nnonsense", "multipart/form-data; boundary=x"), (b"", "multipart/form-data"),
     (b"a=1&" * 4000, "application/x-www-form-urlencoded")],
    ids=["xml", "json", "multipart", "no boundary", "many fields"],
)  # fmt: skip
def test_a_body_of_another_kind_is_refused(client, body, kind):
    answer = client.post(f"{HOME}/requests.json", body, content_type=kind)
    error_of(answer, 400)


@pytest.mark.parametrize(
    "changes",
    [{"description": "长" * 501}, {"description": ""}, {"description": "a\0b"},
     {"service_code": "nothing"}, {"service_code": "x" * 5000}, {"phone": "12"},
     {"email": "nobody"}, {"address_string": "a" * 201}],
    ids=lambda changes: str(changes)[:30],
)  # fmt: skip
def test_texts_that_cannot_be_are_refused(client, changes):
    error_of(sent(client, **changes), 400)


def test_signs_that_xml_cannot_hold_are_left_out(client):
    report = reported(client)
    confirmed(report, text="坏\x0b字符 <b>&amp;")
    root = fromstring(client.get(f"{HOME}/requests.xml").content)
    assert root.find("request/description").text == "坏字符 <b>&amp;"


def test_an_address_that_does_not_exist_answers_in_the_protocol(client):
    error_of(client.get(f"{HOME}/nothing.json"), 404)
    error_of(client.delete(f"{HOME}/requests.json"), 405)
    assert client.get(f"{HOME}/requests.json", {"service_code": "a\0b"}).status_code in (
        200,
        400,
    )


def test_a_body_beyond_every_limit_is_refused_before_it_is_read(client):
    answer = client.post(
        f"{HOME}/requests.json", b"x", content_type="text/plain", CONTENT_LENGTH=str(10**12)
    )
    error_of(answer, 413)


def test_json_keeps_chinese_readable(client):
    assert "卫生脏乱" in client.get(f"{HOME}/services.json").content.decode()
    assert json.loads(client.get(f"{HOME}/services.json").content)
