"""Snap reports on a page: from the tap to the tracking page, without an account."""

import re

import pytest
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.findings import commands
from xinfeng.findings.models import Finding, SnapReport, State, Verdict
from xinfeng.places.tests.build import a_city

from .build import HOUR, MONDAY, a_category, an_inspector, an_office_here, repaired, the_unit
from .test_pages import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 3 * HOUR)
    a_category()


def form_at(query="", kind="litter"):
    village = a_city().village.pk
    return f"{reverse('snap:report', args=[kind])}?within={village}{query}"


def mark_in(answer):
    return re.search(r'name="form" value="([^"]+)"', answer.content.decode())[1]


def send(client, address, **said):
    said = {"form": mark_in(client.get(address)), "text": "垃圾桶满了两天。"} | said
    return client.post(address, said)


def the_report():
    with scope.whole_city():
        return SnapReport.objects.select_related("finding").get()


def test_anybody_reports_with_a_picture_and_follows_it(client):
    answer = send(client, form_at("&lat=26890000&lon=112700000"), pictures=[jpeg()])

    shown = client.get(answer["Location"])
    assert the_report().code in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert the_report().finding.files.count() == 1
    assert (
        client.get(reverse("snap:track", args=[the_report().code + ".guess"])).status_code
        == 404
    )


def test_the_same_form_sent_twice_is_one_report(client):
    address = form_at()
    mark = mark_in(client.get(address))

    first = client.post(address, {"form": mark, "text": "垃圾"})
    second = client.post(address, {"form": mark, "text": "垃圾"})

    assert first["Location"] == second["Location"]
    assert Finding.objects.count() == 1


def test_a_form_that_nobody_signed_is_refused(client):
    answer = client.post(form_at(), {"form": "made.up", "text": "垃圾"})

    assert answer.status_code == 422
    assert not Finding.objects.exists()


def test_what_others_reported_just_here_is_offered_and_joined(client):
    here = form_at("&lat=26890000&lon=112700000")
    send(client, here)
    first = the_report()
    assert "same_as" not in client.get(here).content.decode(), "shown before it was confirmed"
    said = {"finding_id": first.finding_id, "actor": an_office_here(), "at": MONDAY + 3 * HOUR}
    commands.confirm(**said)

    assert "same_as" in client.get(here).content.decode()
    send(client, here, same_as=str(first.finding_id))

    joined = Finding.objects.exclude(pk=first.finding_id).get()
    assert (joined.state, joined.merged_into_id) == (State.MERGED, first.finding_id)


def test_far_away_nothing_is_offered(client):
    send(client, form_at("&lat=26890000&lon=112700000"))
    commands.confirm(
        finding_id=the_report().finding_id, actor=an_office_here(), at=MONDAY + 3 * HOUR
    )

    far = client.get(form_at("&lat=26895000&lon=112700000"))

    assert "same_as" not in far.content.decode()


def test_praise_needs_no_class(client):
    send(client, form_at(kind="praise"))

    assert the_report().finding.is_praise


def test_the_reporter_rates_it_and_no_name_stands_on_the_page(client):
    answer = send(client, form_at(), name="刘桂兰", phone="13873400009")
    report = the_report()
    said = {"finding_id": report.finding_id, "actor": an_office_here(), "at": MONDAY + 3 * HOUR}
    commands.confirm(**said)
    repaired(commands.order(unit_id=the_unit().pk, term="WD3", **said), MONDAY + 4 * HOUR)
    commands.recheck(
        finding_id=report.finding_id, verdict=Verdict.MET, actor=an_inspector(),
        at=MONDAY + 5 * HOUR,
    )  # fmt: skip
    assert "刘桂兰" not in client.get(answer["Location"]).content.decode()

    client.post(answer["Location"] + "rating/", {"stars": "4", "comment": "很快"})

    assert the_report().stars == 4


def test_the_place_is_tapped_down_to_the_village(client):
    a_city()
    first = client.get(reverse("snap:where", args=["litter"])).content.decode()
    assert "珠晖区" in first

    last = client.get(reverse("snap:where", args=["litter"]), {"within": a_city().village.pk})

    assert last["Location"].startswith(reverse("snap:report", args=["litter"]))


def test_nonsense_in_an_address_breaks_nothing(client):
    for query in ({"lat": "x", "lon": "1"}, {"within": "9" * 12}, {"lat": "9" * 9, "lon": "0"}):
        assert client.get(reverse("snap:where", args=["litter"]), query).status_code == 200
    assert client.get(reverse("snap:where", args=["no-such"])).status_code == 404
