"""Ten working days for the records: reminders, the overdue list, and the jobs behind them."""

from datetime import date, datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.urls import reverse

from xinfeng.activities import commands, jobs, queries
from xinfeng.base import clock, figures, scope
from xinfeng.base.figures import Window
from xinfeng.base.standing import Standing
from xinfeng.journal.models import Entry
from xinfeng.people.models import Notice
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import TODAY, a_city, office_of

from .build import EIGHT, ONE_HOUR, a_shift, a_signup, an_activity

pytestmark = pytest.mark.django_db
# Held on Sunday the 17th: due on Friday the 29th, the tenth working day.
DUE = date(2022, 7, 29)


def morning(day):
    return datetime.combine(day, datetime.min.time(), ZoneInfo("Asia/Shanghai")) + 8 * ONE_HOUR


@pytest.fixture
def lan():
    return a_person("lan")


def held(leader, day=TODAY, **more):
    fields = {"state": "HELD", "held_on": day, "due_on": DUE} | more
    return an_activity(leader=leader, **fields)


def told():
    with scope.whole_city():
        return list(Notice.objects.order_by("pk").values_list("person_id", "kind"))


def test_closing_sets_the_day_the_records_are_due(lan):
    shift = a_shift(leader=lan)

    activity = commands.hold(activity_id=shift.activity_id, actor=lan, at=shift.ends_at)

    assert activity.due_on == DUE


@pytest.mark.parametrize(
    ("day", "times"),
    [(date(2022, 7, 21), 0), (date(2022, 7, 22), 1), (date(2022, 7, 27), 1),
     (DUE, 1), (DUE + timedelta(days=1), 0)],
)  # fmt: skip
def test_the_leader_is_reminded_on_the_fifth_and_eighth_working_day(lan, day, times):
    activity = held(lan)

    for _ in range(2):
        commands.remind_leader(activity_id=activity.pk, at=morning(day))

    assert told() == [(lan.pk, "activity.records_due")] * times
    assert Entry.objects.filter(verb="activity.reminded").count() == times


def test_both_reminders_come_and_deputies_hear_them_too(lan):
    bo = a_person("bo")
    held(lan, deputies=[bo.pk])

    for number in range(12):
        day = TODAY + timedelta(days=number)
        for activity_id in queries.reminders_due(day):
            commands.remind_leader(activity_id=activity_id, at=morning(day))

    kind = "activity.records_due"
    assert sorted(told()) == sorted([(lan.pk, kind), (bo.pk, kind)] * 2)


def test_whose_records_are_entered_is_left_alone(lan):
    activity = held(lan, recorded_on=TODAY)

    commands.remind_leader(activity_id=activity.pk, at=morning(date(2022, 7, 22)))

    assert told() == []
    assert queries.reminders_due(date(2022, 7, 22)) == []


def test_the_jobs_tell_once(lan, monkeypatch):
    now = morning(date(2022, 7, 22))
    monkeypatch.setattr(clock, "now", lambda: now)
    held(lan)
    soon = a_shift(leader=lan, starts_at=now + 23 * ONE_HOUR)
    late = a_shift(leader=lan, starts_at=now + 25 * ONE_HOUR)
    mei = a_person()
    for shift in (soon, late):
        a_signup(volunteer=mei, shift=shift)
    over = a_shift(leader=lan, starts_at=now - timedelta(days=5))
    missed = a_signup(volunteer=mei, shift=over)

    for _ in range(2):
        jobs.remind_volunteers(0)
        jobs.remind_leaders(0)
        jobs.close_registers(0)

    assert sorted(told()) == sorted(
        [(mei.pk, "shift.tomorrow"), (lan.pk, "activity.records_due")]
    )
    with scope.whole_city():
        missed.refresh_from_db()
    assert missed.state == "NO_SHOW"


def test_the_register_of_a_shift_without_sign_ups_is_no_work(lan):
    a_shift(leader=lan, starts_at=EIGHT - timedelta(days=5))

    assert queries.registers_to_close(EIGHT) == []


# The overdue list


def test_offices_see_what_is_overdue_in_their_area_longest_first(lan):
    later = held(lan, title="近的")
    first = held(lan, title="远的", due_on=DUE - timedelta(days=7))
    held(lan, recorded_on=DUE)
    held(lan, division=a_city().other_county)
    an_activity(leader=lan)

    page = queries.overdue(office_of(a_city().county), today=date(2022, 8, 3), after=None)

    assert [line.activity for line in page.lines] == [first, later]
    assert [line.days for line in page.lines] == [8, 3]
    assert (page.total, page.lines[0].leader) == (2, "王**")


def test_what_is_due_today_is_not_overdue(lan):
    held(lan)

    assert not queries.overdue(office_of(a_city().city), today=DUE, after=None).lines
    assert not queries.overdue(Standing(), today=date(2023, 1, 1), after=None).lines


def test_the_overdue_list_goes_on_by_key(lan, monkeypatch):
    monkeypatch.setattr(import_module("xinfeng.activities.queries.overdue"), "PAGE", 2)
    made = [held(lan, due_on=DUE + timedelta(days=n // 2)) for n in range(5)]

    seen, after = [], None
    for _ in range(3):
        page = queries.overdue(office_of(a_city().city), today=date(2022, 9, 1), after=after)
        seen += [line.activity for line in page.lines]
        after = page.after

    assert (seen, after) == (made, None)


def test_the_page_and_the_table_are_for_offices(client, lan, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: morning(date(2022, 8, 3)))
    for number in range(8):
        held(lan, title=f"=SUM({number})")
    addresses = [reverse("activities:overdue"), reverse("activities:overdue_csv")]

    client.force_login(lan)
    assert {client.get(address).status_code for address in addresses} == {404}
    client.force_login(an_office(a_city().county))
    # One of them counts the overdue orders that the navigation shows to offices.
    with at_most(8):
        page = client.get(addresses[0]).content.decode()
    table = client.get(addresses[1]).content.decode()

    assert page.count("=SUM(") == 8
    # A table program must not take a title for a formula.
    assert table.count("'=SUM(") == 8
    assert client.get(addresses[0], {"after": "nonsense"}).status_code == 200


# The figures


def test_the_share_recorded_in_time(lan):
    held(lan, recorded_on=DUE)
    held(lan, recorded_on=DUE + timedelta(days=1))
    held(lan)

    window = Window(date(2022, 7, 1), date(2022, 8, 1))
    value = figures.value("activities_recorded_in_time", window)
    assert (value.numerator, value.denominator) == (1, 3)


def test_overdue_is_counted_from_the_day_after_until_the_records_came(lan):
    held(lan)
    held(lan, recorded_on=DUE)
    held(lan, recorded_on=DUE + timedelta(days=5))

    figure = figures.get("activities_overdue")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT starts_on, ends_on FROM ({figure.sql}) r ORDER BY row_id"  # noqa: S608
        )
        spans = cursor.fetchall()

    assert spans == [
        (DUE + timedelta(days=1), None),
        (DUE + timedelta(days=1), DUE + timedelta(days=5)),
    ]
