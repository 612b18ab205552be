"""What a round found not to be met becomes findings, once, and only when it is over."""

from datetime import timedelta

import pytest

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden
from xinfeng.findings.models import Finding, FindingFile, Source, State
from xinfeng.inspections import commands, jobs
from xinfeng.inspections.commands import Found
from xinfeng.inspections.models import Verdict
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE

from .phones_build import (
    Phone,
    a_form,
    a_round_with_forms,
    photos_of,
    points_of,
    refused,
    run_jobs,
)
from .rounds_build import read_all, some_points, the_office

pytestmark = pytest.mark.django_db
LATER = NINE + timedelta(days=8)
WRONG = ("I-1-1", "I-1-2")


@pytest.fixture(autouse=True)
def _points(db, monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)
    some_points()


@pytest.fixture
def point():
    opened = a_round_with_forms()
    return next(each for each in points_of(opened) if each.type == "farm-market")


def sent(point, wrong=WRONG, **more) -> None:
    phone = Phone(point.person)
    assert phone.send(a_form(point, wrong, **more), photos_of(wrong), batches=2) == [201, 201]
    run_jobs()


def closed(point):
    return commands.close_round(round_id=point.round_id, actor=the_office(), at=LATER)


def raised(point, actor=None):
    return commands.raise_round_findings(
        round_id=point.round_id, actor=actor or the_office(), at=LATER
    )


def amend(point, line="I-1-1", verdict=Verdict.MET, actor=None):
    return commands.amend_reading(
        round_point_id=point.pk, found=Found(line, verdict, note="照片看不出"),
        actor=actor or the_office(), at=LATER,
    )  # fmt: skip


def states() -> dict[str, str]:
    return dict(Finding.objects.values_list("line", "state"))


def test_a_finding_holds_the_line_the_point_the_words_and_the_photo(point):
    sent(point, l_I_1_1_note="东门垃圾未清")
    closed(point)

    assert raised(point).new == 2

    with scope.whole_city():
        finding = Finding.objects.get(line="I-1-1")
        before = FindingFile.objects.get(finding=finding)
        names = {each.name for each in [before.file]}
    assert (finding.source, finding.state) == (Source.INSPECTION, State.CONFIRMED)
    assert (finding.point_id, finding.division_id) == (point.point_id, point.point.division_id)
    assert (finding.lat_e6, finding.lon_e6) == (point.point.lat_e6, point.point.lon_e6)
    assert finding.found_by_id == point.person_id
    assert finding.submission_id is not None
    assert "地面无垃圾、污水和杂物" in finding.text
    assert finding.text.endswith("东门垃圾未清")
    assert (before.stage, names) == ("BEFORE", {"I-1-1.jpg"})
    # Nobody has been ordered yet: that is the office's own act.
    assert finding.unit_id is None


def test_raised_again_nothing_is_added(point):
    sent(point)
    closed(point)
    raised(point)
    before = list(Finding.objects.order_by("pk").values_list("pk", "code", "moved_at"))

    assert raised(point) == commands.Raised(0, 0)

    assert list(Finding.objects.order_by("pk").values_list("pk", "code", "moved_at")) == before
    assert Entry.objects.filter(verb="round.findings_raised").count() == 1


def test_nothing_is_raised_while_the_round_is_in_the_field(point):
    sent(point)

    assert refused(lambda: raised(point)) == "round_is_not_over"
    assert not Finding.objects.exists()


def test_closing_a_round_has_its_findings_raised_by_a_job(point):
    sent(point)
    closed(point)

    jobs.raise_findings(round_id=point.round_id, person_id=the_office().pk)

    assert Finding.objects.count() == 2


def test_only_whoever_holds_the_round_raises_its_findings(point):
    closed(point)

    with pytest.raises(Forbidden):
        raised(point, a_person("stranger"))


def test_a_reading_amended_before_raises_none(point):
    sent(point)
    closed(point)
    amend(point)

    raised(point)

    assert states() == {"I-1-2": "CONFIRMED"}


def test_a_reading_amended_afterwards_ends_its_finding_or_raises_one(point):
    sent(point)
    closed(point)
    raised(point)
    amend(point)
    amend(point, "I-2-1", Verdict.NOT_MET)

    assert raised(point) == commands.Raised(1, 1)

    assert states() == {"I-1-1": "REFUSED", "I-1-2": "CONFIRMED", "I-2-1": "CONFIRMED"}


def test_a_finding_that_a_unit_was_ordered_stays_whatever_is_amended(point):
    sent(point)
    closed(point)
    raised(point)
    finding = Finding.objects.get(line="I-1-1")
    commands.order_round_findings(round_id=point.round_id, actor=the_office(), at=LATER)
    amend(point)

    assert raised(point).ended == 0
    finding.refresh_from_db()
    assert finding.state == State.ORDERED


def test_findings_are_ordered_to_the_units_of_their_points_with_the_term_of_the_line(point):
    sent(point)
    closed(point)
    raised(point)

    ordered = commands.order_round_findings(
        round_id=point.round_id, actor=the_office(), at=LATER
    )
    again = commands.order_round_findings(round_id=point.round_id, actor=the_office(), at=LATER)

    assert (ordered, again) == (2, 0)
    rows = {each.line: each for each in Finding.objects.order_by("pk")}
    assert {each.unit_id for each in rows.values()} == {point.point.unit_id}
    # The standard says 24 hours for the one and nothing for the other.
    assert (rows["I-1-1"].term, rows["I-1-2"].term) == ("H24", "D7")


def test_readings_written_in_the_pages_raise_findings_without_a_form(point):
    with scope.whole_city():
        read_all(point.round, met=lambda _point, line: line != "I-2-1")
    closed(point)

    raised(point)

    assert set(Finding.objects.values_list("line", "submission")) == {("I-2-1", None)}
