"""The list that anybody may look at: whom it shows, and what objections become."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.hours import commands, queries
from xinfeng.hours.models import Contest, Doubt, Objection, Reason
from xinfeng.hours.queries import publicity
from xinfeng.hours.queries.publicity import Chosen
from xinfeng.journal.models import Entry
from xinfeng.people.models import Identity, Notice
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import CITY, COUNTY, NINE, TODAY, VILLAGE, a_city

from .build import a_credit

pytestmark = pytest.mark.django_db
THIS_MONTH = TODAY.replace(day=1)
WHOLE_CITY = Chosen(CITY, CITY + 10**8)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


@pytest.fixture
def office():
    return an_office(a_city().county)


def born(person, day):
    with scope.whole_city():
        Identity.objects.filter(pk=person.pk).update(born_on=day)
    return person


@pytest.fixture
def mei():
    return born(a_person("mei"), date(1980, 1, 1))


def listed(chosen=WHOLE_CITY, month=THIS_MONTH, after=None):
    return queries.publicity_list(chosen, month, today=TODAY, after=after)


def object_to(credit, **more):
    given = {"doubt": Doubt.NOT_SERVED, "address": "1.2.3.4", "actor": None, "at": NINE} | more
    return commands.object_to(credit_id=credit.pk, **given)


def test_the_list_shows_masked_names_and_nothing_taken_back(mei, office):
    a_credit(mei, 90)
    gone = a_credit(mei, 60)
    commands.reverse(credit_id=gone.pk, reason=Reason.NOT_SERVED, actor=office, at=NINE)

    (line,) = listed().lines

    assert (line.name, line.credit.minutes) == ("王**", 90)


@pytest.mark.parametrize(
    ("birthday", "shown"),
    [
        (date(2008, 7, 17), ["王**"]),
        (date(2008, 7, 18), []),
        (date(2022, 7, 17), []),
        (None, [""]),
    ],
)
def test_children_under_14_never_appear_and_nobody_hides_behind_no_age(birthday, shown):
    child = born(a_person("bo"), birthday)
    credit = a_credit(child)

    assert [line.name for line in listed().lines] == shown
    if not shown:
        with pytest.raises(Unknown):
            object_to(credit)


def test_the_list_is_of_a_month_and_an_area(mei):
    a_credit(mei, 60)
    a_credit(mei, 61, earned_on=THIS_MONTH - timedelta(days=1))
    a_credit(mei, 62, division=a_city().other_county)

    county = Chosen(COUNTY, COUNTY + 10**6)
    assert [line.credit.minutes for line in listed(county).lines] == [60]
    june = date(2022, 6, 1)
    assert [line.credit.minutes for line in listed(month=june).lines] == [61]


def test_the_list_goes_on_by_key_and_costs_the_same(mei, monkeypatch):
    monkeypatch.setattr(publicity, "PAGE", 2)
    for number in range(5):
        a_credit(mei, 60 + number)

    seen, after = [], None
    with at_most(12 * 3):
        for _ in range(3):
            page = listed(after=after)
            seen += [line.credit.minutes for line in page.lines]
            after = page.after

    assert seen == [60, 61, 62, 63, 64]
    assert after is None


def test_anybody_objects_without_a_name(client, mei):
    credit = a_credit(mei)
    page = client.get(reverse("hours:publicity")).content.decode()
    address = reverse("hours:objection", args=[credit.pk])

    answer = client.post(address, {"doubt": "NOT_SERVED", "text": "那天没有活动"}, follow=True)

    assert "王**" in page
    assert address in page
    assert "异议已收到" in answer.content.decode()
    with scope.whole_city():
        made = Objection.objects.get()
    assert (made.raised_by_id, made.doubt) == (None, "NOT_SERVED")
    assert "127.0.0.1" not in made.address_digest
    entry = Entry.objects.get(verb="objection.raised")
    assert (entry.actor_id, entry.division_id) == (None, VILLAGE)


def test_one_address_objects_so_often_an_hour(mei):
    credits = [a_credit(mei) for _ in range(6)]
    for credit in credits[:5]:
        object_to(credit)

    with pytest.raises(Refusal) as refusal:
        object_to(credits[5])

    assert refusal.value.code == "too_many_objections"
    assert object_to(credits[5], address="5.6.7.8")
    assert object_to(credits[5], at=NINE + timedelta(hours=1, minutes=1))


def test_saying_it_twice_is_saying_it_once(mei):
    credit = a_credit(mei)

    assert object_to(credit).pk == object_to(credit).pk


@pytest.mark.django_db(transaction=True)
def test_a_flood_at_once_is_counted_exactly(mei):
    credits = [a_credit(mei) for _ in range(8)]
    everyone_is_connected = Barrier(8)

    def send(credit):
        try:
            connection.ensure_connection()
            everyone_is_connected.wait(timeout=10)
            return bool(object_to(credit))
        except Refusal:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as flood:
        passed = list(flood.map(send, credits))

    assert sum(passed) == 5


def test_old_lines_are_off_the_list(mei):
    with pytest.raises(Unknown):
        object_to(a_credit(mei, earned_on=date(2022, 4, 30)))
    assert object_to(a_credit(mei, earned_on=date(2022, 5, 1)))


def test_an_objection_that_is_taken_up_becomes_a_contest_and_the_volunteer_is_told(mei, office):
    made = object_to(a_credit(mei), text="他的邻居")

    taken = commands.take_up(objection_id=made.pk, actor=office, at=NINE)

    with scope.whole_city():
        contest = Contest.objects.get()
        told = Notice.objects.get()
    assert taken.contest_id == contest.pk
    # Who objected, in whatever words, is not handed on.
    assert (contest.raised_by_id, contest.text, told.kind) == (None, "", "hours.questioned")
    again = commands.take_up(objection_id=made.pk, actor=office, at=NINE)
    assert again.contest_id == contest.pk


def test_two_objections_to_a_line_lead_to_one_contest(mei, office):
    credit = a_credit(mei)
    first, second = object_to(credit), object_to(credit, doubt=Doubt.TOO_MUCH)

    taken = [
        commands.take_up(objection_id=o.pk, actor=office, at=NINE) for o in (first, second)
    ]

    assert taken[0].contest_id == taken[1].contest_id


def test_an_objection_is_dismissed_by_an_upper_office_alone(mei, office):
    made = object_to(a_credit(mei), actor=office)

    for actor in (mei, office, an_office(a_city().township), an_office(a_city().other_county)):
        with pytest.raises(Forbidden):
            commands.dismiss(objection_id=made.pk, actor=actor, at=NINE)
        with pytest.raises(Forbidden):
            commands.take_up(objection_id=made.pk, actor=actor, at=NINE)
    city = an_office(a_city().city)
    assert commands.dismiss(objection_id=made.pk, actor=city, at=NINE).state == "DISMISSED"
    assert commands.dismiss(objection_id=made.pk, actor=city, at=NINE).state == "DISMISSED"
    with pytest.raises(Refusal):
        commands.take_up(objection_id=made.pk, actor=city, at=NINE)


@pytest.mark.parametrize(
    "contradiction", [{"state": "DISMISSED"}, {"decided_at": NINE}, {"state": "TAKEN_UP"}]
)
def test_the_database_refuses_a_contradictory_objection(mei, contradiction):
    fields = {
        "credit": a_credit(mei), "division_id": VILLAGE, "doubt": "NOT_ME",
        "address_digest": "x", "raised_at": NINE,
    } | contradiction  # fmt: skip

    with (
        pytest.raises(IntegrityError, match="doubt_decision_agrees_with_state"),
        scope.whole_city(),
    ):
        Objection.objects.create(**fields)
