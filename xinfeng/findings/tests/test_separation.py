"""Nobody judges what they did: re-checks, extensions, appeals; kept by commands and tables."""

import pytest
from django.db import IntegrityError, transaction

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.findings import commands
from xinfeng.findings.models import (
    Appeal,
    AppealState,
    Cause,
    Finding,
    Ground,
    Recheck,
    State,
    Verdict,
)
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant, a_person, an_office
from xinfeng.places.tests.build import a_city
from xinfeng.units.tests.build import a_member

from .build import (
    DAY,
    HOUR,
    MONDAY,
    a_county,
    a_new,
    a_picture,
    a_repaired,
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


def refused_database(write):
    with pytest.raises(IntegrityError), scope.whole_city(), transaction.atomic():
        write()


def rechecking(finding, person):
    return commands.recheck(
        finding_id=finding.pk, verdict=Verdict.MET, actor=person, at=MONDAY + 3 * HOUR
    )


def test_nobody_rechecks_their_own_repair():
    finding = a_repaired()
    a_grant(mei(), Role.INSPECTOR, division=a_city().county)

    with pytest.raises(Forbidden):
        rechecking(finding, mei())

    assert seen(finding).state == State.REPAIRED


def test_nobody_rechecks_a_repair_of_their_unit():
    finding = a_repaired()
    colleague = an_inspector("colleague")
    a_member(colleague, the_unit())

    with pytest.raises(Forbidden):
        rechecking(finding, colleague)


def test_the_table_takes_no_recheck_by_the_repairer():
    finding = a_repaired()

    refused_database(
        lambda: Recheck.objects.create(
            finding=finding, attempt=1, verdict="MET", repaired_by=mei(), checked_by=mei(),
            at=MONDAY,
        )
    )  # fmt: skip
    refused_database(
        lambda: Finding.objects.filter(pk=finding.pk).update(
            rechecked_by=mei(), verified_at=MONDAY
        )
    )


def test_the_table_takes_no_recheck_by_the_unit():
    finding = a_repaired()
    colleague = an_inspector("colleague")
    a_member(colleague, the_unit())

    refused_database(
        lambda: Recheck.objects.create(
            finding=finding, attempt=1, verdict="MET", repaired_by=mei(),
            checked_by=colleague, at=MONDAY,
        )
    )  # fmt: skip


def asking(finding, person=None, until=None, moment=MONDAY + 2 * HOUR):
    return commands.ask_extension(
        finding_id=finding.pk, until=until or finding.due_at + DAY, cause=Cause.WEATHER,
        actor=person or mei(), at=moment,
    )  # fmt: skip


def test_more_time_is_granted_by_somebody_else():
    finding = an_ordered()
    asked = asking(finding)
    a_grant(mei(), Role.TOWNSHIP, division=a_city().township)

    with pytest.raises(Forbidden):
        commands.grant_extension(extension_id=asked.pk, actor=mei(), at=MONDAY + 3 * HOUR)
    commands.grant_extension(
        extension_id=asked.pk, actor=an_office_here(), at=MONDAY + 3 * HOUR
    )

    assert seen(finding).due_at == finding.due_at + DAY
    assert seen(finding).extended == 1


def test_more_time_is_given_twice_and_no_more():
    finding = an_ordered()
    for _turn in range(2):
        asked = asking(seen(finding))
        commands.grant_extension(
            extension_id=asked.pk, actor=an_office_here(), at=MONDAY + 3 * HOUR
        )

    with pytest.raises(Refusal) as refused:
        asking(seen(finding))

    assert refused.value.code == "extended_enough"


def test_no_more_time_leaves_the_day_as_it_was():
    finding = an_ordered()
    asked = asking(finding)

    commands.refuse_extension(
        extension_id=asked.pk, actor=an_office_here(), at=MONDAY + 3 * HOUR
    )

    assert seen(finding).due_at == finding.due_at
    with pytest.raises(Refusal):
        commands.grant_extension(
            extension_id=asked.pk, actor=an_office_here(), at=MONDAY + 4 * HOUR
        )


def appealing(finding, ground=Ground.NO_FINDING, code="A1", moment=MONDAY + 2 * HOUR):
    return commands.appeal(
        finding_id=finding.pk, code=code, ground=ground, words="现场没有这个问题。",
        actor=mei(), at=moment,
    )  # fmt: skip


def test_whoever_ordered_it_does_not_judge_the_appeal():
    finding = an_ordered()
    made = appealing(finding)

    with pytest.raises(Forbidden):
        commands.uphold(
            appeal_id=made.pk, judgement="属实。", actor=an_office_here(), at=at(1, 9)
        )


def test_an_appeal_that_is_right_ends_the_finding():
    finding = an_ordered()
    made = appealing(finding)

    judged = commands.uphold(
        appeal_id=made.pk, judgement="属实。", actor=a_county(), at=at(1, 9)
    )

    assert judged.state == AppealState.UPHELD
    assert seen(finding).state == State.REFUSED


def test_another_unit_is_responsible_after_all():
    finding = an_ordered()
    made = appealing(finding, Ground.OTHER_UNIT)

    commands.uphold(appeal_id=made.pk, judgement="属实。", actor=a_county(), at=at(1, 9))

    assert seen(finding).state == State.CONFIRMED
    assert seen(finding).unit_id is None


def test_sent_back_wrongly_it_counts_as_put_right():
    finding = a_repaired()
    sent_back(finding)
    made = appealing(finding, Ground.IS_REPAIRED, moment=MONDAY + 4 * HOUR)

    commands.uphold(appeal_id=made.pk, judgement="属实。", actor=a_county(), at=at(1, 9))

    assert seen(finding).state == State.VERIFIED
    assert seen(finding).rechecked_by_id == a_county().pk


def test_while_an_appeal_waits_the_deadline_stands_still():
    finding = an_ordered()
    made = appealing(finding)

    swept = commands.sweep_deadlines(at=finding.due_at + HOUR)
    commands.reject(
        appeal_id=made.pk, judgement="问题存在。", actor=a_county(), at=MONDAY + 2 * HOUR + DAY
    )

    assert (swept.yellow, swept.red) == (0, 0)
    assert seen(finding).due_at == finding.due_at + DAY


def test_a_second_instance_is_somebody_elses_and_there_is_no_third():
    finding = an_ordered()
    first = appealing(finding)
    commands.reject(appeal_id=first.pk, judgement="存在。", actor=a_county(), at=at(0, 12))
    second = appealing(finding, code="A2", moment=at(0, 13))

    with pytest.raises(Forbidden):
        commands.reject(appeal_id=second.pk, judgement="存在。", actor=a_county(), at=at(0, 14))
    city = an_office(a_city().city, "cityoffice")
    commands.reject(appeal_id=second.pk, judgement="存在。", actor=city, at=at(0, 14))

    with pytest.raises(Refusal) as refused:
        appealing(finding, code="A3", moment=at(0, 15))
    assert refused.value.code == "appeal_twice"


def test_the_table_takes_no_judge_who_had_a_part():
    made = appealing(an_ordered())

    for person in (an_office_here(), mei(), an_inspector()):
        refused_database(
            lambda person=person: Appeal.objects.filter(pk=made.pk).update(
                state="REJECTED", reviewer=person, judged_at=MONDAY, judgement="存在。"
            )
        )


def test_a_repair_makes_the_appeal_needless():
    finding = an_ordered()
    made = appealing(finding)
    asked = asking(finding)

    commands.repair(
        finding_id=finding.pk,
        words="已清运。",
        after=[a_picture().pk],
        actor=mei(),
        at=at(0, 12),
    )

    made.refresh_from_db()
    asked.refresh_from_db()
    assert made.state == AppealState.WITHDRAWN
    assert asked.state == "LAPSED"


def test_nobody_confirms_what_they_found():
    finder = an_office_here("finder")
    [finding] = commands.raise_findings(
        new=[a_new(source="SELF", found_by_id=finder.pk)], actor=finder, at=MONDAY
    )

    with pytest.raises(Forbidden):
        commands.confirm(finding_id=finding.pk, actor=finder, at=MONDAY + HOUR)
    confirmed = commands.confirm(finding_id=finding.pk, actor=a_county(), at=MONDAY + HOUR)

    assert confirmed.state == State.CONFIRMED
    assert verbs(finding) == ["finding.raised", "finding.confirmed"]


def test_a_stranger_is_not_of_the_cast():
    finding = a_repaired()
    with pytest.raises(Refusal):
        rechecking(finding, a_person("stranger"))


def left_the_unit(person):
    """They act for the unit no more; what they did for it stays theirs."""
    with scope.whole_city():
        the_unit().members.filter(person=person).update(until=MONDAY.date())


def of_the_unit(name):
    """An office of the county, by somebody who acts for the unit as well."""
    person = an_office(a_city().county, name)
    a_member(person, the_unit())
    return person


def test_who_repaired_it_does_not_recheck_it_after_leaving_the_unit():
    finding = a_repaired()
    left_the_unit(mei())
    a_grant(mei(), Role.INSPECTOR, division=a_city().county)

    with pytest.raises(Forbidden):
        rechecking(finding, mei())

    assert seen(finding).state == State.REPAIRED


def test_who_found_or_repaired_it_does_not_judge_the_appeal():
    finder = an_office(a_city().county, "finder")
    finding = an_ordered(found_by_id=finder.pk)
    made = appealing(finding)

    with pytest.raises(Forbidden):
        commands.uphold(appeal_id=made.pk, judgement="属实。", actor=finder, at=at(1, 9))


def test_who_asked_for_more_time_does_not_grant_it_after_leaving_the_unit():
    finding = an_ordered()
    asked = asking(finding)
    left_the_unit(mei())
    a_grant(mei(), Role.TOWNSHIP, division=a_city().township)

    for verb in (commands.grant_extension, commands.refuse_extension):
        with pytest.raises(Forbidden):
            verb(extension_id=asked.pk, actor=mei(), at=MONDAY + 3 * HOUR)

    assert seen(finding).extended == 0


def test_an_office_that_is_of_the_unit_neither_grants_time_nor_closes():
    finding, mixed = an_ordered(), of_the_unit("mixed")
    asked = asking(finding)

    with pytest.raises(Forbidden):
        commands.grant_extension(extension_id=asked.pk, actor=mixed, at=MONDAY + 3 * HOUR)
    repaired(finding, MONDAY + 4 * HOUR)
    rechecking_at = MONDAY + 5 * HOUR
    commands.recheck(
        finding_id=finding.pk, verdict=Verdict.MET, actor=an_inspector(), at=rechecking_at
    )
    with pytest.raises(Forbidden):
        commands.close(finding_id=finding.pk, actor=mixed, at=rechecking_at + HOUR)

    assert seen(finding).state == State.VERIFIED


def test_an_appeal_after_the_deadline_is_too_late():
    finding = an_ordered()

    with pytest.raises(Refusal) as refused:
        appealing(finding, moment=finding.due_at + HOUR)

    assert refused.value.code == "appeal_late"
    assert seen(finding).appealed_at is None


def test_more_time_reaches_only_so_far_and_never_back():
    finding = an_ordered()

    for until in (finding.due_at + 31 * DAY, finding.due_at, finding.due_at - HOUR):
        with pytest.raises(Refusal) as refused:
            asking(finding, until=until)
        assert refused.value.code == "until_wrong"
