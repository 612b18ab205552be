"""No two credits of a person share time, whoever writes them and however."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinfeng.base import guards, scope
from xinfeng.base.refusal import Refusal
from xinfeng.hours import commands, days
from xinfeng.hours.commands import Fact
from xinfeng.hours.models import Counter, Credit, Day, DayFilling, Reason, Source
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, TODAY, VILLAGE, a_city

from .as_owner import as_owner
from .build import a_credit

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
_facts = count(1)


def give(person, begins, minutes, **more):
    """A credit of the span from so many minutes after nine."""
    starts_at = NINE + begins * MINUTE
    fact = Fact(
        Source.ATTENDANCE, next(_facts), VILLAGE, TODAY, Counter.TRAINING, starts_at,
        starts_at + minutes * MINUTE,
    )  # fmt: skip
    return commands.post(
        person=person, minutes=minutes, fact=fact, actor=person, at=NINE, **more
    )


def take_back(credit, office):
    return commands.reverse(
        credit_id=credit.pk, reason=Reason.NOT_SERVED, actor=office, at=NINE
    )


@pytest.fixture
def office():
    return an_office(a_city().county)


@pytest.mark.parametrize(
    ("begins", "minutes"), [(0, 60), (-10, 11), (59, 1), (10, 20), (-10, 100)]
)
def test_the_same_time_is_not_credited_twice(begins, minutes):
    mei = a_person()
    give(mei, 0, 60)

    with pytest.raises(Refusal) as refusal:
        give(mei, begins, minutes)

    assert refusal.value.code == "hours_overlap"
    assert "09:00–10:00" in str(refusal.value)


@pytest.mark.parametrize(("begins", "minutes"), [(60, 30), (-30, 30)])
def test_one_after_the_other_is_no_overlap(begins, minutes):
    mei = a_person()
    give(mei, 0, 60)

    assert give(mei, begins, minutes)


def test_others_may_serve_at_the_same_time():
    give(a_person("mei"), 0, 60)

    assert give(a_person("bo"), 0, 60)


def test_credits_without_a_span_overlap_nothing():
    mei = a_person()
    a_credit(mei)
    a_credit(mei)

    with scope.whole_city():
        assert not Day.objects.exists()


def test_time_taken_back_is_free_again(office):
    mei = a_person()
    first = give(mei, 0, 60)
    give(mei, 60, 60)

    take_back(first, office)

    assert give(mei, 30, 30)
    with pytest.raises(Refusal):
        give(mei, 60, 10)


@pytest.mark.parametrize("hour", [7, 23])
def test_a_span_across_midnight_here_or_in_utc_is_one_span(hour, office):
    """Eight in the morning is midnight UTC, where one row of days ends and the next begins."""
    mei = a_person()
    begins = (hour - 9) * 60 + 30
    across = give(mei, begins, 60)

    for inside in (begins, begins + 29, begins + 30, begins + 59):
        with pytest.raises(Refusal):
            give(mei, inside, 1)

    take_back(across, office)

    assert give(mei, begins, 60)


def test_the_database_refuses_whoever_writes():
    mei = a_person()
    give(mei, 0, 60)
    fields = {
        "person": mei, "division_id": VILLAGE, "minutes": 30, "earned_on": TODAY,
        "source_kind": Source.GROUP, "source_id": 1,
    }  # fmt: skip

    with pytest.raises(IntegrityError, match="hours at this time"), scope.whole_city():
        Credit.objects.create(
            starts_at=NINE + 30 * MINUTE, ends_at=NINE + 90 * MINUTE, **fields
        )


@pytest.mark.parametrize(
    ("minutes", "length"), [(61, timedelta(hours=1)), (60, timedelta(hours=25))]
)
def test_a_credit_lies_within_its_span_and_a_span_within_a_day(minutes, length):
    with pytest.raises(IntegrityError, match="lies within its span"), scope.whole_city():
        Credit.objects.create(
            person=a_person(), division_id=VILLAGE, minutes=minutes, earned_on=TODAY,
            source_kind=Source.GROUP, source_id=1, starts_at=NINE, ends_at=NINE + length,
        )  # fmt: skip


@pytest.mark.parametrize(("minutes", "whose"), [(-59, "mei"), (-60, "bo")])
def test_a_reversal_mirrors_what_it_takes_back(minutes, whose):
    people = {"mei": a_person("mei"), "bo": a_person("bo")}
    credit = give(people["mei"], 0, 60)

    with pytest.raises(IntegrityError, match="mirrors"), scope.whole_city():
        Credit.objects.create(
            person=people[whose], division_id=VILLAGE, minutes=minutes, earned_on=TODAY,
            source_kind=Source.REVERSAL, source_id=credit.pk,
        )  # fmt: skip


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["give", "give", "take_back"]),
        st.integers(-20, 20),
        st.integers(1, 30),
    ),
    min_size=1,
    max_size=14,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_the_days_equal_a_small_model(office, steps):
    """Credit and take back at random around midnight UTC; the model is a set of minutes."""
    with transaction.atomic():
        mei = a_person("mei")
        standing: dict[int, tuple[Credit, set[int]]] = {}
        for verb, begins, minutes in steps:
            if verb == "take_back" and standing:
                credit, _ = standing.pop(sorted(standing)[begins % len(standing)])
                take_back(credit, office)
                continue
            # Sixty minutes before nine the day changes in UTC.
            span = set(range(begins - 60, begins - 60 + minutes))
            taken = set().union(*(held for _, held in standing.values()))
            if span & taken:
                with pytest.raises(Refusal):
                    give(mei, begins - 60, minutes)
            else:
                credit = give(mei, begins - 60, minutes)
                standing[credit.pk] = (credit, span)
        expected = set().union(*(held for _, held in standing.values()))
        assert minutes_of(mei) == expected
        transaction.set_rollback(True)


def minutes_of(person):
    """The minutes from nine on that the table of days says are taken."""
    midnight = NINE.replace(hour=8)
    found = set()
    with scope.whole_city():
        for row in Day.objects.filter(person_id=person.pk).order_by("day"):
            day = (row.day - midnight.date()).days * 1440 - 60
            for part in row.taken:
                found |= set(range(day + part.lower // 60, day + part.upper // 60))
    return found


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_is_credited():
    mei = a_person()
    everyone_is_connected = Barrier(8)

    def claim(number):
        try:
            connection.ensure_connection()
            person = Person.objects.get(pk=mei.pk)
            everyone_is_connected.wait(timeout=10)
            return bool(give(person, number, 30))
        except Refusal:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as clerks:
        won = list(clerks.map(claim, range(8)))

    assert sum(won) == 1


@pytest.mark.django_db(transaction=True)
def test_the_trigger_alone_holds_where_nobody_takes_the_persons_lock():
    mei = a_person()
    everyone_is_connected = Barrier(8)

    def write(number):
        try:
            connection.ensure_connection()
            everyone_is_connected.wait(timeout=10)
            with scope.whole_city():
                Credit.objects.create(
                    person_id=mei.pk, division_id=VILLAGE, minutes=30, earned_on=TODAY,
                    source_kind=Source.GROUP, source_id=number,
                    starts_at=NINE + number * MINUTE, ends_at=NINE + (number + 30) * MINUTE,
                )  # fmt: skip
        except IntegrityError:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as clerks:
        won = list(clerks.map(write, range(8)))

    assert sum(won) == 1


# Many in one statement


def at_once(*spans):
    """One statement with the credits of all these (person, begins, minutes)."""
    with scope.whole_city():
        return Credit.objects.bulk_create(
            Credit(
                person_id=person.pk, division_id=VILLAGE, minutes=minutes, earned_on=TODAY,
                source_kind=Source.GROUP, source_id=next(_facts),
                starts_at=NINE + begins * MINUTE, ends_at=NINE + (begins + minutes) * MINUTE,
            )
            for person, begins, minutes in spans
        )  # fmt: skip


def test_many_in_one_statement_take_up_each_their_own_time():
    mei, bo = a_person("mei"), a_person("bo")

    # Sixty minutes before nine the day changes in UTC.
    at_once((mei, -90, 60), (bo, 0, 60), (mei, 0, 30), (mei, 30, 30))

    assert minutes_of(mei) == set(range(-90, -30)) | set(range(60))
    assert minutes_of(bo) == set(range(60))


@pytest.mark.parametrize(("begins", "minutes"), [(0, 60), (59, 2), (10, 5)])
def test_two_of_one_statement_do_not_share_time_either(begins, minutes):
    mei = a_person("mei")

    with pytest.raises(IntegrityError, match="hours at this time"), transaction.atomic():
        at_once((a_person("bo"), 0, 60), (mei, 0, 60), (mei, begins, minutes))

    assert minutes_of(mei) == set()


def test_one_that_overlaps_undoes_the_whole_statement():
    mei, bo = a_person("mei"), a_person("bo")
    give(mei, 0, 60)

    taken = pytest.raises(IntegrityError, match=f"person {mei.pk} has hours")
    with taken, transaction.atomic():
        at_once((bo, 0, 60), (mei, 30, 60))

    assert (minutes_of(bo), minutes_of(mei)) == (set(), set(range(60)))


def test_several_are_taken_back_in_one_statement():
    mei, bo = a_person("mei"), a_person("bo")
    first, second, third = give(mei, 0, 60), give(mei, 60, 60), give(bo, 0, 60)

    with scope.whole_city():
        Credit.objects.bulk_create(
            Credit(
                person=one.person, division_id=VILLAGE, minutes=-one.minutes, earned_on=TODAY,
                source_kind=Source.REVERSAL, source_id=one.pk,
            )
            for one in (first, third)
        )  # fmt: skip

    assert (minutes_of(mei), minutes_of(bo)) == (set(range(60, 120)), set())
    assert second.pk


@pytest.mark.django_db(transaction=True)
def test_of_two_rosters_at_once_that_share_people_one_is_credited():
    """In opposite orders, and nobody holds the people's locks: neither waits for ever."""
    people = [a_person(f"p{number}") for number in range(20)]
    everyone_is_connected = Barrier(4)

    def write(order):
        try:
            connection.ensure_connection()
            everyone_is_connected.wait(timeout=10)
            at_once(*((person, 0, 60) for person in people[::order]))
        except IntegrityError:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as clerks:
        won = list(clerks.map(write, (1, -1, 1, -1)))

    assert sum(won) == 1
    with scope.whole_city():
        assert Credit.objects.count() == len(people)


