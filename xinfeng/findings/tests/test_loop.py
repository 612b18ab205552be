"""The closed loop: found, ordered, put right, re-checked by somebody else, closed."""

from datetime import timedelta

import pytest

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.findings import commands
from xinfeng.findings.models import FindingFile, Reason, Recheck, Stage, State, Term, Verdict
from xinfeng.journal.models import Entry
from xinfeng.people.models import Notice
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import a_city
from xinfeng.units.tests.build import a_member, a_point, a_unit

from .build import (
    DAY,
    HOUR,
    MONDAY,
    a_county,
    a_finding,
    a_new,
    a_picture,
    a_repaired,
    a_verified,
    an_inspector,
    an_office_here,
    an_ordered,
    at,
    mei,
    repaired,
    seen,
    sent_back,
    the_unit,
    verbs,
)

pytestmark = pytest.mark.django_db


def test_what_an_inspection_found_goes_the_whole_way():
    finding = a_verified()

    closed = commands.close(finding_id=finding.pk, actor=an_office_here(), at=at(0, 14))

    assert closed.state == State.CLOSED
    assert closed.due_at is None
    assert verbs(finding) == [
        "finding.raised", "finding.ordered", "finding.repaired", "finding.verified",
        "finding.closed",
    ]  # fmt: skip


def test_a_round_is_raised_at_once_and_only_once(django_assert_max_num_queries):
    new = [a_new() for _ in range(50)]
    inspector = an_inspector()

    with django_assert_max_num_queries(16):
        first = commands.raise_findings(new=new, actor=inspector, at=MONDAY)
    again = commands.raise_findings(new=new, actor=inspector, at=MONDAY + HOUR)

    assert [one.pk for one in first] == [one.pk for one in again]
    assert Entry.objects.filter(verb="finding.raised").count() == 50


def test_a_stranger_learns_nothing_of_a_finding():
    finding = a_finding()

    with pytest.raises(Unknown):
        commands.order(
            finding_id=finding.pk, unit_id=the_unit().pk, term=Term.H24,
            actor=a_person("stranger"), at=MONDAY,
        )  # fmt: skip


def test_an_office_elsewhere_orders_nothing_here():
    finding = a_finding()

    with pytest.raises(Unknown):
        commands.order(
            finding_id=finding.pk, unit_id=the_unit().pk, term=Term.H24,
            actor=an_office(a_city().other_county, "else"), at=MONDAY,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("term", "due"),
    [
        (Term.ON_THE_SPOT, at(0, 12)),
        (Term.H24, at(1, 10)),
        (Term.WD3, at(3, 17, 30)),
        (Term.D7, at(7, 10)),
        (Term.D30, at(30, 10)),
    ],
)
def test_each_term_has_its_day(term, due):
    finding = an_ordered(term=term)

    assert finding.due_at == due


def test_whoever_works_for_the_unit_is_told_of_an_order():
    finding = an_ordered()

    with scope.whole_city():
        [told] = Notice.objects.filter(kind="finding.ordered")
    assert told.person_id == mei().pk
    assert told.words["code"] == finding.code


def test_an_order_goes_to_each_points_own_unit():
    point = a_point(unit=the_unit())
    findings = [a_finding(point_id=point.pk), a_finding(point_id=point.pk), a_finding()]

    ordered = commands.order_to_owners(
        finding_ids=[one.pk for one in findings], term=Term.D7, actor=an_office_here(),
        at=MONDAY,
    )  # fmt: skip

    assert [one.pk for one in ordered] == [one.pk for one in findings[:2]]
    assert seen(findings[2]).state == State.CONFIRMED


def test_taking_it_up_wins_no_time():
    finding = an_ordered()

    taken = commands.take_up(finding_id=finding.pk, actor=mei(), at=MONDAY + 5 * HOUR)

    assert taken.state == State.REPAIRING
    assert taken.due_at == finding.due_at


def test_a_repair_shows_how_it_looks_now():
    finding = an_ordered()

    with pytest.raises(Refusal) as refused:
        commands.repair(
            finding_id=finding.pk, words="done", after=[], actor=mei(), at=MONDAY + 2 * HOUR
        )

    assert refused.value.code == "picture_missing"
    assert seen(finding).state == State.ORDERED


def test_a_repair_sent_twice_is_one():
    finding = a_repaired()

    again = commands.repair(
        finding_id=finding.pk, words="again", after=[a_picture().pk], actor=mei(),
        at=MONDAY + 3 * HOUR,
    )  # fmt: skip

    assert again.state == State.REPAIRED
    assert FindingFile.objects.filter(finding=finding, stage=Stage.AFTER).count() == 1


