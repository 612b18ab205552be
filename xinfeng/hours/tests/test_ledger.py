import collections
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinfeng.base import figures, scope
from xinfeng.base.figures import Window
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.hours import commands
from xinfeng.hours.commands import Fact
from xinfeng.hours.models import Counter, Credit, Reason, Source
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import COUNTY, NINE, TODAY, VILLAGE, a_city

from .build import a_credit

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return an_office(a_city().county)


def the_credits():
    with scope.whole_city():
        return list(Credit.objects.order_by("pk"))


def take_back(credit, actor):
    return commands.reverse(credit_id=credit.pk, reason=Reason.NOT_SERVED, actor=actor, at=NINE)


def test_time_is_credited_with_the_fact_it_stands_on():
    mei, lan = a_person("mei"), a_person("lan")

    commands.post(
        person=mei, minutes=90, fact=Fact(Source.ATTENDANCE, 7, VILLAGE, TODAY),
        actor=lan, at=NINE,
    )  # fmt: skip

    (credit,) = the_credits()
    assert (credit.minutes, credit.earned_on, credit.source_id) == (90, TODAY, 7)
    entry = Entry.objects.get()
    assert (entry.verb, entry.division_id, entry.happened_on) == (
        "credit.posted", mei.division_id, TODAY,
    )  # fmt: skip


def test_a_fact_is_credited_once():
    mei = a_person()
    fact = Fact(Source.ATTENDANCE, 7, VILLAGE, TODAY)
    commands.post(person=mei, minutes=90, fact=fact, actor=mei, at=NINE)

    with pytest.raises(IntegrityError, match="a_fact_is_credited_once"):
        commands.post(person=mei, minutes=30, fact=fact, actor=mei, at=NINE)


@pytest.mark.parametrize("minutes", [0, -5])
def test_no_time_is_no_credit(minutes):
    mei = a_person()

    with pytest.raises(Refusal):
        commands.post(
            person=mei, minutes=minutes, fact=Fact(Source.ATTENDANCE, 7, VILLAGE, TODAY),
            actor=mei, at=NINE,
        )  # fmt: skip


def test_a_mistake_is_undone_by_a_negative_credit_on_the_same_day(office):
    credit = a_credit(a_person(), 120)

    reversal = take_back(credit, office)

    assert (reversal.minutes, reversal.earned_on, reversal.division_id) == (
        -120, credit.earned_on, credit.division_id,
    )  # fmt: skip
    entry = Entry.objects.get(verb="credit.reversed")
    assert entry.details == {"reason": "NOT_SERVED", "reversal_id": reversal.pk}


def test_taking_back_again_changes_nothing(office):
    credit = a_credit(a_person())

    first = take_back(credit, office)
    again = take_back(credit, office)

    assert first.pk == again.pk
    assert len(the_credits()) == 2


def test_a_reversal_is_not_taken_back(office):
    reversal = take_back(a_credit(a_person()), office)

    with pytest.raises(Refusal) as refusal:
        take_back(reversal, office)

    assert refusal.value.code == "reversal_stands"


def test_only_the_county_or_city_office_takes_time_back():
    city = a_city()
    mei = a_person()
    credit = a_credit(mei)

    for actor in [mei, an_office(city.township), an_office(city.other_county)]:
        with pytest.raises(Forbidden):
            take_back(credit, actor)
    with pytest.raises(Forbidden):
        commands.reverse(credit_id=404, reason=Reason.NOT_SERVED, actor=mei, at=NINE)


def test_nobody_takes_back_their_own_time(office):
    with pytest.raises(Forbidden):
        take_back(a_credit(office), office)


def post(person, minutes, number, **more):
    fact = Fact(Source.ATTENDANCE, number, VILLAGE, **({"on": TODAY} | more))
    return commands.post(person=person, minutes=minutes, fact=fact, actor=person, at=NINE)


def test_a_day_counts_eight_hours_of_service_and_no_more():
    mei = a_person()

    assert post(mei, 300, 1).minutes == 300
    assert post(mei, 300, 2).minutes == 180
    assert post(mei, 300, 3) is None
    assert post(mei, 300, 4, on=TODAY - timedelta(days=1)).minutes == 300
    assert sum(credit.minutes for credit in the_credits()) == 480 + 300


def test_training_is_neither_cut_nor_takes_room_from_service():
    mei = a_person()

    assert post(mei, 600, 1, counter=Counter.TRAINING).minutes == 600
    assert post(mei, 480, 2).minutes == 480


def test_time_taken_back_gives_the_day_its_room_again(office):
    mei = a_person()
    first = post(mei, 480, 1)

    take_back(first, office)

    assert post(mei, 60, 2).minutes == 60


