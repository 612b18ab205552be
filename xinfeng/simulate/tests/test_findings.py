"""Simulated findings are as the commands would have left them, and can be gone on with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from xinfeng.base import clock, pack, scope
from xinfeng.findings import commands, deadlines
from xinfeng.findings.models import (
    MOVES,
    Appeal,
    AppealState,
    Extension,
    Finding,
    FindingStep,
    Recheck,
    Repair,
    SnapReport,
    Source,
    State,
    Verdict,
)
from xinfeng.journal import commands as journal
from xinfeng.people.models import Contact, Person
from xinfeng.people.models.contacts import about_contact
from xinfeng.simulate import scale
from xinfeng.simulate.build import build
from xinfeng.simulate.finding_steps import VERBS
from xinfeng.units.models import UnitMember

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
TINY = Path(__file__).resolve().parents[3] / "tests" / "cities" / "tiny"
MANY = 1500


@pytest.fixture
def seen(settings, monkeypatch):
    """The tiny city with so many findings that everything happens to one of them."""
    settings.CITY_PACK = str(TINY)
    city = pack.load(TINY)
    ahead = city.demo_start - datetime.now(UTC)
    settings.CLOCK_OFFSET_SECONDS = round(ahead.total_seconds())
    monkeypatch.setitem(scale.SCALES, "tiny", replace(scale.TINY, findings=MANY))
    build(city, "tiny", progress=lambda line: None)
    with scope.whole_city():
        yield city.demo_start


def test_whatever_a_simulated_finding_goes_through_has_its_sentence():
    assert [verb for verb in VERBS if verb not in journal.sentences()] == []


def test_simulated_findings_agree_with_their_timelines(seen):
    _moves_are_those_of_the_program()
    _counters_are_those_of_the_lines()
    _deadlines_are_those_of_the_program()
    _nobody_judges_their_own()
    _ratings_come_after_what_they_rate()
    _contacts_open_or_are_erased(seen)
    # The sweep finds nothing to tell: all that was late has been told of.
    assert commands.sweep_deadlines(at=seen) == (0, 0, 0, 0, 0)
    assert set(Finding.objects.values_list("state", flat=True)) == set(State.values)
    assert Appeal.objects.filter(state=AppealState.UPHELD).exists()


def test_the_offices_and_units_go_on_with_what_was_simulated(seen):
    fresh = Finding.objects.filter(state=State.REPORTED, is_praise=False).first()
    at = clock.now()
    office = Person.objects.get(username="city")
    confirmed = commands.confirm(finding_id=fresh.pk, actor=office, at=at)

    waits = Finding.objects.filter(state=State.REPAIRED).exclude(source=Source.HOTLINE).first()
    checked = commands.recheck(finding_id=waits.pk, verdict=Verdict.MET, actor=office, at=at)
    ordered = Finding.objects.filter(state=State.ORDERED, appealed_at=None).first()
    member = UnitMember.objects.filter(unit_id=ordered.unit_id).first().person
    taken = commands.take_up(finding_id=ordered.pk, actor=member, at=at)
    stands = Appeal.objects.filter(state=AppealState.OPEN).first()
    judged = commands.reject(appeal_id=stands.pk, judgement="维持", actor=office, at=at)

    assert [confirmed.state, checked.state, taken.state] == [
        "CONFIRMED",
        "VERIFIED",
        "REPAIRING",
    ]
    assert judged.finding.appealed_at is None


def _moves_are_those_of_the_program():
    steps = FindingStep.objects.order_by("finding_id", "pk")
    for _of, lines in groupby(steps, key=lambda line: line.finding_id):
        own = list(lines)
        assert own[0].verb == "finding.raised"
        assert own[0].from_state == ""
        for before, after in pairwise(own):
            assert before.at <= after.at
            assert after.from_state == before.to_state
            stays = after.from_state == after.to_state
            assert stays or after.to_state in MOVES[State(after.from_state)], after.verb
            assert not stays or after.attempt == before.attempt
    assert not FindingStep.objects.filter(at__gt=clock.now()).exists()


def _counters_are_those_of_the_lines():
    moments = {
        "CONFIRMED": "confirmed_at", "ORDERED": "ordered_at", "VERIFIED": "verified_at",
        "SENT_BACK": "sent_back_at", "REOPENED": "reopened_at", "CLOSED": "closed_at",
    }  # fmt: skip
    for finding in Finding.objects.prefetch_related("steps"):
        own = sorted(finding.steps.all(), key=lambda line: line.pk)
        moves = [line for line in own if line.from_state != line.to_state]
        assert (moves[-1].to_state, moves[-1].at) == (finding.state, finding.moved_at)
        assert own[-1].attempt == finding.attempt
        assert finding.sent_back == sum(line.to_state == "SENT_BACK" for line in moves)
        assert finding.reopened == sum(line.to_state == "REOPENED" for line in moves)
        late = [line for line in moves if line.to_state == "REPAIRED" and line.is_late]
        assert finding.late_repairs == len(late)
        name = moments.get(finding.state)
        assert name is None or getattr(finding, name) == finding.moved_at
    assert Repair.objects.count() == FindingStep.objects.filter(verb="finding.repaired").count()
    checked = FindingStep.objects.filter(verb__in=["finding.verified", "finding.sent_back"])
    assert Recheck.objects.count() == checked.count()


def _deadlines_are_those_of_the_program():
    appealed = set(Appeal.objects.values_list("finding_id", flat=True))
    longer = set(Extension.objects.values_list("finding_id", flat=True))
    looked_at = 0
    for finding in Finding.objects.open().exclude(pk__in=appealed | longer):
        if finding.state == State.REPAIRING:
            continue
        due = deadlines.due(State(finding.state), finding.term, finding.moved_at)
        assert finding.due_at == due.due_at
        assert abs(finding.yellow_at - due.yellow_at) <= timedelta(seconds=1)
        looked_at += 1
    assert looked_at > MANY // 50


def _nobody_judges_their_own():
    members = set(UnitMember.objects.values_list("unit_id", "person_id"))
    for one in Recheck.objects.select_related("finding"):
        assert (one.finding.unit_id, one.checked_by_id) not in members
    for judged in Appeal.objects.exclude(reviewer=None):
        parts = FindingStep.objects.filter(
            finding_id=judged.finding_id, actor_id=judged.reviewer_id
        )
        assert not parts.exclude(verb__startswith="appeal.").exists()
    told = Finding.objects.exclude(confirmed_by=None).exclude(source=Source.INSPECTION)
    assert not [one for one in told if one.confirmed_by_id == one.found_by_id]


def _ratings_come_after_what_they_rate():
    rated = SnapReport.objects.exclude(stars=None).select_related("finding")
    assert rated.count() > MANY // 10
    for one in rated:
        passed = one.finding.rechecks.filter(verdict=Verdict.MET, at__lte=one.rated_at)
        assert passed.exists()
    assert SnapReport.objects.count() == Finding.objects.filter(source=Source.SNAP).count()


def _contacts_open_or_are_erased(now):
    own = [one.contact for one in SnapReport.objects.exclude(contact=None)]
    kept = [one for one in own if one.erased_at is None]
    assert len(kept) < len(own)
    assert all(one.name() and one.phone() for one in kept)
    assert Contact.objects.filter(pk__in=[one.pk for one in own]).count() == len(own)
    assert about_contact("name", kept[0].pk)
    assert not Contact.objects.filter(erased_at=None, erase_at__lte=now).exists()
