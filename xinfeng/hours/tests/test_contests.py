"""A volunteer says that a record is wrong; an office verifies; the old value stays seen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from xinfeng.base import scope, workdays
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.hours import commands, sources
from xinfeng.hours.commands import Fact, NewEntry, NewLine, Span
from xinfeng.hours.models import (
    Contest,
    Counter,
    Credit,
    Doubt,
    EntryKind,
    EntryReason,
    Finding,
    Hold,
    Source,
)
from xinfeng.journal.models import Entry
from xinfeng.people import commands as people
from xinfeng.people.models import Notice, Person
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, TODAY, VILLAGE, a_city

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
AT = NINE + 10 * HOUR
_facts = count(1)


@pytest.fixture
def mei():
    return a_person("mei")


@pytest.fixture
def office():
    return an_office(a_city().county)


def credited(person, minutes=120, starts_at=NINE, **more):
    fact = Fact(
        Source.ATTENDANCE, next(_facts), VILLAGE, TODAY, starts_at=starts_at,
        ends_at=starts_at + minutes * timedelta(minutes=1), **more,
    )  # fmt: skip
    return commands.post(person=person, minutes=minutes, fact=fact, actor=person, at=AT)


def contested(credit, actor, doubt=Doubt.TOO_LITTLE, **more):
    return commands.contest(credit_id=credit.pk, doubt=doubt, actor=actor, at=AT, **more)


def correct(found, actor, finding=Finding.WRONG_TIME, right=None):
    return commands.correct(
        contest_id=found.pk, finding=finding, right=right, actor=actor, at=AT
    )


def keep(found, actor, finding=Finding.EVIDENCE_AGREES):
    return commands.refuse_contest(contest_id=found.pk, finding=finding, actor=actor, at=AT)


def the_minutes():
    with scope.whole_city():
        return list(Credit.objects.order_by("pk").values_list("minutes", flat=True))


def test_a_credit_is_contested_once_and_due_in_working_days(mei):
    credit = credited(mei)

    found = contested(credit, mei, text="下雨延长")
    again = contested(credit, mei)

    assert found.pk == again.pk
    assert found.due_on == workdays.after(TODAY, 10)
    assert Entry.objects.get(verb="contest.raised").details == {
        "credit_id": credit.pk, "doubt": "TOO_LITTLE",
    }  # fmt: skip


def test_a_correction_takes_back_and_credits_anew_and_keeps_the_old_line(mei, office):
    credit = credited(mei, 120)
    found = contested(credit, mei)

    corrected = correct(found, office, right=Span(NINE, NINE + 3 * HOUR))

    assert the_minutes() == [120, -120, 180]
    new = corrected.replacement
    assert (new.source_kind, new.source_id) == (Source.CORRECTION, found.pk)
    assert (new.recorded_by_id, new.confirmed_by_id) == (mei.pk, office.pk)
    assert correct(found, office).pk == found.pk
    assert the_minutes() == [120, -120, 180]
    with scope.whole_city():
        assert Notice.objects.get().kind == "hours.corrected"


def test_this_was_not_me_leaves_nothing_in_its_place(mei, office):
    found = contested(credited(mei), mei, Doubt.NOT_ME)

    correct(found, office, Finding.WRONG_PERSON)

    assert the_minutes() == [120, -120]


def test_a_correction_may_not_overlap_other_hours(mei, office):
    credited(mei, 60, NINE + 3 * HOUR)
    found = contested(credited(mei, 120), mei)

    with pytest.raises(Refusal) as refusal:
        correct(found, office, right=Span(NINE, NINE + 4 * HOUR))

    assert refusal.value.code == "hours_overlap"
    assert the_minutes() == [60, 120]


def test_where_the_record_is_right_it_stays_with_the_reason(mei, office):
    found = contested(credited(mei), mei)

    kept = keep(found, office)

    assert (kept.state, kept.finding) == ("REFUSED", "EVIDENCE_AGREES")
    assert the_minutes() == [120]
    assert keep(found, office).pk == found.pk
    with pytest.raises(Refusal) as refusal:
        correct(found, office)
    assert refusal.value.code == "contest_state"


def test_findings_for_and_against_do_not_change_places(mei, office):
    found = contested(credited(mei), mei)

    with pytest.raises(Refusal):
        correct(found, office, Finding.EVIDENCE_AGREES)
    with pytest.raises(Refusal):
        keep(found, office, Finding.NOT_SERVED)


def test_nobody_contests_what_is_not_theirs_or_is_gone(mei, office):
    credit = credited(mei)

    for actor in (a_person("bo"), office):
        with pytest.raises(Unknown):
            contested(credit, actor)
    reversal = correct(contested(credit, mei), office).reversal
    with pytest.raises(Refusal) as refusal:
        contested(credit, mei)
    assert refusal.value.code == "taken_back_already"
    with pytest.raises(Refusal) as refusal:
        contested(reversal, mei)
    assert refusal.value.code == "reversal_stands"


def test_an_upper_office_decides_that_has_no_part_in_it(mei, office):
    city = a_city()
    found = contested(credited(mei, recorded_by_id=office.pk), mei)

    for actor in (mei, office, an_office(city.township), an_office(city.other_county)):
        with pytest.raises(Forbidden) as refusal:
            correct(found, actor)
        assert refusal.value.code == "not_your_contest"
        with pytest.raises(Forbidden):
            keep(found, actor)
    assert correct(found, an_office(city.city)).state == "CORRECTED"


def test_only_who_raised_it_withdraws(mei, office):
    found = contested(credited(mei), mei)

    with pytest.raises(Forbidden):
        commands.withdraw_contest(contest_id=found.pk, actor=office, at=AT)
    withdrawn = commands.withdraw_contest(contest_id=found.pk, actor=mei, at=AT)
    assert withdrawn.state == "WITHDRAWN"
    assert commands.withdraw_contest(contest_id=found.pk, actor=mei, at=AT).pk == found.pk
    with pytest.raises(Refusal):
        correct(found, office)


@pytest.mark.parametrize(
    ("right", "code"),
    [
        (Span(NINE, NINE - HOUR), "time_backwards"),
        (Span(NINE, NINE + 20 * HOUR), "not_yet"),
        (Span(NINE - 30 * HOUR, NINE), "too_long"),
    ],
)
def test_impossible_times_are_not_claimed(mei, right, code):
    with pytest.raises(Refusal) as refusal:
        contested(credited(mei), mei, right=right)

    assert refusal.value.code == code


def test_a_corrected_line_is_described_by_the_first(mei, office):
    found = contested(credited(mei), mei)
    new = correct(found, office, right=Span(NINE, NINE + HOUR)).replacement

    said = sources.describe([new])[new.pk]

    assert said.title == str(Source.ATTENDANCE.label)


@pytest.mark.parametrize(
    ("contradiction", "constraint"),
    [
        ({"state": "REFUSED"}, "contest_decision_agrees_with_state"),
        ({"finding": "NOT_SERVED"}, "contest_decision_agrees_with_state"),
        ({"decided_at": AT}, "contest_decision_agrees_with_state"),
        ({"starts_at": AT}, "contested_span_is_whole"),
        ({"starts_at": AT, "ends_at": AT}, "contested_span_is_whole"),
        ({"replacement": "credit"}, "only_a_correction_adds_lines"),
        (
            {
                "state": "REFUSED", "finding": "EVIDENCE_AGREES", "decided_at": AT,
                "decided_by": "mei",
            },
            "nobody_decides_on_own_contest",
        ),
        (
            {
                "state": "REFUSED", "finding": "EVIDENCE_AGREES", "decided_at": AT,
                "decided_by": "mei", "raised_by": None,
            },
            "nobody_decides_on_own_contest",
        ),
    ],
)  # fmt: skip
def test_the_database_refuses_a_contradictory_contest(mei, contradiction, constraint):
    credit = credited(mei)
    things = {"credit": credit, "mei": mei}
    fields = {
        "credit": credit, "person": mei, "division_id": VILLAGE, "doubt": "NOT_ME",
        "raised_by": mei, "raised_at": AT, "due_on": TODAY,
    }  # fmt: skip
    for name, value in contradiction.items():
        fields[name] = things.get(value, value) if isinstance(value, str) else value

    with pytest.raises(IntegrityError, match=constraint), scope.whole_city():
        Contest.objects.create(**fields)


@pytest.mark.django_db(transaction=True)
def test_of_many_offices_at_once_one_corrects(mei):
    found = contested(credited(mei), mei)
    offices = [an_office(a_city().county, f"office{n}").pk for n in range(6)]
    everyone_is_connected = Barrier(6)

    def decide(pk):
        try:
            connection.ensure_connection()
            actor = Person.objects.get(pk=pk)
            everyone_is_connected.wait(timeout=10)
            correct(found, actor, right=Span(NINE, NINE + HOUR))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as clerks:
        list(clerks.map(decide, offices))

    assert the_minutes() == [120, -120, 60]


# Hours of two accounts of one person


def moved(first, second, actor):
    return commands.transfer(
        from_person_id=first.pk, to_person_id=second.pk, actor=actor, at=AT
    )


def sum_of(person):
    with scope.whole_city():
        return Credit.objects.of(person).minutes()


def test_hours_move_to_the_account_that_stays(mei, office):
    old = a_person("mei2")
    first = credited(old, 60)
    training = credited(old, 90, NINE + 2 * HOUR, counter=Counter.TRAINING)

    done = moved(old, mei, office)

    assert (done.moved, done.dropped) == ([first.pk, training.pk], [])
    assert (sum_of(old), sum_of(mei)) == (0, 150)
    with scope.whole_city():
        counters = Credit.objects.of(mei).order_by("pk").values_list("counter", "source_kind")
        assert list(counters) == [(1, Source.TRANSFER), (2, Source.TRANSFER)]
    assert moved(old, mei, office).moved == []


def test_what_overlaps_counts_once_and_is_named(mei, office):
    old = a_person("mei2")
    credited(mei, 60)
    overlapping = credited(old, 60, NINE + HOUR / 2)
    free = credited(old, 60, NINE + 2 * HOUR)

    done = moved(old, mei, office)

    assert (done.moved, done.dropped) == ([free.pk], [overlapping.pk])
    assert (sum_of(old), sum_of(mei)) == (0, 120)
    assert Entry.objects.get(verb="credits.transferred").details["dropped"] == [overlapping.pk]


def test_what_one_confirmed_for_ones_other_account_counts_no_more(mei, office):
    old = a_person("mei2")
    own = credited(old, 60, confirmed_by_id=mei.pk)

    assert moved(old, mei, office).dropped == [own.pk]


def test_only_an_office_of_both_areas_moves_hours(mei, office):
    there = a_person("mei2", division=a_city().other_county)

    for actor in (mei, there, office, an_office(a_city().township)):
        with pytest.raises(Forbidden):
            moved(there, mei, actor)
    assert moved(there, mei, an_office(a_city().city)).moved == []


def test_what_is_held_or_contested_is_so_on_the_other_account_too(mei, office):
    old = a_person("mei2")
    first = credited(old, 60)
    found = contested(first, old, Doubt.TOO_MUCH)
    with scope.whole_city():
        hold = Hold.objects.create(
            credit=first, rule="round_hours", person=old, division_id=VILLAGE,
            earned_on=TODAY, details={}, held_at=AT,
        )  # fmt: skip

    moved(old, mei, office)

    with scope.whole_city():
        new = Credit.objects.of(mei).get()
        hold.refresh_from_db()
        found.refresh_from_db()
    assert (hold.credit_id, hold.person_id) == (new.pk, mei.pk)
    assert (found.credit_id, found.person_id, found.raised_by_id) == (new.pk, mei.pk, mei.pk)
    assert correct(found, office, Finding.NOT_SERVED).reversal.minutes == -60


def test_what_waits_for_a_second_person_is_credited_to_the_account_that_stays(mei, office):
    old = a_person("mei2")
    new = NewEntry(uuid4(), EntryKind.OWN, "清理", VILLAGE, EntryReason.UNPLANNED)
    line = NewLine(old.pk, NINE, NINE + HOUR)
    entry = commands.submit(new=new, lines=[line], actor=old, at=AT)

    people.merge_people(keep_id=mei.pk, gone_id=old.pk, actor=office, at=AT)
    commands.confirm(entry_id=entry.pk, actor=office, at=AT)

    assert (sum_of(old), sum_of(mei)) == (0, 60)


def test_merging_accounts_moves_their_hours(mei, office):
    old = a_person("mei2")
    credited(old, 60)

    people.merge_people(keep_id=mei.pk, gone_id=old.pk, actor=office, at=AT)

    assert (sum_of(old), sum_of(mei)) == (0, 60)