def test_a_reversal_has_day_span_and_counter_of_what_it_takes_back(office):
    first = post(
        a_person(), 60, 1, counter=Counter.TRAINING, starts_at=NINE,
        ends_at=NINE + timedelta(hours=1), grade="A",
    )  # fmt: skip

    reversal = take_back(first, office)

    same = ("earned_on", "starts_at", "ends_at", "counter", "grade")
    assert [getattr(reversal, name) for name in same] == [getattr(first, name) for name in same]
    assert (reversal.recorded_by_id, reversal.recorded_at) == (office.pk, NINE)


def test_service_and_training_are_two_figures():
    mei = a_person()
    post(mei, 60, 1)
    post(mei, 90, 2, counter=Counter.TRAINING)

    with scope.whole_city():
        window = Window.ending(TODAY)
        assert figures.value("service_minutes", window).numerator == 60
        assert figures.value("training_minutes", window).numerator == 90


@pytest.mark.parametrize(
    ("contradiction", "constraint"),
    [
        ({"minutes": 0}, "credit_is_not_empty"),
        ({"minutes": -1}, "only_a_reversal_takes_away"),
    ],
)
def test_the_database_refuses_a_contradictory_credit(contradiction, constraint):
    fields = {
        "person": a_person(), "division_id": VILLAGE, "minutes": 5, "earned_on": TODAY,
        "source_kind": Source.ATTENDANCE, "source_id": 1,
    }  # fmt: skip

    with pytest.raises(IntegrityError, match=constraint), scope.whole_city():
        Credit.objects.create(**fields | contradiction)


@pytest.mark.parametrize(
    "verb", ["UPDATE hours_credit SET minutes = 1", "DELETE FROM hours_credit"]
)
def test_the_app_can_neither_change_nor_remove_a_credit(verb):
    a_credit(a_person())

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb)


STEPS = st.lists(st.tuples(st.booleans(), st.integers(1, 480)), min_size=1, max_size=8)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_happens_no_fact_counts_below_zero(office, steps):
    """Post and take back in any order: each fact ends at its minutes or at nothing."""
    with transaction.atomic():
        mei = a_person("mei")
        for number, (taken_back, minutes) in enumerate(steps):
            day = TODAY + timedelta(days=number)
            fact = Fact(Source.ATTENDANCE, 1000 + number, VILLAGE, day)
            credit = commands.post(
                person=mei, minutes=minutes, fact=fact, actor=office, at=NINE
            )
            for _ in range(2 * taken_back):
                take_back(credit, office)

        kept = sum(minutes for taken_back, minutes in steps if not taken_back)
        rows = the_credits()
        assert sum(credit.minutes for credit in rows) == kept
        for credit in rows:
            if credit.source_kind == Source.ATTENDANCE:
                of_fact = [
                    r.minutes for r in rows if r.source_kind == 2 and r.source_id == credit.pk
                ]
                assert credit.minutes + sum(of_fact) in {0, credit.minutes}
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_eight_clerks_at_once_take_back_once(office):
    credit = a_credit(a_person())
    everyone_is_connected = Barrier(8)

    def reverse(_):
        try:
            connection.ensure_connection()
            clerk = Person.objects.get(pk=office.pk)
            everyone_is_connected.wait(timeout=10)
            take_back(credit, clerk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as clerks:
        list(clerks.map(reverse, range(8)))

    assert [row.minutes for row in the_credits()] == [120, -120]
    assert Entry.objects.filter(verb="credit.reversed").count() == 1


def test_another_countys_rows_stay_out_of_sight():
    a_credit(a_person("mei"))
    a_credit(a_person("bo"), division=a_city().other_county)

    with scope.reading(person_id=None, spans=[(COUNTY, COUNTY + 10**6)]):
        assert Credit.objects.count() == 1
    assert Credit.objects.count() == 0


def test_active_volunteers_are_the_same_judged_day_by_day_or_all_days_at_once():
    figure = figures.get("active_volunteers")
    people = [a_person(f"volunteer{n}", division=a_city().village) for n in range(4)]
    for n, person in enumerate(people):
        for months in range(0, 14, n + 1):
            day = NINE - timedelta(days=30 * months + n)
            a_credit(person, minutes=20 + 15 * n, earned_on=day.date())
    days = [TODAY - timedelta(days=60 * n) for n in range(6, -1, -1)]
    with scope.whole_city(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT division_id, as_of, numerator, rows"
            f" FROM ({figure.over_days(len(days))}) r",
            {f"day{n}": day for n, day in enumerate(days)},
        )
        at_once = {(home, day): (n, rows) for home, day, n, rows in cursor.fetchall()}
        one_by_one: collections.Counter[tuple[int, date]] = collections.Counter()
        for day in days:
            cursor.execute(figures.rows_sql(figure), figures.parameters(Window.ending(day)))
            titles = [column.name for column in cursor.description]
            home = titles.index("division_id")
            one_by_one.update((row[home], day) for row in cursor.fetchall())
    assert at_once == {key: (n, n) for key, n in one_by_one.items()}
    assert 0 < one_by_one.total() < len(days) * len(people)