@pytest.mark.parametrize("table", ["hours_day", "hours_dayfilling"])
@pytest.mark.parametrize("verb", ["INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}"])
def test_the_program_only_reads_the_days(table, verb):
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        connection.cursor().execute(verb.format(table))


def test_nobody_sees_when_another_person_served():
    mei, bo = a_person("mei"), a_person("bo")
    give(mei, 0, 60)

    with scope.reading(person_id=bo.pk, spans=[(VILLAGE, VILLAGE + 1)]):
        assert not Day.objects.exists()
    with scope.reading(person_id=mei.pk, spans=[]):
        assert Day.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "verb",
    [
        "UPDATE hours_credit SET minutes = 1",
        "DELETE FROM hours_credit",
        "TRUNCATE hours_credit CASCADE",
    ],
)
def test_not_even_the_owner_changes_a_credit(verb):
    a_credit(a_person())

    with as_owner() as owner:
        owner.execute("SET session_replication_role = replica") if may_replicate(
            owner
        ) else None
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner.execute(verb)
    with scope.whole_city():
        assert Credit.objects.get().minutes == 120


def may_replicate(owner):
    """A superuser alone may ask triggers to rest; these do not."""
    row = owner.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return row[0]


@pytest.mark.django_db(transaction=True)
def test_what_lifts_the_guard_puts_it_back():
    mei = a_person()
    with as_owner() as owner:
        with owner.transaction(), guards.lifted(owner, ["hours_credit"]):
            owner.execute("TRUNCATE hours_credit CASCADE")
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner.execute("DELETE FROM hours_credit")
    give(mei, 0, 60)
    with pytest.raises(Refusal):
        give(mei, 0, 60)


