"""What somebody without an account may try at the snap reports, and what it gives them."""

import re

import pytest
from django.http import HttpResponse
from django.urls import reverse

from xinfeng.base import clock
from xinfeng.findings import commands
from xinfeng.findings.models import Finding, FindingFile, Stage, Term
from xinfeng.findings.queries import snaps as queries
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import a_city

from .build import (
    HOUR,
    MONDAY,
    SECRET,
    a_category,
    a_picture,
    a_wish,
    an_office_here,
    an_ordered,
    mei,
    the_unit,
)
from .test_pages import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 3 * HOUR)
    a_category()


def reported(**changes):
    return commands.report(new=a_wish(**changes), actor=None, at=MONDAY)


def joined(first, **changes):
    return commands.report(
        new=a_wish(**changes), actor=None, at=MONDAY + HOUR, same_as_id=first.finding_id
    )


def tracked(report):
    found = queries.tracked(f"{report.code}.{SECRET}")
    assert found is not None
    return found


def shown_to(report):
    return {one.file_id for one in tracked(report).before}


def test_a_reporter_sees_no_picture_of_who_reported_the_same():
    mine, theirs = a_picture(), a_picture()
    first = reported(pictures=(mine.pk,))
    second = joined(first, pictures=(theirs.pk,))

    assert FindingFile.objects.filter(finding=first.finding_id).count() == 2, (
        "the unit needs it"
    )
    assert shown_to(first) == {mine.pk}
    assert shown_to(second) == {theirs.pk}


def test_nor_after_the_first_one_was_joined_to_another():
    mine, theirs = a_picture(), a_picture()
    first = reported(pictures=(mine.pk,))
    joined(first, pictures=(theirs.pk,))
    third = reported()
    commands.merge(
        finding_id=first.finding_id, into_id=third.finding_id, actor=an_office_here(),
        at=MONDAY + HOUR,
    )  # fmt: skip

    assert shown_to(first) == {mine.pk}
    assert shown_to(third) == set()


def address(*parts):
    return reverse("snap:track", args=["X"]).replace("X", "".join(parts))


@pytest.mark.parametrize(
    "secret", ["", ".", ".%00", ".x%00", ".x" * 2000, "%00.x", ".%EF%BC%91", "..", ".None"]
)
def test_no_guess_at_a_tracking_address_breaks_or_opens_anything(client, secret):
    report = reported()

    assert client.get(address(report.code, secret)).status_code == 404
    assert client.post(address(report.code, secret) + "rating/", {"stars": 1}).status_code in {
        404, 422,
    }  # fmt: skip


def test_a_picture_of_another_report_is_not_there(client):
    other = reported(pictures=(a_picture().pk,))
    mine = reported(pictures=(a_picture().pk,))
    [hung] = FindingFile.objects.filter(finding=other.finding_id)

    for number in (hung.pk, 0, 2**70):
        answer = client.get(reverse("snap:picture", args=[f"{mine.code}.{SECRET}", number]))
        assert answer.status_code == 404


def test_what_a_phone_sent_is_shown_without_its_place_and_camera(client):
    at = f"{reverse('snap:report', args=['litter'])}?within={a_city().village.pk}"
    mark = re.search(r'name="form" value="([^"]+)"', client.get(at).content.decode())[1]
    sent = client.post(at, {"form": mark, "text": "垃圾", "pictures": [jpeg()]})
    page = client.get(sent["Location"]).content.decode()
    picture = re.search(r'href="([^"]+/pictures/\d+/)"', page)[1]

    answers = [client.get(picture), client.get(picture + "?original=1")]

    shown = [b"".join(answer.streaming_content) for answer in answers]
    assert shown[0] == shown[1], "whatever is asked, it is the public copy"
    assert b"Exif" not in shown[0]


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(90_000_000, 0), (-90_000_000, 180_000_000), (0, -180_000_000), (64_700_000, 10_536_000)],
)
def test_a_report_from_the_end_of_the_world_is_one_all_the_same(client, lat, lon):
    at = reverse("snap:report", args=["litter"])
    page = client.get(at, {"within": a_city().village.pk, "lat": lat, "lon": lon})

    assert page.status_code == 200
    assert reported(lat_e6=lat, lon_e6=lon).pk


def test_a_huge_text_is_refused_and_nothing_is_written(client):
    at = f"{reverse('snap:report', args=['litter'])}?within={a_city().village.pk}"
    mark = re.search(r'name="form" value="([^"]+)"', client.get(at).content.decode())[1]

    answers = [
        client.post(at, {"form": mark, "text": "垃" * 200_000}),
        client.post(at, {"form": mark, "text": "a\x00b"}),
        client.post(at, {"form": mark + "x" * 100_000, "text": "a"}),
        client.post(at, {"form": mark, "text": "a", "same_as": "1" * 5000}),
    ]

    assert [answer.status_code for answer in answers[:3]] == [422] * 3
    assert answers[3].status_code in {302, 422}
    assert Finding.objects.count() <= 1


def test_one_address_of_the_new_kind_counts_as_its_whole_line(client):
    """Whoever has a line of IPv6 has more addresses than there are grains of sand."""
    at = f"{reverse('snap:report', args=['litter'])}?within={a_city().village.pk}"

    def send(number):
        where = {"REMOTE_ADDR": f"2001:db8:0:1::{number:x}"}
        page = client.get(at, **where).content.decode()
        mark = re.search(r'name="form" value="([^"]+)"', page)[1]
        return client.post(at, {"form": mark, "text": "垃圾"}, **where).status_code

    assert [send(number) for number in range(1, 12)] == [302] * 10 + [422]


def test_the_unit_and_others_open_no_bytes_as_sent_and_no_reporter(client, monkeypatch):
    finding = an_ordered()
    FindingFile.objects.create(
        finding=finding, file=a_picture(), stage=Stage.BEFORE, attempt=1, at=MONDAY
    )
    [hung] = FindingFile.objects.filter(finding=finding)
    told = []

    def respond(file, *, public, small=False):
        told.append(public)
        return HttpResponse()

    monkeypatch.setattr("xinfeng.files.serving.respond", respond)
    picture = reverse("findings:picture", args=[finding.code, hung.pk])

    client.force_login(mei())
    assert client.get(picture + "?original=1").status_code == 200
    client.force_login(a_person("stranger"))
    assert client.get(picture).status_code == 404
    client.force_login(mei())
    opened = client.post(reverse("findings:reporter", args=[finding.code]))
    assert opened.status_code == 403
    assert told == [True]


def test_an_account_is_not_named_to_whoever_puts_it_right(client):
    person = a_person("reporter", name="欧阳金丝雀")
    report = commands.report(new=a_wish(pictures=(a_picture().pk,)), actor=person, at=MONDAY)
    said = {"finding_id": report.finding_id, "actor": an_office_here(), "at": MONDAY + HOUR}
    commands.confirm(**said)
    finding = commands.order(unit_id=the_unit().pk, term=Term.WD3, **said)

    for reader in (mei(), an_office_here()):
        client.force_login(reader)
        page = client.get(reverse("findings:finding", args=[finding.code])).content.decode()
        assert "欧*" not in page
        assert "欧阳" not in page
