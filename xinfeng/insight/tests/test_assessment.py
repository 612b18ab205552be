"""The assessment's page says to each role what waits for it, and each of its ways opens."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from xinfeng.base import scope
from xinfeng.findings import commands as findings
from xinfeng.findings.models import Appeal, Finding, Warned
from xinfeng.findings.tests.build import (
    MONDAY,
    a_county,
    a_finding,
    a_repaired,
    an_ordered,
    mei,
    the_unit,
)
from xinfeng.inspections.commands import Going, name_inspectors
from xinfeng.inspections.models import Standard
from xinfeng.inspections.tests.rounds_build import (
    a_drawn_round,
    a_published_round,
    a_round,
    an_inspector,
    an_open_round,
    points_of,
    some_points,
    the_office,
)
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.units.models import MemberRole, Unit
from xinfeng.units.tests.build import a_member

pytestmark = pytest.mark.django_db
HUB = "/assessment/"


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: MONDAY + timedelta(hours=1))


def seen_by(client, person):
    if person is not None:
        client.force_login(person)
    answer = client.get(HUB)
    assert answer.status_code == 200
    return answer.content.decode()


def row(page, href):
    """What one line of the page says, without its marks."""
    found = re.search(rf'<li><a class="grow" href="{re.escape(href)}".*?</li>', page, re.S)
    assert found, href
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def walkers():
    """Who is sent out; the names of the findings' cast are taken."""
    return [an_inspector("wei"), an_inspector("qin")]


def everybody():
    """One of each role that has a part, and a stranger."""
    auditor = a_grant(a_person("auditor"), Role.AUDITOR, division=a_city().city).person
    return {
        "office": the_office(), "county": a_county(), "auditor": auditor, "mei": mei(),
        "resident": a_person("resident"), "nobody": None,
    }  # fmt: skip


def test_every_way_of_every_role_opens(client):
    some_points()
    a_published_round("R1", inspectors=walkers())
    an_open_round("R2", inspectors=[an_inspector("walker")])
    an_ordered()
    a_repaired()
    for name, person in everybody().items():
        client.logout()
        page = seen_by(client, person)
        content = page[page.index("<main") : page.index("</main")]
        for href in sorted(set(re.findall(r'<a [^>]*href="(/[^"#]*)', content))):
            assert client.get(href, follow=True).status_code == 200, (name, href)


def test_a_stranger_sees_results_and_nothing_of_rounds_under_way(client):
    some_points()
    done = a_published_round("R1", inspectors=walkers())
    a_drawn_round("R2", name="第二轮")

    page = seen_by(client, None)

    assert reverse("inspections:round_result", args=[done.code]) in page
    assert "第二轮" not in page
    assert reverse("findings:desk") not in page


@pytest.mark.parametrize("waits", ["county", "mei", "auditor"])
def test_whoever_is_assessed_learns_nothing_of_a_round_under_way(client, waits):
    some_points()
    a_drawn_round("R2", name="第二轮")

    page = seen_by(client, everybody()[waits])

    assert "第二轮" not in page


def test_the_office_reads_what_each_round_waits_for(client):
    some_points()
    planned = a_round("R1")
    drawn = a_drawn_round("R2")
    ready = a_drawn_round("R3")
    walker = an_inspector("walker")
    name_inspectors(round_id=ready.pk, going=[Going(walker.pk)], actor=the_office(), at=NINE)
    opened = an_open_round("R4")

    page = seen_by(client, the_office())

    said = {each.code: row(page, f"/rounds/{each.code}/") for each in (planned, drawn, ready)}
    assert "抽取点位" in said["R1"]
    assert "选派测评员" in said["R2"]
    assert "正在编排路线" in said["R3"]
    assert "0 / 10" in row(page, f"/rounds/{opened.code}/")


def test_an_inspector_reads_how_many_of_their_own_points_are_left(client):
    some_points()
    opened = an_open_round("R1", inspectors=[an_inspector("lan"), an_inspector("feng")])
    own = [each for each in points_of(opened) if each.person.username == "lan"]

    page = seen_by(client, own[0].person)

    assert f"0 / {len(own)}" in row(page, reverse("field:shell"))
    assert str(len(own)) in row(page, reverse("field:shell"))


def test_a_unit_reads_its_findings_and_its_place_in_the_last_round(client):
    some_points()
    done = a_published_round("R1", inspectors=walkers())
    unit = Unit.objects.get(pk=points_of(done)[0].unit_id)
    head = a_member(a_person("head"), unit, role=MemberRole.HEAD).person
    ordered = [an_ordered(point_id=points_of(done)[0].point_id) for _ in range(2)]
    Finding.objects.filter(pk__in=[each.pk for each in ordered]).update(unit=unit)
    Finding.objects.filter(pk=ordered[0].pk).update(warned=Warned.RED)

    page = seen_by(client, head)

    assert "逾期 1 项" in row(page, reverse("findings:unit"))
    assert "第 1" in row(page, reverse("inspections:round_unit", args=["R1", unit.code]))


def test_a_unit_reads_that_its_appeal_waits(client):
    finding = an_ordered()
    findings.appeal(
        finding_id=finding.pk, ground="NO_FINDING", words="现场没有这个问题。", code="A1",
        actor=mei(), at=MONDAY + timedelta(hours=2),
    )  # fmt: skip
    assert Appeal.objects.count() == 1

    page = seen_by(client, mei())

    assert "1 件申诉待裁定" in page


def test_the_recheckers_count_leaves_out_what_they_may_not_recheck(client):
    a_repaired()
    a_repaired()
    office = a_county()
    with scope.whole_city():
        a_member(office, the_unit())

    page = seen_by(client, office)

    assert row(page, reverse("findings:rechecks")).endswith("0")


def test_the_page_costs_few_queries_however_much_waits(client, django_assert_max_num_queries):
    some_points()
    a_published_round("R1", inspectors=walkers())
    for code in ("R2", "R3", "R4"):
        an_open_round(code, inspectors=[an_inspector(f"walker{code}")])
    for _ in range(5):
        a_finding()
        an_ordered()
    client.force_login(the_office())
    client.get(HUB)
    with django_assert_max_num_queries(33):
        client.get(HUB)
    assert Standard.objects.exists()
