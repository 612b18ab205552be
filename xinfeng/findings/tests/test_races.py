"""Two at once, started at a barrier: one repair, one verdict, one judgement, one report."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from xinfeng.base import scope, short_code
from xinfeng.base.refusal import Refusal
from xinfeng.findings import commands
from xinfeng.findings.models import (
    Appeal,
    Cause,
    Finding,
    FindingStep,
    Ground,
    Recheck,
    Repair,
    SnapReport,
    State,
    Verdict,
)
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import a_city
from xinfeng.units.tests.build import a_member

from .build import (
    DAY,
    HOUR,
    MONDAY,
    a_category,
    a_county,
    a_finding,
    a_new,
    a_picture,
    a_repaired,
    a_wish,
    an_inspector,
    an_office_here,
    an_ordered,
    at,
    mei,
    seen,
    the_unit,
)
from .hotline_build import a_row, a_table, added, tickets

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[str]:
    """What each of them got: "done", or the code of its refusal."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        try:
            barrier.wait(timeout=30)
            act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_a_round_raised_twice_at_once_is_there_once():
    new, hong = [a_new() for _ in range(20)], an_inspector()
    raising = lambda: commands.raise_findings(new=new, actor=hong, at=MONDAY)  # noqa: E731

    assert together(raising, raising) == ["done", "done"]

    assert Finding.objects.count() == FindingStep.objects.count() == 20


def test_two_of_a_unit_repair_at_once_and_one_of_them_did():
    finding, picture = an_ordered(), a_picture().pk
    colleague = a_person("colleague")
    a_member(colleague, the_unit())
    repairing = [
        lambda person=person: commands.repair(
            finding_id=finding.pk, words="已清运。", after=[picture], actor=person,
            at=MONDAY + 2 * HOUR,
        )
        for person in (mei(), colleague)
    ]  # fmt: skip

    assert sorted(together(*repairing)) == ["done", "finding_state"]

    assert Repair.objects.count() == 1


def test_two_inspectors_cannot_say_both_yes_and_no():
    finding = a_repaired()
    one, other = an_inspector(), an_inspector("other")
    said = {"finding_id": finding.pk, "at": MONDAY + 3 * HOUR}

    answers = together(
        lambda: commands.recheck(verdict=Verdict.MET, actor=one, **said),
        lambda: commands.recheck(verdict=Verdict.NOT_MET, reason="PARTLY", actor=other, **said),
    )

    assert sorted(answers) == ["done", "finding_state"]
    assert Recheck.objects.count() == 1


def test_an_appeal_is_judged_once():
    finding = an_ordered()
    made = commands.appeal(
        finding_id=finding.pk, code="A1", ground=Ground.NO_FINDING, words="没有。", actor=mei(),
        at=MONDAY + 2 * HOUR,
    )  # fmt: skip
    county, city = a_county(), an_office(a_city().city, "cityoffice")
    said = {"appeal_id": made.pk, "judgement": "已核。", "at": at(1, 9)}

    answers = together(
        lambda: commands.uphold(actor=county, **said),
        lambda: commands.reject(actor=city, **said),
    )

    assert sorted(answers) == ["appeal_judged", "done"]
    ended = Appeal.objects.get().state == "UPHELD"
    assert seen(finding).state == (State.REFUSED if ended else State.ORDERED)


def test_the_sweep_and_a_repair_at_the_same_moment_agree():
    finding, picture, person = an_ordered(), a_picture().pk, mei()
    late = finding.due_at + HOUR

    together(
        lambda: commands.sweep_deadlines(at=late),
        lambda: commands.repair(
            finding_id=finding.pk, words="已清运。", after=[picture], actor=person, at=late
        ),
    )

    now = seen(finding)
    assert now.state == State.REPAIRED
    assert now.due_at > late


def test_merging_both_ways_leaves_one_that_goes_on():
    one, other, lan = a_finding(), a_finding(), an_office_here()

    answers = together(
        lambda: commands.merge(finding_id=one.pk, into_id=other.pk, actor=lan, at=MONDAY),
        lambda: commands.merge(finding_id=other.pk, into_id=one.pk, actor=lan, at=MONDAY),
    )

    assert sorted(answers) == ["done", "merge_impossible"]
    assert sorted([seen(one).state, seen(other).state]) == [State.CONFIRMED, State.MERGED]


def test_a_form_sent_twice_at_once_is_one_report():
    wish = a_wish()
    sending = lambda: commands.report(new=wish, actor=None, at=MONDAY)  # noqa: E731

    assert together(sending, sending, sending) == ["done"] * 3

    with scope.whole_city():
        assert SnapReport.objects.count() == Finding.objects.count() == 1


def test_more_time_is_granted_or_refused_and_never_both():
    finding = an_ordered()
    asked = commands.ask_extension(
        finding_id=finding.pk, until=finding.due_at + DAY, cause=Cause.WEATHER, actor=mei(),
        at=MONDAY + 2 * HOUR,
    )  # fmt: skip
    lan, county = an_office_here(), a_county()
    said = {"extension_id": asked.pk, "at": MONDAY + 3 * HOUR}

    answers = together(
        lambda: commands.grant_extension(actor=lan, **said),
        lambda: commands.refuse_extension(actor=county, **said),
    )

    assert sorted(answers) == ["done", "extension_decided"]
    asked.refresh_from_db()
    granted = asked.state == "GRANTED"
    assert seen(finding).extended == granted
    assert seen(finding).due_at == finding.due_at + granted * DAY


def test_several_at_once_from_one_address_get_no_more_than_the_hour_allows():
    for _turn in range(9):
        commands.report(new=a_wish(address="1.2.3.4"), actor=None, at=MONDAY)
    sending = [
        lambda wish=wish: commands.report(new=wish, actor=None, at=MONDAY)
        for wish in [a_wish(address="1.2.3.4") for _turn in range(4)]
    ]

    answers = together(*sending)

    assert sorted(answers) == ["done", *["too_many_reports"] * 3]


def test_two_tables_with_the_same_matters_at_once_make_each_finding_once():
    a_category()
    content = a_table(*(a_row(f"RX-{n}") for n in range(5)))
    office = an_office_here()
    sheets = [added(content, office) for _n in range(2)]

    def one(sheet):
        return commands.import_hotline(
            code=sheet.code, joins={}, draw=lambda n: short_code.many(n, 8), actor=office,
            at=MONDAY + HOUR,
        )  # fmt: skip

    assert together(*(partial(one, sheet) for sheet in sheets)) == ["done", "done"]
    assert Finding.objects.count() == len(tickets()) == 5


def test_programs_at_once_stay_within_their_limit():
    a_category()
    city = an_office(a_city().city, "city")
    made = commands.add_program(
        code="APP", key="K" * 32, name="随手帮", an_hour=2, actor=city, at=MONDAY
    )
    wishes = [a_wish(program_id=made.program.pk) for _n in range(5)]
    acts = [partial(commands.report, new=one, actor=None, at=MONDAY) for one in wishes]

    said = together(*acts)

    assert sorted(said) == ["done"] * 2 + ["too_many_reports"] * 3
