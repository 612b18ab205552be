"""Snap reports: anybody, with a name or without; joined, followed by a secret link, rated."""

from contextlib import suppress
from datetime import timedelta

import pytest

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.findings import commands
from xinfeng.findings.models import SnapReport, State, Verdict
from xinfeng.findings.queries.snaps import tracked
from xinfeng.people import commands as people
from xinfeng.people.models import Contact
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import a_city
from xinfeng.units.tests.build import a_member

from .build import (
    HOUR,
    MONDAY,
    SECRET,
    a_county,
    a_finding,
    a_wish,
    an_inspector,
    an_office_here,
    at,
    mei,
    repaired,
    seen,
    the_unit,
    verbs,
)

pytestmark = pytest.mark.django_db


def reported(**changes):
    return commands.report(new=a_wish(**changes), actor=None, at=MONDAY)


def verified(report):
    """Confirmed, ordered, put right and re-checked."""
    said = {"finding_id": report.finding_id, "actor": an_office_here(), "at": MONDAY + HOUR}
    commands.confirm(**said)
    finding = commands.order(unit_id=the_unit().pk, term="WD3", **said)
    repaired(finding)
    return commands.recheck(
        finding_id=finding.pk, verdict=Verdict.MET, actor=an_inspector(), at=MONDAY + 3 * HOUR
    )


def rated(report, stars, moment=MONDAY + 4 * HOUR):
    return commands.rate(
        report_id=report.pk, secret=SECRET, stars=stars, comment="谢谢", actor=None, at=moment
    )


def test_a_report_without_a_name_keeps_nobody():
    report = reported(address="1.2.3.4")

    with scope.whole_city():
        assert Contact.objects.count() == 0
    assert report.reported_by_id is None
    assert b"1.2.3.4" not in bytes(report.address_digest)
    assert seen(report.finding).state == State.REPORTED


def test_a_name_is_sealed_and_opened_by_a_journalled_act():
    report = reported(name="刘桂兰", phone="13873400009")

    opened = commands.open_reporter(
        finding_id=report.finding_id, actor=an_office_here(), at=MONDAY + HOUR
    )

    assert (opened.name, opened.phone) == ("刘桂兰", "13873400009")
    with scope.whole_city():
        assert "刘桂兰" not in Contact.objects.get().name_sealed


def test_whoever_is_to_repair_it_does_not_learn_who_reported():
    report = reported(name="刘桂兰", phone="13873400009")
    verified_ = {"finding_id": report.finding_id, "actor": an_office_here(), "at": MONDAY}
    commands.confirm(**verified_)
    commands.order(unit_id=the_unit().pk, term="WD3", **verified_)

    with pytest.raises(Forbidden):
        commands.open_reporter(finding_id=report.finding_id, actor=mei(), at=MONDAY)


def test_too_many_from_one_address_wait():
    for _turn in range(10):
        reported(address="1.2.3.4")

    with pytest.raises(Refusal) as refused:
        reported(address="1.2.3.4")

    assert refused.value.code == "too_many_reports"
    assert reported(address="5.6.7.8").pk


def test_what_was_refused_leaves_no_row():
    with pytest.raises(Refusal):
        reported(category_id=None)
    with pytest.raises(Refusal):
        reported(division_id=a_city().city.pk)

    with scope.whole_city():
        assert SnapReport.objects.count() == 0


def test_the_same_thing_again_follows_the_first():
    first = reported()

    second = commands.report(
        new=a_wish(), actor=None, at=MONDAY + HOUR, same_as_id=first.finding_id
    )

    assert seen(second.finding).state == State.MERGED
    assert seen(second.finding).merged_into_id == first.finding_id
    verified(first)
    assert rated(second, 5).stars == 5


def test_praise_is_passed_on():
    report = reported(is_praise=True, category_id=None)

    finding = commands.pass_on(
        finding_id=report.finding_id, actor=an_office_here(), at=MONDAY + HOUR
    )

    assert finding.state == State.CLOSED
    with pytest.raises(Refusal):
        commands.reopen(
            finding_id=finding.pk, reason="CAME_BACK", actor=a_county(), at=MONDAY + 2 * HOUR
        )