def test_another_unit_repairs_nothing_here():
    finding = an_ordered()
    other = a_person("other")
    a_member(other, a_unit())

    with pytest.raises(Unknown):
        commands.repair(
            finding_id=finding.pk, words="done", after=[a_picture().pk], actor=other,
            at=MONDAY + 2 * HOUR,
        )  # fmt: skip


def test_what_was_put_right_too_late_is_remembered():
    finding = an_ordered(term=Term.H24)

    late = repaired(finding, at(2, 10))

    assert late.late_repairs == 1


def test_sent_back_it_has_to_be_done_sooner():
    finding = a_repaired(term=Term.D30)

    back = sent_back(finding)

    assert back.state == State.SENT_BACK
    assert (back.attempt, back.sent_back, back.reason) == (2, 1, Reason.PARTLY)
    assert back.due_at == MONDAY + 3 * HOUR + 7 * DAY


def test_the_same_recheck_again_is_one():
    finding = a_repaired()
    back = sent_back(finding)

    again = sent_back(finding, MONDAY + 4 * HOUR)

    assert again.attempt == back.attempt
    assert Recheck.objects.filter(finding=finding).count() == 1


def test_sending_back_needs_a_reason():
    finding = a_repaired()

    with pytest.raises(Refusal) as refused:
        commands.recheck(
            finding_id=finding.pk, verdict=Verdict.NOT_MET, actor=an_inspector(),
            at=MONDAY + 3 * HOUR,
        )  # fmt: skip

    assert refused.value.code == "reason_wrong"


def test_nothing_is_closed_before_it_was_rechecked():
    finding = a_repaired()

    with pytest.raises(Refusal) as refused:
        commands.close(finding_id=finding.pk, actor=an_office_here(), at=MONDAY + 3 * HOUR)

    assert refused.value.code == "not_rechecked"


def test_what_is_there_again_is_opened_and_ordered_anew():
    finding = a_verified()
    commands.close(finding_id=finding.pk, actor=an_office_here(), at=at(0, 14))

    opened = commands.reopen(
        finding_id=finding.pk, reason=Reason.CAME_BACK, actor=a_county(), at=at(9, 9)
    )

    assert opened.state == State.REOPENED
    assert (opened.repaired_by, opened.rechecked_by, opened.closed_at) == (None, None, None)
    assert opened.attempt == 2
    ordered = commands.order(
        finding_id=finding.pk, unit_id=the_unit().pk, term=Term.H24, actor=an_office_here(),
        at=at(9, 10),
    )  # fmt: skip
    assert ordered.state == State.ORDERED


def test_a_duplicate_ends_in_what_goes_on():
    first, second, third = a_finding(), a_finding(), a_finding()
    lan = an_office_here()
    commands.merge(finding_id=third.pk, into_id=second.pk, actor=lan, at=MONDAY)

    merged = commands.merge(finding_id=second.pk, into_id=first.pk, actor=lan, at=MONDAY)

    assert merged.state == State.MERGED
    assert seen(third).merged_into_id == first.pk
    assert verbs(first)[-1] == "finding.absorbed"


def test_a_reminder_is_told_once_in_a_few_hours():
    finding = an_ordered()
    for hours in (2, 3, 7):
        commands.remind(finding_id=finding.pk, actor=an_office_here(), at=MONDAY + hours * HOUR)

    assert verbs(finding).count("finding.reminded") == 2


def test_every_step_stands_in_the_journal_too():
    finding = a_verified()

    entries = Entry.objects.filter(subject=f"findings.finding:{finding.pk}").order_by("pk")

    assert list(entries.values_list("verb", flat=True)) == verbs(finding)


def test_an_inspector_orders_nothing():
    finding = a_finding()

    with pytest.raises(Forbidden):
        commands.order(
            finding_id=finding.pk, unit_id=the_unit().pk, term=Term.H24, actor=an_inspector(),
            at=MONDAY,
        )  # fmt: skip


def test_the_time_over_closes_what_nobody_objected_to():
    finding = a_verified()

    swept = commands.sweep_deadlines(at=finding.due_at + timedelta(minutes=1))

    assert swept.closed == 1
    assert seen(finding).state == State.CLOSED


def test_a_repair_after_the_deadline_is_counted_as_late_and_one_in_time_is_not():
    late, in_time = an_ordered(), an_ordered()

    repaired(late, late.due_at + HOUR)
    repaired(in_time, in_time.due_at)

    assert (seen(late).late_repairs, seen(in_time).late_repairs) == (1, 0)
