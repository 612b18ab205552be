"""Findings driven through the whole loop by chance: whatever people do, in whatever order,

no finding is lost or doubled, each open one has its day and is known to be late when it is, its
timeline is one chain of allowed moves and equals the journal, and nobody judged their own.
"""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.findings import commands
from xinfeng.findings.models import (
    ENDED,
    MOVES,
    OPEN,
    WITH_UNIT,
    Appeal,
    Cause,
    Escalation,
    Extension,
    Finding,
    FindingStep,
    Ground,
    Reason,
    Recheck,
    State,
    Term,
    Verdict,
    Warned,
)
from xinfeng.journal.models import Entry
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant, a_person, an_office
from xinfeng.places.tests.build import a_city
from xinfeng.units.models import MemberRole, UnitMember
from xinfeng.units.tests.build import a_member, a_unit

from .build import HOUR, MONDAY, SECRET, a_new, a_picture, a_wish, an_inspector

pytestmark = pytest.mark.django_db
WHO = st.integers(0, 6)
WHICH = st.integers(0, 3)


class Loop(RuleBasedStateMachine):
    """Inspectors find, residents report, offices decide, units repair, time passes."""

    number = 0

    def __init__(self):
        super().__init__()
        Loop.number += 1
        name, city = f"w{Loop.number}", a_city()
        self.at = MONDAY
        self.made = 0
        self.units = [a_unit(), a_unit()]
        worker, head, other = (a_person(f"{name}u{n}", volunteers=False) for n in range(3))
        a_member(worker, self.units[0])
        a_member(head, self.units[0], role=MemberRole.HEAD)
        a_member(other, self.units[1])
        # Whoever works for the unit and is an inspector as well may still not re-check it.
        a_grant(head, Role.INSPECTOR, division=city.county)
        township = an_office(city.township, f"{name}t")
        # An office that is of the unit as well judges nothing about it.
        mixed = an_office(city.county, f"{name}m")
        a_member(mixed, self.units[0])
        self.cast = [
            worker, head, other, township, an_inspector(), mixed,
            an_office(city.city, f"{name}c"),
        ]  # fmt: skip
        self.picture = a_picture().pk
        self.mine: dict[int, str] = {}
        self.reports: dict[int, int] = {}
        self.refused: Counter[str] = Counter()

    def says(self, verb, **said):
        """Try it; a refusal is an answer like any other, and anything else is a mistake."""
        try:
            return verb(at=self.at, **said)
        except Refusal as refusal:
            self.refused[refusal.code] += 1
            return None

    def pick(self, which):
        ids = sorted(self.mine)
        return ids[which % len(ids)]

    # What comes in

    @initialize()
    def a_round(self):
        new = [a_new(origin=f"w{Loop.number}:{n}", found_at=self.at) for n in range(2)]
        for turn in range(2):
            found = commands.raise_findings(new=new, actor=self.cast[4], at=self.at)
            assert turn == 0 or {one.pk for one in found} == set(self.mine)
            self.mine |= {one.pk: one.origin for one in found}

    @rule(praise=st.booleans(), same=st.none() | WHICH)
    def a_resident_reports(self, praise, same):
        if len(self.mine) > 4:
            return
        self.made += 1
        wish = a_wish(is_praise=praise, address=f"{Loop.number}")
        same_as = None if same is None else self.pick(same)
        report = self.says(commands.report, new=wish, actor=None, same_as_id=same_as)
        again = self.says(commands.report, new=wish, actor=None, same_as_id=same_as)
        assert (report and report.pk) == (again and again.pk)
        if report is not None:
            self.mine[report.finding_id] = f"snap:{wish.client_id}"
            self.reports[report.finding_id] = report.pk

    # What is done

    @rule(which=WHICH, who=WHO, unit=st.integers(0, 1), term=st.sampled_from(Term))
    def decide(self, which, who, unit, term):
        said = {"finding_id": self.pick(which), "actor": self.cast[who]}
        self.says(commands.confirm, **said)
        self.says(commands.order, unit_id=self.units[unit].pk, term=term, **said)

    @rule(which=WHICH, who=WHO)
    def refuse(self, which, who):
        said = {"finding_id": self.pick(which), "actor": self.cast[who]}
        self.says(commands.pass_on, **said)
        self.says(commands.refuse, reason=Reason.NOT_THERE, **said)

    @rule(which=WHICH, into=WHICH, who=WHO)
    def merge(self, which, into, who):
        self.says(
            commands.merge, finding_id=self.pick(which), into_id=self.pick(into),
            actor=self.cast[who],
        )  # fmt: skip

    @rule(which=WHICH, who=st.integers(0, 2), takes=st.booleans())
    def put_right(self, which, who, takes):
        said = {"finding_id": self.pick(which), "actor": self.cast[who]}
        if takes:
            self.says(commands.take_up, **said)
        else:
            self.says(commands.repair, words="已清运。", after=[self.picture], **said)

    @rule(which=WHICH, who=WHO, verdict=st.sampled_from(Verdict))
    def look_again(self, which, who, verdict):
        self.says(
            commands.recheck, finding_id=self.pick(which), actor=self.cast[who],
            verdict=verdict, reason="PARTLY" if verdict == Verdict.NOT_MET else "",
        )  # fmt: skip

    @rule(which=WHICH, who=WHO, opens=st.booleans())
    def close_or_open(self, which, who, opens):
        said = {"finding_id": self.pick(which), "actor": self.cast[who]}
        if opens:
            self.says(commands.reopen, reason=Reason.CAME_BACK, **said)
        else:
            self.says(commands.close, **said)

    @rule(which=WHICH, who=st.integers(0, 2), days=st.sampled_from([1, 5, 60]), by=WHO)
    def more_time(self, which, who, days, by):
        finding = Finding.objects.get(pk=self.pick(which))
        until = (finding.due_at or self.at) + timedelta(days=days)
        asked = self.says(
            commands.ask_extension, finding_id=finding.pk, until=until, cause=Cause.WEATHER,
            actor=self.cast[who],
        )  # fmt: skip
        if asked is not None:
            verb = commands.grant_extension if by % 2 else commands.refuse_extension
            self.says(verb, extension_id=asked.pk, actor=self.cast[by])

    @rule(which=WHICH, who=st.integers(0, 2), ground=st.sampled_from(Ground))
    def appeal(self, which, who, ground):
        self.made += 1
        self.says(
            commands.appeal, finding_id=self.pick(which), code=f"w{Loop.number}-{self.made}",
            ground=ground, words="没有问题。", actor=self.cast[who],
        )  # fmt: skip

    @rule(which=WHICH, who=WHO, holds=st.booleans())
    def judge(self, which, who, holds):
        found = Appeal.objects.filter(finding=self.pick(which), state="OPEN").first()
        if found is not None:
            verb = commands.uphold if holds else commands.reject
            self.says(verb, appeal_id=found.pk, judgement="已核。", actor=self.cast[who])

    @rule(which=WHICH, stars=st.integers(1, 5))
    def the_reporter_rates(self, which, stars):
        report = self.reports.get(self.pick(which))
        if report is not None:
            self.says(
                commands.rate, report_id=report, secret=SECRET, stars=stars, comment="",
                actor=None,
            )  # fmt: skip

    @rule(hours=st.sampled_from([1, 20, 80, 400]))
    def time_passes(self, hours):
        self.at += hours * HOUR
        for _turn in range(3):
            commands.sweep_deadlines(at=self.at)

    # What must hold

    @invariant()
    def what_was_promised_holds(self):
        if not self.mine:
            return
        with scope.whole_city():
            findings = list(Finding.objects.filter(pk__in=self.mine).order_by("pk"))
            steps = list(FindingStep.objects.filter(finding__in=findings).order_by("pk"))
            subjects = [f"findings.finding:{one.pk}" for one in findings]
            said = Counter(
                Entry.objects.filter(subject__in=subjects).values_list("subject", "verb")
            )
            self._nobody_judged_their_own()
        assert {one.pk: one.origin for one in findings} == self.mine
        for finding in findings:
            self._somebody_must_act(finding)
            own = [step for step in steps if step.finding_id == finding.pk]
            self._every_step_is_written(finding, own, said)

    def _somebody_must_act(self, finding):
        assert (finding.state in OPEN) == (finding.due_at is not None)
        assert finding.appealed_at is None or finding.state in WITH_UNIT
        if finding.due_at is None or finding.due_at > self.at or finding.appealed_at:
            return
        if finding.moved_at == self.at:
            return
        assert finding.state != State.VERIFIED, f"time did not close {finding}"
        assert finding.warned == Warned.RED, f"nobody knows that {finding} is overdue"
        told_all = finding.escalation == Escalation.CITY
        assert told_all or finding.escalates_at > self.at

    def _every_step_is_written(self, finding, steps, said):
        here = ""
        for step in steps:
            assert step.from_state == here, f"{finding} jumped"
            stays = step.to_state == here
            assert stays or here == "" or step.to_state in MOVES[State(here)]
            here = step.to_state
        assert here == finding.state
        about = f"findings.finding:{finding.pk}"
        written = Counter(step.verb for step in steps)
        assert written == Counter(
            {verb: n for (subject, verb), n in said.items() if subject == about}
        )

    def _nobody_judged_their_own(self):
        members = set(UnitMember.objects.values_list("unit_id", "person_id"))
        for one in Recheck.objects.filter(finding__in=self.mine).select_related("finding"):
            assert one.checked_by_id != one.repaired_by_id
        for one in Appeal.objects.filter(finding__in=self.mine, reviewer__isnull=False):
            assert (one.unit_id, one.reviewer_id) not in members
            earlier = FindingStep.objects.filter(
                finding=one.finding_id, actor=one.reviewer_id, at__lt=one.judged_at
            )
            assert not earlier.exclude(verb__startswith="appeal.").exists()
        for one in Extension.objects.filter(finding__in=self.mine, state="GRANTED"):
            assert one.decided_by_id != one.asked_by_id
        for one in Finding.objects.filter(pk__in=self.mine, rechecked_by__isnull=False):
            assert (one.unit_id, one.rechecked_by_id) not in members

    def teardown(self):
        """Whoever must act does: from wherever it is, everything comes to an end."""
        for _round in range(8):
            left = list(
                Finding.objects.filter(pk__in=self.mine).exclude(state__in=ENDED).order_by("pk")
            )
            for finding in left:
                self._act(finding)
            self.time_passes(400)
            self.what_was_promised_holds()
        assert not left, f"stuck: {[(one.code, one.state) for one in left]}"

    def _act(self, finding):
        city = {"finding_id": finding.pk, "actor": self.cast[6]}
        if finding.is_praise:
            self.says(commands.pass_on, **city)
        self.says(commands.confirm, **city)
        self.says(commands.order, unit_id=self.units[1].pk, term=Term.H24, **city)
        for worker in self.cast[:3]:
            self.says(
                commands.repair, finding_id=finding.pk, actor=worker, words="已清运。",
                after=[self.picture],
            )  # fmt: skip
        self.says(commands.recheck, verdict=Verdict.MET, **city)


Loop.TestCase.settings = settings(
    max_examples=6,
    phases=[Phase.generate],
    stateful_step_count=28,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
class TestLoop(Loop.TestCase):
    pass