def test_it_is_rated_once_and_not_before_it_was_rechecked():
    report = reported()
    with pytest.raises(Refusal):
        rated(report, 5)
    verified(report)

    rated(report, 5)
    again = rated(report, 1)

    assert again.stars == 5


def test_who_is_not_satisfied_has_it_looked_at_again():
    report = reported()
    verified(report)

    rated(report, 2)

    assert seen(report.finding).state == State.REOPENED
    assert seen(report.finding).reason == "NOT_SATISFIED"


def test_a_foreign_secret_rates_nothing():
    report = reported()
    verified(report)

    with pytest.raises(Unknown):
        commands.rate(
            report_id=report.pk, secret="guessed", stars=1, comment="", actor=None, at=MONDAY
        )


def test_the_contact_goes_half_a_year_after_the_end():
    report = reported(name="刘桂兰", phone="13873400009")
    verified(report)
    commands.close(finding_id=report.finding_id, actor=an_office_here(), at=at(1, 9))

    with scope.whole_city():
        [contact] = Contact.objects.all()
    assert contact.erase_at == at(1, 9) + timedelta(days=180)


def test_the_words_are_worded_anew_before_others_read_them():
    report = reported(text="张三家门口堆满垃圾")

    finding = commands.confirm(
        finding_id=report.finding_id, text="3组路口堆放垃圾", actor=an_office_here(), at=MONDAY
    )

    assert seen(finding).text == "3组路口堆放垃圾"


def test_an_account_that_ends_leaves_its_report_without_itself():
    person = a_person("reporter")
    report = commands.report(new=a_wish(name="王小梅"), actor=person, at=MONDAY)

    people.close_account(person_id=person.pk, actor=person, at=MONDAY + HOUR)

    with scope.whole_city():
        report.refresh_from_db()
        assert report.reported_by_id is None
        assert Contact.objects.get().erased_at is not None
    assert seen(report.finding).state == State.REPORTED


def test_an_inspections_finding_is_no_snap():
    finding = a_finding()
    with pytest.raises(Forbidden):
        commands.open_reporter(finding_id=finding.pk, actor=an_office_here(), at=MONDAY)


def test_each_look_at_who_reported_stands_on_the_timeline_and_a_refused_one_does_not():
    report = reported(name="刘桂兰", phone="13873400009")
    for person in (an_office_here(), an_inspector()):
        with suppress(Forbidden):
            commands.open_reporter(finding_id=report.finding_id, actor=person, at=MONDAY + HOUR)

    assert verbs(report.finding) == ["finding.raised", "snap.contact_opened"]


def test_an_office_of_the_unit_does_not_learn_who_reported():
    report = reported(name="刘桂兰", phone="13873400009")
    said = {"finding_id": report.finding_id, "actor": an_office_here(), "at": MONDAY}
    commands.confirm(**said)
    commands.order(unit_id=the_unit().pk, term="WD3", **said)
    mixed = a_county()
    a_member(mixed, the_unit())

    with pytest.raises(Forbidden):
        commands.open_reporter(finding_id=report.finding_id, actor=mixed, at=MONDAY)


def test_the_reporter_sees_a_repair_only_once_somebody_else_has_looked():
    report = reported()
    said = {"finding_id": report.finding_id, "actor": an_office_here(), "at": MONDAY + HOUR}
    commands.confirm(**said)
    repaired(commands.order(unit_id=the_unit().pk, term="WD3", **said))
    key = f"{report.code}.{SECRET}"

    assert tracked(key).after == []
    commands.recheck(
        finding_id=report.finding_id, verdict=Verdict.MET, actor=an_inspector(),
        at=MONDAY + 3 * HOUR,
    )  # fmt: skip
    assert len(tracked(key).after) == 1


def test_an_account_that_is_closed_reports_nothing():
    person = a_person("reporter")
    people.close_account(person_id=person.pk, actor=person, at=MONDAY)
    person.refresh_from_db()

    with pytest.raises(Forbidden):
        commands.report(new=a_wish(), actor=person, at=MONDAY + HOUR)
