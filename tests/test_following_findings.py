"""Whatever becomes of findings, the stored figures follow it to what a recount says."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant

from xinfeng.base import clock, figures
from xinfeng.base.figures import Grain
from xinfeng.config.follow import SILENT, TOUCHED
from xinfeng.findings import commands
from xinfeng.findings.models import Cause, Ground, Reason, Term, Verdict
from xinfeng.findings.tests.build import (
    DAY,
    HOUR,
    MONDAY,
    SECRET,
    a_county,
    a_picture,
    a_wish,
    an_inspector,
    an_office_here,
    mei,
    the_unit,
)
from xinfeng.findings.tests.test_machine import Loop
from xinfeng.insight import commands as insight
from xinfeng.journal import commands as journal
from xinfeng.people.tests.build import an_office
from xinfeng.places.tests.build import a_city

ROOMS = ("finding", "extension", "appeal", "snap")
# Later than anything that happens here: a new day would count everything anew.
AS_OF = clock.local_date(MONDAY) + timedelta(days=900)
NAMES = sorted(
    one.name
    for one in figures.declared()
    if one.subject.startswith("findings.") and not one.median
)


class Followed(Loop):
    """The same loop, read by a roll-up after everything that anybody does."""

    @invariant()
    def the_stored_figures_equal_a_recount(self):
        insight.follow_journal(names=NAMES, touched_by=TOUCHED, as_of=AS_OF, at=MONDAY)
        assert insight.reconcile(names=NAMES) == []

    def teardown(self):
        """Every finding may still be open: that is another test's business."""


Followed.TestCase.settings = settings(
    max_examples=3,
    phases=[Phase.generate],
    stateful_step_count=24,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db(transaction=True)
class TestFollowed(Followed.TestCase):
    pass


class Way:
    """One finding of a resident, and one of an inspector, gone on with act by act."""

    def __init__(self):
        self.at, self.office, self.county = MONDAY, an_office_here(), a_county()
        self.unit, self.mei, self.hong = the_unit(), mei(), an_inspector()
        insight.rebuild(names=NAMES, as_of=AS_OF, at=MONDAY)
        self.report = self.does(commands.report, new=a_wish(), actor=None)
        self.finding = self.report.finding

    def does(self, verb, **said):
        self.at += HOUR
        done = verb(at=self.at, **said)
        insight.follow_journal(names=NAMES, touched_by=TOUCHED, as_of=AS_OF, at=MONDAY)
        # At once: whatever happens next here counts this village anew.
        assert insight.reconcile(names=NAMES) == [], verb.__name__
        return done

    def act(self, verb, actor=None, finding=None, **said):
        about = (finding or self.finding).pk
        return self.does(verb, finding_id=about, actor=actor or self.office, **said)

    def confirm(self):
        self.act(commands.confirm)

    def order(self, term=Term.WD3):
        self.act(commands.order, unit_id=self.unit.pk, term=term)

    def repair(self):
        self.act(commands.take_up, self.mei)
        self.act(commands.repair, self.mei, words="已清运。", after=[a_picture().pk])

    def recheck(self, verdict, reason=""):
        self.act(commands.recheck, self.hong, verdict=verdict, reason=reason)

    def rate(self, stars):
        self.does(commands.rate, report_id=self.report.pk, secret=SECRET, stars=stars,
                  comment="", actor=None)  # fmt: skip

    def late(self, days=20):
        self.at += days * DAY
        self.does(commands.sweep_deadlines)

    def appeal(self, ground, verb):
        made = self.act(commands.appeal, self.mei, code=f"A{ground}", ground=ground,
                        words="没有问题。")  # fmt: skip
        # Whoever judged before has a part by now.
        judge = an_office(a_city().county, f"judge{made.pk}")
        self.does(verb, appeal_id=made.pk, judgement="已核。", actor=judge)


def the_whole_loop(way):
    way.confirm()
    way.order()
    way.late()
    way.repair()
    way.recheck(Verdict.NOT_MET, "PARTLY")
    way.repair()
    way.recheck(Verdict.MET)
    way.rate(1)
    way.order(Term.D7)
    way.repair()
    way.recheck(Verdict.MET)
    way.act(commands.close)
    way.act(commands.reopen, reason=Reason.CAME_BACK)
    way.act(commands.refuse, reason=Reason.IN_ORDER)


def silence_closes_it(way):
    way.confirm()
    way.order()
    asked = way.act(commands.ask_extension, way.mei, until=way.at + 10 * DAY,
                    cause=Cause.WEATHER)  # fmt: skip
    way.does(commands.grant_extension, extension_id=asked.pk, actor=way.county)
    way.repair()
    way.recheck(Verdict.MET)
    way.late()
    way.rate(5)


def appeals(way):
    way.confirm()
    way.order()
    way.appeal(Ground.OTHER_UNIT, commands.uphold)
    way.order(Term.D7)
    way.appeal(Ground.NO_FINDING, commands.reject)
    way.repair()
    way.recheck(Verdict.NOT_MET, "NO_PROOF")
    way.appeal(Ground.IS_REPAIRED, commands.uphold)
    way.act(commands.close)


def the_unit_is_right(way):
    way.confirm()
    way.order()
    way.appeal(Ground.NO_FINDING, commands.uphold)


def duplicates(way):
    elsewhere = a_wish(division_id=a_city().township.pk)
    joined = way.does(commands.report, new=elsewhere, actor=None, same_as_id=way.finding.pk)
    other = way.does(commands.report, new=a_wish(), actor=None).finding
    way.act(commands.merge, finding=other, into_id=way.finding.pk)
    way.confirm()
    way.order()
    way.repair()
    way.recheck(Verdict.MET)
    way.act(commands.close)
    way.does(commands.rate, report_id=joined.pk, secret=SECRET, stars=4, comment="", actor=None)
    way.act(commands.reopen, reason=Reason.CLOSED_WRONGLY)


def nothing_to_put_right(way):
    way.act(commands.refuse, reason=Reason.NOT_THERE)
    praise = way.does(commands.report, new=a_wish(is_praise=True), actor=None).finding
    way.act(commands.pass_on, finding=praise)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "goes",
    [the_whole_loop, silence_closes_it, appeals, the_unit_is_right, duplicates,
     nothing_to_put_right],
)  # fmt: skip
def test_the_stored_figures_equal_a_recount_after_every_act(goes):
    goes(Way())


def test_no_verb_of_findings_was_forgotten():
    declared = {verb for verb in journal.sentences() if verb.split(".")[0] in ROOMS}

    assert declared <= TOUCHED.keys() | SILENT
    assert not TOUCHED.keys() & SILENT


def test_every_figure_of_findings_that_is_rolled_up_is_moved_by_some_verb():
    followed = {name for names in TOUCHED.values() for name in names}

    assert set(NAMES) <= followed


def test_figures_of_findings_are_counted_by_unit_or_by_class():
    grains = {figures.get(name).grain for name in NAMES}

    assert grains == {Grain.UNIT, Grain.CLASS}
