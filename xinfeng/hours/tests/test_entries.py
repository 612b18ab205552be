"""Hours entered by hand: who may, what is refused, and that a second person stands for them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.hours import commands
from xinfeng.hours.commands import NewEntry, NewLine
from xinfeng.hours.models import (
    Credit,
    EntryKind,
    EntryLine,
    EntryReason,
    Evidence,
    HourEntry,
    Refused,
    Source,
)
from xinfeng.journal.models import Entry
from xinfeng.people.models import Notice, Person
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import LONG_AGO, NINE, VILLAGE, a_city
from xinfeng.teams.tests.build import a_team

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
YESTERDAY = NINE - timedelta(days=1)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def mei():
    return a_person("mei")


@pytest.fixture
def lan():
    return a_person("lan", name="陈兰")


@pytest.fixture
def team(mei, lan):
    return a_team(leader=lan, members=(mei,))


def own(**more):
    return replace(
        NewEntry(uuid4(), EntryKind.OWN, "清理河岸", VILLAGE, EntryReason.UNPLANNED), **more
    )


def a_line(person, starts_at=YESTERDAY, hours=2, **more):
    return NewLine(person.pk, starts_at, starts_at + hours * HOUR, **more)


def submitted(actor, lines, **more):
    return commands.submit(new=own(**more), lines=lines, actor=actor, at=NINE)


def of_group(lan, team, *people, **more):
    kind = {"kind": EntryKind.GROUP, "team_id": team.pk} | more
    return submitted(lan, [a_line(person) for person in people], **kind)


def the_credits():
    with scope.whole_city():
        return list(Credit.objects.order_by("pk"))


def the_lines():
    with scope.whole_city():
        return list(EntryLine.objects.order_by("pk"))


def confirm(entry, actor):
    return commands.confirm(entry_id=entry.pk, actor=actor, at=NINE)


def test_own_hours_count_once_the_leader_has_confirmed_them(mei, lan, team):
    entry = submitted(mei, [a_line(mei)], team_id=team.pk)
    assert the_credits() == []

    confirm(entry, lan)

    (credit,) = the_credits()
    assert (credit.minutes, credit.source_kind, credit.grade) == (120, Source.OWN, "C")
    assert (credit.recorded_by_id, credit.confirmed_by_id) == (mei.pk, lan.pk)
    verbs = Entry.objects.filter(verb__startswith="entry.").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["entry.submitted", "entry.confirmed"]
    with scope.whole_city():
        kinds = Notice.objects.filter(person=mei).order_by("pk").values_list("kind", flat=True)
        assert list(kinds) == ["hours.credited", "hours.confirmed"]


def test_confirming_again_changes_nothing(mei, lan, team):
    entry = submitted(mei, [a_line(mei)], team_id=team.pk)

    confirm(entry, lan)
    confirm(entry, lan)

    assert len(the_credits()) == 1


def test_sent_twice_it_is_entered_once(mei):
    new = own()
    lines = [a_line(mei)]

    first = commands.submit(new=new, lines=lines, actor=mei, at=NINE)
    again = commands.submit(new=new, lines=lines, actor=mei, at=NINE)

    assert first.pk == again.pk
    assert len(the_lines()) == 1


def test_an_application_without_a_team_goes_to_the_office_where_the_person_lives(mei):
    city = a_city()
    # Naming another county does not choose another judge.
    entry = submitted(mei, [a_line(mei)], division_id=city.other_county.pk)

    with pytest.raises(Forbidden):
        confirm(entry, an_office(city.other_county))
    confirm(entry, an_office(city.township))

    assert len(the_credits()) == 1


def test_a_group_is_entered_by_its_leader_and_confirmed_by_a_deputy(mei, lan, team):
    bo = a_person("bo")
    team.deputies = [bo.pk]
    team.save(update_fields=["deputies"])

    confirm(of_group(lan, team, mei), bo)

    (credit,) = the_credits()
    assert (credit.person_id, credit.source_kind) == (mei.pk, Source.GROUP)


def test_nobody_confirms_what_they_submitted_or_what_is_theirs(mei, lan, team):
    office = an_office(a_city().county)
    bo = a_person("bo")
    team.deputies = [mei.pk]
    team.save(update_fields=["deputies"])
    entry = of_group(lan, team, mei)

    for actor in (lan, mei, bo, an_office(a_city().other_county)):
        with pytest.raises(Forbidden) as refusal:
            confirm(entry, actor)
        assert refusal.value.code == "not_your_entry"
    with pytest.raises(Forbidden):
        commands.confirm(entry_id=404, actor=office, at=NINE)
    assert the_credits() == []


def test_only_the_leader_or_an_office_enters_for_a_group(mei, team):
    for actor in (mei, a_person("bo"), an_office(a_city().other_county)):
        with pytest.raises(Forbidden):
            of_group(actor, team, mei)


def test_hours_from_before_the_platform_come_from_an_office_and_need_evidence(mei, lan):
    office, upper = an_office(a_city().township), an_office(a_city().county)
    old = {"kind": EntryKind.HISTORICAL, "reason": EntryReason.PAPER}

    with pytest.raises(Forbidden):
        submitted(lan, [a_line(mei)], evidence="签名表", **old)
    with pytest.raises(Refusal) as refusal:
        submitted(office, [a_line(mei)], **old)
    assert refusal.value.code == "no_evidence"
    entry = submitted(office, [a_line(mei)], evidence="签名表", **old)
    with pytest.raises(Forbidden):
        confirm(entry, an_office(a_city().township, "second"))
    confirm(entry, upper)

    assert [credit.source_kind for credit in the_credits()] == [Source.HISTORICAL]


WRONG = {
    "time_backwards": {"hours": -1},
    "not_yet": {"starts_at": NINE - HOUR},
    "too_long": {"starts_at": NINE - timedelta(days=3), "hours": 25},
    "minutes_do_not_fit": {"minutes": 121},
    "not_registered_then": {"starts_at": NINE.replace(year=2018)},
}


@pytest.mark.parametrize("code", WRONG)
def test_impossible_times_are_refused(mei, code):
    with pytest.raises(Refusal) as refusal:
        submitted(mei, [a_line(mei, **WRONG[code])])

    assert refusal.value.code == code


@pytest.mark.parametrize("minutes", [0, -1])
def test_no_time_is_no_line(mei, minutes):
    with pytest.raises(Refusal):
        submitted(mei, [a_line(mei, minutes=minutes)])


def test_whoever_has_left_is_credited_nothing_for_later(mei):
    mei.left_on = NINE.date() - timedelta(days=1)
    mei.save(update_fields=["left_on"])

    with pytest.raises(Refusal) as refusal:
        submitted(mei, [a_line(mei)])

    assert refusal.value.code == "left_by_then"


def test_outsiders_are_not_entered_with_a_group(lan, team):
    with pytest.raises(Refusal) as refusal:
        of_group(lan, team, a_person("bo"))

    assert refusal.value.code == "not_a_member_then"


def test_an_application_is_for_oneself(mei, lan):
    with pytest.raises(Refusal) as refusal:
        submitted(mei, [a_line(lan)])

    assert refusal.value.code == "only_oneself"


def test_what_overlaps_is_left_out_and_the_others_are_credited(mei, lan, team):
    bo = a_person("bo")
    second = an_office(a_city().county)
    for person in (mei, bo):
        a_membership_of(team, person)
    confirm(submitted(mei, [a_line(mei, hours=1)]), second)

    entry = of_group(lan, team, mei, bo)
    confirm(entry, second)

    outcomes = {
        line.person_id: line.outcome for line in the_lines() if line.entry_id == entry.pk
    }
    assert outcomes == {mei.pk: "OVERLAP", bo.pk: "CREDITED"}


def a_membership_of(team, person):
    with scope.whole_city():
        team.memberships.get_or_create(
            person=person, defaults={"division_id": team.division_id, "starts_on": LONG_AGO}
        )


def test_the_days_limit_cuts_and_then_leaves_nothing(mei):
    morning = YESTERDAY.replace(hour=6)
    lines = [a_line(mei, morning + n * 5 * HOUR, hours=5) for n in range(3)]

    confirm(submitted(mei, lines), an_office(a_city().county))

    assert [(x.outcome, x.credited_minutes) for x in the_lines()] == [
        ("CREDITED", 300), ("CUT", 180), ("DAY_FULL", None),
    ]  # fmt: skip


def test_a_refusal_says_why_and_credits_nothing(mei, lan, team):
    entry = submitted(mei, [a_line(mei)], team_id=team.pk)

    refused = commands.refuse(entry_id=entry.pk, reason=Refused.NO_EVIDENCE, actor=lan, at=NINE)

    assert (refused.state, refused.refused_for) == ("REFUSED", "NO_EVIDENCE")
    assert the_credits() == []
    with pytest.raises(Refusal) as refusal:
        confirm(entry, lan)
    assert refusal.value.code == "entry_state"


def test_only_the_submitter_withdraws_and_only_in_time(mei, lan, team):
    entry = submitted(mei, [a_line(mei)], team_id=team.pk)

    with pytest.raises(Forbidden):
        commands.withdraw(entry_id=entry.pk, actor=lan, at=NINE)
    commands.withdraw(entry_id=entry.pk, actor=mei, at=NINE)
    assert commands.withdraw(entry_id=entry.pk, actor=mei, at=NINE).state == "WITHDRAWN"

    with pytest.raises(Refusal):
        confirm(entry, lan)


def test_evidence_is_kept_with_its_digest(mei):
    submitted(mei, [a_line(mei)], file=PNG)

    with scope.whole_city():
        kept = Evidence.objects.get()
    assert (kept.kind, bytes(kept.content), len(kept.sha256)) == ("image/png", PNG, 64)


@pytest.mark.parametrize(
    ("file", "code"),
    [(b"MZ" + b"0" * 20, "evidence_kind"), (PNG + b"0" * 2 * 2**20, "evidence_large")],
)
def test_other_files_are_no_evidence(mei, file, code):
    with pytest.raises(Refusal) as refusal:
        submitted(mei, [a_line(mei)], file=file)

    assert refusal.value.code == code
    with scope.whole_city():
        assert not HourEntry.objects.exists()


@pytest.mark.parametrize(
    ("contradiction", "constraint"),
    [
        ({"state": "CONFIRMED"}, "entry_decision_agrees_with_state"),
        ({"refused_for": "TWICE"}, "entry_decision_agrees_with_state"),
        ({"decided_at": NINE}, "entry_decision_agrees_with_state"),
        (
            {"state": "CONFIRMED", "decided_at": NINE, "decided_by": "mei"},
            "a_second_person_decides_on_an_entry",
        ),
        ({"kind": "OTHER"}, "entry_kind_is_known"),
        ({"kind": "HISTORICAL"}, "old_hours_have_evidence"),
        ({"kind": "GROUP"}, "a_group_has_a_team"),
    ],
)
def test_the_database_refuses_a_contradictory_entry(mei, contradiction, constraint):
    fields = {
        "client_id": uuid4(), "kind": "OWN", "title": "x", "division_id": VILLAGE,
        "reason": "PAPER", "submitted_by": mei, "submitted_at": NINE,
    } | contradiction  # fmt: skip
    if fields.get("decided_by"):
        fields["decided_by"] = mei

    with pytest.raises(IntegrityError, match=constraint), scope.whole_city():
        HourEntry.objects.create(**fields)


@pytest.mark.parametrize(
    ("contradiction", "constraint"),
    [
        ({"ends_at": NINE}, "entry_line_ends_after_it_starts"),
        ({"minutes": 0}, "entry_line_is_a_day_at_most"),
        ({"minutes": 1441}, "entry_line_is_a_day_at_most"),
        ({"outcome": "CREDITED"}, "entry_line_outcome_has_its_minutes"),
        ({"outcome": "OVERLAP", "credited_minutes": 5}, "entry_line_outcome_has_its_minutes"),
        ({"outcome": "CUT", "credited_minutes": 500}, "entry_line_outcome_has_its_minutes"),
    ],
)
def test_the_database_refuses_a_contradictory_line(mei, contradiction, constraint):
    entry = submitted(mei, [a_line(mei)])
    fields = {
        "entry": entry, "person": mei, "division_id": VILLAGE, "on": NINE.date(),
        "starts_at": NINE, "ends_at": NINE + HOUR, "minutes": 60,
    } | contradiction  # fmt: skip

    with pytest.raises(IntegrityError, match=constraint), scope.whole_city():
        EntryLine.objects.create(**fields)


def test_a_group_costs_as_few_queries_as_one_person(lan, team):
    people = [a_person(f"v{n}") for n in range(30)]
    for person in people:
        a_membership_of(team, person)
    second = an_office(a_city().county)
    counts = []
    for group in (people[:1], people[1:]):
        entry = of_group(lan, team, *group)
        with transaction.atomic(), CaptureQueriesContext(connection) as counted:
            confirm(entry, second)
        counts.append(len(counted))

    assert counts[1] <= counts[0] + 2
    assert counts[1] <= 40


@pytest.mark.django_db(transaction=True)
def test_two_seconds_at_once_credit_once(mei):
    entry = submitted(mei, [a_line(mei)])
    offices = [an_office(a_city().county, f"office{n}") for n in range(6)]
    everyone_is_connected = Barrier(6)

    def decide(pk):
        try:
            connection.ensure_connection()
            actor = Person.objects.get(pk=pk)
            everyone_is_connected.wait(timeout=10)
            confirm(entry, actor)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as seconds:
        list(seconds.map(decide, [office.pk for office in offices]))

    assert len(the_credits()) == 1
    assert Entry.objects.filter(verb="entry.confirmed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_impatient_thumb_enters_once(mei):
    new, lines = own(), [a_line(mei)]
    everyone_is_connected = Barrier(6)

    def send(_):
        try:
            connection.ensure_connection()
            actor = Person.objects.get(pk=mei.pk)
            everyone_is_connected.wait(timeout=10)
            commands.submit(new=new, lines=lines, actor=actor, at=NINE)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as thumbs:
        list(thumbs.map(send, range(6)))

    assert len(the_lines()) == 1