def in_bulk(*spans, taken_back=()):
    """Credits as a bulk load or an earlier version left them: no trigger saw them."""
    with as_owner() as owner, owner.transaction(), guards.lifted(owner, ["hours_credit"]):
        for person, begins, minutes in spans:
            owner.execute(
                "INSERT INTO hours_credit (person_id, division_id, minutes, earned_on,"
                " source_kind, source_id, starts_at, ends_at) VALUES (%s, %s, %s, %s, 1, %s,"
                " %s, %s)",
                [person.pk, VILLAGE, minutes, TODAY, next(_facts),
                 NINE + begins * MINUTE, NINE + (begins + minutes) * MINUTE],
            )  # fmt: skip
        for number in taken_back:
            owner.execute(
                "INSERT INTO hours_credit (person_id, division_id, minutes, earned_on,"
                " source_kind, source_id, starts_at, ends_at) SELECT person_id, division_id,"
                " -minutes, earned_on, 2, id, starts_at, ends_at FROM hours_credit"
                " ORDER BY id OFFSET %s LIMIT 1",
                [number],
            )
        days.loaded_in_bulk(owner)


@pytest.mark.django_db(transaction=True)
def test_credits_that_came_in_bulk_are_filled_in_step_by_step(office):
    mei, bo = a_person("mei"), a_person("bo")
    in_bulk((mei, 0, 60), (mei, 60, 60), (bo, -90, 60), (bo, 0, 60), taken_back=[3])

    assert list(days.fill(batch=2)) == [3, 1, 0]
    assert days.filling().is_done

    assert minutes_of(mei) == set(range(120))
    assert minutes_of(bo) == set(range(-90, -30))
    with pytest.raises(Refusal):
        give(mei, 30, 10)
    assert give(bo, 0, 10)
    assert DayFilling.objects.get().clashes == 0


