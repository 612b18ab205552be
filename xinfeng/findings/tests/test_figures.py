"""What the city counts about findings: who stands where, what opens, what is not said alone."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xinfeng.base import clock, figures, scope
from xinfeng.base.figures import Value, Window
from xinfeng.findings import commands
from xinfeng.findings.models import Reason, Term, Verdict
from xinfeng.findings.queries.standing import COLUMNS, of_areas, of_units
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import a_city

from .build import (
    DAY,
    HOUR,
    MONDAY,
    SECRET,
    a_category,
    a_county,
    a_finding,
    a_repaired,
    a_verified,
    a_wish,
    an_inspector,
    an_office_here,
    an_ordered,
    mei,
    repaired,
    sent_back,
    the_unit,
)

pytestmark = pytest.mark.django_db
LATER = MONDAY + 20 * DAY
TOMORROW = clock.local_date(LATER) + timedelta(days=1)


@pytest.fixture(autouse=True)
def _later(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


def value(name, *, until=TOMORROW, **more):
    window = Window(date(2022, 7, 1), until)
    with scope.whole_city():
        found = figures.value(name, window, **more)
    return found.numerator, found.denominator


def a_reported(**changes):
    report = commands.report(new=a_wish(**changes), actor=None, at=MONDAY)
    commands.confirm(finding_id=report.finding_id, actor=an_office_here(), at=MONDAY)
    finding = commands.order(
        finding_id=report.finding_id, unit_id=the_unit().pk, term=Term.WD3,
        actor=an_office_here(), at=MONDAY + HOUR,
    )  # fmt: skip
    return report, finding


def closed_and_rated(stars):
    report, finding = a_reported()
    repaired(finding)
    commands.recheck(
        finding_id=finding.pk, verdict=Verdict.MET, actor=an_inspector(), at=MONDAY + 3 * HOUR
    )
    commands.close(finding_id=finding.pk, actor=an_office_here(), at=MONDAY + 4 * HOUR)
    commands.rate(
        report_id=report.pk, secret=SECRET, stars=stars, comment="", actor=None,
        at=MONDAY + DAY,
    )  # fmt: skip
    return finding


def test_a_finding_counts_until_it_is_none_and_a_duplicate_never_twice():
    a_finding()
    refused = commands.report(new=a_wish(), actor=None, at=MONDAY).finding
    commands.refuse(
        finding_id=refused.pk, reason=Reason.NOT_THERE, actor=an_office_here(), at=MONDAY
    )
    first = commands.report(new=a_wish(), actor=None, at=MONDAY).finding
    commands.report(new=a_wish(), actor=None, at=MONDAY + HOUR, same_as_id=first.pk)
    commands.report(new=a_wish(is_praise=True), actor=None, at=MONDAY)

    assert value("findings_found") == (2, None)
    assert value("findings_open") == (2, None)
    assert value("snap_reports") == (3, None)
    assert value("snap_praise") == (1, None)


def test_what_is_overdue_and_not_repaired_is_late_from_the_next_day_on():
    finding = an_ordered(Term.H24)
    due = clock.local_date(finding.due_at)

    assert value("findings_on_time", until=due + timedelta(days=1)) == (None, None)
    assert value("findings_on_time", until=due + timedelta(days=2)) == (0, 1)

    repaired(finding, MONDAY + 9 * DAY)
    # Repaired long after: it stays late, on the day on which it was.
    assert value("findings_on_time", until=due + timedelta(days=2)) == (0, 1)


def test_nothing_is_due_while_an_appeal_waits():
    finding = an_ordered(Term.H24)
    commands.appeal(
        finding_id=finding.pk, code="A1", ground="NO_FINDING", words="没有。", actor=mei(),
        at=MONDAY + 2 * HOUR,
    )  # fmt: skip

    assert value("findings_on_time") == (None, None)


def test_sent_back_once_of_two_re_checks_and_in_time_all_the_same():
    finding = sent_back(a_repaired())
    repaired(finding, MONDAY + 4 * HOUR)
    commands.recheck(
        finding_id=finding.pk, verdict=Verdict.MET, actor=an_inspector(), at=MONDAY + 5 * HOUR
    )

    assert value("findings_sent_back") == (1, 2)
    assert value("findings_on_time") == (1, 1)
    assert value("findings_verified") == (1, 1)
    assert value("findings_reopened") == (0, 1)


def test_what_was_opened_again_is_neither_closed_nor_verified():
    finding = a_verified()
    commands.close(finding_id=finding.pk, actor=an_office_here(), at=MONDAY + 4 * HOUR)
    assert value("findings_closed") == (1, None)

    commands.reopen(
        finding_id=finding.pk, reason=Reason.CAME_BACK, actor=an_office_here(), at=MONDAY + DAY
    )

    assert value("findings_closed") == (0, None)
    assert value("findings_verified") == (0, 1)
    assert value("findings_reopened") == (1, 1)


def test_the_days_are_the_middle_one_and_not_the_mean():
    for days in (0, 1, 12):
        finding = an_ordered(Term.D30)
        repaired(finding, MONDAY + days * DAY + 2 * HOUR)
        commands.recheck(
            finding_id=finding.pk, verdict=Verdict.MET, actor=an_inspector(),
            at=MONDAY + days * DAY + 3 * HOUR,
        )  # fmt: skip

    assert value("findings_days") == (1, None)
    assert value("findings_days", unit_id=the_unit().pk) == (1, None)
    assert value("findings_days", unit_id=0) == (None, None)


def test_reports_are_counted_by_class_and_a_rating_for_the_unit():
    closed_and_rated(5)
    closed_and_rated(3)
    other = a_category("parking", name="车辆乱停")
    commands.report(new=a_wish(category_id=other.pk), actor=None, at=MONDAY)

    assert value("snap_reports", unit_id=other.pk) == (1, None)
    assert value("snap_closed") == (2, 3)
    assert value("snap_closed", unit_id=other.pk) == (0, 1)
    assert value("snap_satisfaction") == (1, 2)
    assert value("snap_satisfaction", unit_id=the_unit().pk) == (1, 2)
    assert value("snap_rated") == (2, 2)


def test_all_units_and_areas_at_once_say_what_each_says_alone():
    closed_and_rated(5)
    an_ordered(Term.H24)
    unit, county = the_unit(), a_city().county

    line = of_units(clock.today()).of(unit.pk)
    areas = of_areas(a_city().city.pk, clock.today())

    window = areas.window
    with scope.whole_city():
        for name in COLUMNS:
            alone = figures.value(name, window, unit_id=unit.pk)
            assert line.values[name] == alone, name
            inside = (county.pk, county.pk + 10**6)
            assert areas.of(county.pk).values[name] == figures.value(name, window, span=inside)
    assert line.reading("snap_satisfaction") == 1000


def test_a_unit_of_which_nobody_knows_anything_is_not_nought():
    unit = the_unit()

    line = of_units(clock.today()).of(unit.pk)

    assert line.standing is None
    assert line.reading("findings_on_time") is None
    assert line.values["findings_found"] == Value(0, None, 0)


def test_the_rows_behind_a_figure_open_the_finding(client):
    finding = closed_and_rated(4)
    client.force_login(a_county())

    for name in ("findings_closed", "findings_reopened", "snap_satisfaction", "findings_days"):
        page = client.get(reverse("insight:figure", args=[name]), {"unit": the_unit().pk})
        said = page.content.decode()
        if name == "findings_closed":
            assert "反映人满意率" in said
        assert f'href="{reverse("findings:finding", args=[finding.code])}"' in said or (
            name == "snap_satisfaction"
        )


def test_rows_are_closed_to_visitors_and_the_value_is_not(client):
    closed_and_rated(4)

    page = client.get(reverse("insight:figure", args=["findings_closed"])).content.decode()

    assert "已销号问题" in page
    assert "登录" in page
    assert the_unit().name not in page


def test_the_units_page_tells_how_it_stands_and_where_its_list_is(client):
    closed_and_rated(5)
    client.force_login(mei())

    page = client.get(reverse("units:unit", args=["UNIT"])).content.decode()

    assert "按期整改率" in page
    assert "数量太少，不排名" in page
    assert reverse("findings:unit") in page


def test_units_are_compared_for_those_who_read_findings_only(client):
    closed_and_rated(5)
    address = reverse("findings:compared")
    assert client.get(address).status_code == 302
    client.force_login(a_person("stranger", volunteers=False))
    assert client.get(address).status_code == 404

    for who in (mei(), an_office_here(), an_office(a_city().city, "cc")):
        client.force_login(who)
        for query in ({}, {"by": "area"}, {"by": "area", "within": 1}, {"rank": "nonsense"}):
            page = client.get(address, query)
            assert page.status_code == 200
    assert a_city().county.name in client.get(address, {"by": "area"}).content.decode()


def test_many_units_cost_as_many_queries_as_one(client):
    client.force_login(an_office_here())
    address = reverse("findings:compared")

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    closed_and_rated(5)
    queries()
    a_verified()
    one = queries()
    for _n in range(3):
        a_verified()

    assert queries() == one
    # Nothing has moved since: the figures are not counted once more.
    assert queries() <= one - 8
    # Eight figures, the units, and what every page of somebody signed in asks.
    assert one <= 36
