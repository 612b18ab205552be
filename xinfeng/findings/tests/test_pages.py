"""Pages: who sees a finding, what a unit's phone shows, and that a list asks few questions."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from xinfeng.base import clock
from xinfeng.findings import commands
from xinfeng.findings.models import FindingFile, Ground, State
from xinfeng.findings.queries import desk as queries
from xinfeng.findings.queries.desk import Choice
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import a_city
from xinfeng.units.tests.build import a_member, a_point, a_unit

from .build import (
    HOUR,
    MONDAY,
    a_county,
    a_finding,
    a_repaired,
    an_inspector,
    an_office_here,
    an_ordered,
    mei,
    seen,
    the_unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 3 * HOUR)


def jpeg(shade: int = 120) -> SimpleUploadedFile:
    made = BytesIO()
    Image.new("RGB", (64, 48), (shade, 90, 60)).save(made, "JPEG")
    return SimpleUploadedFile(f"p{shade}.jpg", made.getvalue(), "image/jpeg")


def page_of(client, person, name, *args):
    client.force_login(person)
    return client.get(reverse(f"findings:{name}", args=args))


def acting(client, person, finding, verb, **said):
    client.force_login(person)
    return client.post(reverse("findings:act", args=[finding.code, verb]), said)


def test_the_desk_asks_few_questions_however_many_there_are(
    client, django_assert_max_num_queries
):
    for _turn in range(12):
        an_ordered()
    spans = [a_city().township.span]

    with django_assert_max_num_queries(5):
        desk = queries.desk(spans, Choice(), after=None)

    assert len(desk.lines) == 12
    answer = page_of(client, an_office_here(), "desk")
    assert answer.content.decode().count("/findings/F") >= 12


def test_an_office_elsewhere_does_not_see_a_finding(client):
    finding = an_ordered()
    stranger = an_office(a_city().other_county, "else")

    assert page_of(client, stranger, "finding", finding.code).status_code == 404
    assert page_of(client, a_person("nobody"), "desk").status_code == 404


def test_a_finding_is_open_to_the_tree_of_its_unit_and_to_no_other(client):
    above, beside = a_unit(), a_unit()
    unit = the_unit()
    unit.parent = above
    unit.save(update_fields=["parent"])
    finding = an_ordered()
    superior, colleague = a_person("superior"), a_person("colleague")
    a_member(superior, above)
    a_member(colleague, beside)

    assert page_of(client, mei(), "finding", finding.code).status_code == 200
    assert page_of(client, superior, "finding", finding.code).status_code == 200
    assert page_of(client, colleague, "finding", finding.code).status_code == 404


def test_a_unit_sends_its_repair_with_a_picture(client):
    finding = an_ordered()
    assert finding.code in page_of(client, mei(), "unit").content.decode()

    answer = acting(client, mei(), finding, "repair", words="已清运。", after=[jpeg()])

    assert answer.status_code == 302
    assert seen(finding).state == State.REPAIRED
    [picture] = FindingFile.objects.filter(finding=finding)
    shown = page_of(client, mei(), "picture", finding.code, picture.pk)
    assert shown["Content-Type"] == "image/jpeg"
    assert b"".join(shown.streaming_content)[:2] == b"\xff\xd8"
    shown.close()


def test_what_is_no_picture_is_refused_and_nothing_is_written(client):
    finding = an_ordered()
    wrong = SimpleUploadedFile("a.jpg", b"<script>1</script>", "image/jpeg")

    answer = acting(client, mei(), finding, "repair", words="已清运。", after=[wrong])

    assert 400 <= answer.status_code < 500
    assert seen(finding).state == State.ORDERED
    assert not FindingFile.objects.exists()


def test_a_repair_without_a_picture_stands_on_the_page_again(client):
    finding = an_ordered()

    answer = acting(client, mei(), finding, "repair", words="已清运。")

    assert answer.status_code == 422
    assert "已清运。" in answer.content.decode()


def test_who_repaired_it_finds_no_button_to_recheck_it(client):
    finding = a_repaired()

    own = page_of(client, mei(), "finding", finding.code).content.decode()
    other = page_of(client, an_inspector(), "finding", finding.code).content.decode()

    assert "acts/passing/" not in own
    assert "acts/passing/" in other


def test_an_inspector_passes_a_repair(client):
    finding = a_repaired()

    acting(client, an_inspector(), finding, "passing")

    assert seen(finding).state == State.VERIFIED


def test_a_second_reviewer_judges_on_the_page(client):
    finding = an_ordered()
    commands.appeal(
        finding_id=finding.pk, code="A1", ground=Ground.NO_FINDING, words="没有。", actor=mei(),
        at=MONDAY + 2 * HOUR,
    )  # fmt: skip

    assert (
        "judgement/uphold"
        not in page_of(client, an_office_here(), "finding", finding.code).content.decode()
    )
    assert finding.code in page_of(client, a_county(), "appeals").content.decode()
    client.post(
        reverse("findings:judge", args=[finding.code, "uphold"]), {"judgement": "属实。"}
    )

    assert seen(finding).state == State.REFUSED


def test_more_time_is_asked_for_and_granted(client):
    finding = an_ordered()
    acting(client, mei(), finding, "extension", until="2022-07-25T12:00", cause="WEATHER")
    client.force_login(an_office_here())

    client.post(reverse("findings:decide", args=[finding.code, "grant"]))

    assert seen(finding).extended == 1


def test_the_desk_orders_all_that_were_ticked(client):
    point = a_point(unit=the_unit())
    findings = [a_finding(point_id=point.pk) for _turn in range(3)]
    client.force_login(an_office_here())

    client.post(
        reverse("findings:order_many"), {"finding": [one.pk for one in findings], "term": "D7"}
    )

    assert {seen(one).state for one in findings} == {State.ORDERED}


def test_what_ended_is_found_by_its_state(client):
    finding = a_finding()
    client.force_login(an_office_here())
    acting(client, an_office_here(), finding, "refusal", reason="NOT_THERE")

    shown = client.get(reverse("findings:desk"), {"state": "REFUSED"}).content.decode()

    assert finding.code in shown


def test_notices_lead_to_the_right_list(client):
    the_unit()
    client.force_login(mei())
    assert client.get(reverse("findings:begin"))["Location"] == reverse("findings:unit")
    client.force_login(an_office_here())
    assert client.get(reverse("findings:begin"))["Location"] == reverse("findings:desk")


def test_a_unit_gets_the_public_copy_and_only_who_judges_the_bytes_as_sent(client):
    finding, sent = an_ordered(), jpeg()
    acting(client, mei(), finding, "repair", words="已清运。", after=[sent])
    [picture] = FindingFile.objects.filter(finding=finding)
    address = reverse("findings:picture", args=[finding.code, picture.pk]) + "?original"
    sent.seek(0)
    as_sent = sent.read()

    def shown(person):
        client.force_login(person)
        answer = client.get(address)
        return b"".join(answer.streaming_content)

    assert shown(an_inspector()) == as_sent
    assert shown(mei()) != as_sent


def test_the_pages_of_lists_cost_the_same_whatever_they_hold(client):
    an_ordered()
    a_repaired()
    readers = {"desk": an_office_here(), "unit": mei(), "rechecks": an_office_here()}

    def costs():
        found = {}
        for name, person in readers.items():
            client.force_login(person)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(f"findings:{name}")).status_code == 200
            found[name] = len(captured)
        return found

    costs()
    before = costs()
    for _turn in range(4):
        an_ordered(point_id=a_point(unit=a_unit()).pk)
        a_repaired()

    assert costs() == before