@pytest.mark.django_db(transaction=True)
def test_filling_goes_on_where_it_ended_and_counts_old_clashes(office):
    mei = a_person()
    in_bulk((mei, 0, 60), (mei, 30, 60), (mei, 200, 10), (mei, 205, 10))

    next(days.fill(batch=1))
    assert minutes_of(mei) == set(range(60))
    list(days.fill(batch=1))
    list(days.fill())

    assert minutes_of(mei) == set(range(90)) | set(range(200, 215))
    assert DayFilling.objects.get().clashes == 2


@pytest.mark.django_db(transaction=True)
def test_taking_back_one_of_two_that_clash_leaves_the_time_of_the_other(office):
    mei = a_person()
    in_bulk((mei, 0, 60), (mei, 30, 60))
    list(days.fill())
    with scope.whole_city():
        first = Credit.objects.order_by("pk").first()

    take_back(first, office)

    assert minutes_of(mei) == set(range(30, 90))


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_before_its_day_is_filled_stays_free(office):
    mei = a_person()
    in_bulk((mei, 0, 60), (mei, 100, 60))
    with scope.whole_city():
        first = Credit.objects.order_by("pk").first()

    take_back(first, office)
    give(mei, 0, 30)
    list(days.fill(batch=1))

    assert minutes_of(mei) == set(range(30)) | set(range(100, 160))
    assert DayFilling.objects.get().clashes == 0


def test_without_bulk_there_is_nothing_to_fill():
    assert list(days.fill()) == [0]
    assert days.filling() is None
