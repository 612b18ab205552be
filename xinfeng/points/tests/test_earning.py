from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base import scope
from xinfeng.hours.models import Counter, Hold, Source
from xinfeng.hours.tests.build import a_hold
from xinfeng.journal.models import Entry
from xinfeng.people.models import Notice
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, TODAY
from xinfeng.points import commands
from xinfeng.points.commands import earning
from xinfeng.points.counting import Book, Owed, Rates, gain, lose
from xinfeng.points.models import Account, AccountKind, Earning, Posting

from .build import (
    a_reward,
    balance_of,
    balances_add_up,
    checked_in,
    counted,
    owed_by,
    redeem,
    taken_back,
    with_points,
)

pytestmark = pytest.mark.django_db
RATES = Rates(minutes_a_point=60, points_a_month=100)
NEW_YEAR = datetime(2023, 1, 1, 0, 5, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_an_hour_checked_in_is_a_point():
    mei = a_person()
    credit = checked_in(mei, 180)

    counted()

    assert balance_of(mei) == 3
    with scope.whole_city():
        posting = Posting.objects.get()
    assert (posting.kind, posting.credit_id, posting.points) == ("EARNED", credit.pk, 3)
    assert balances_add_up()


def test_each_credit_is_counted_once_however_often_the_job_runs():
    mei = a_person()
    checked_in(mei, 60)

    counted()
    counted()
    counted(whole=True)

    assert balance_of(mei) == 1
    assert Entry.objects.filter(verb="points.counted").count() == 1


def test_many_credits_are_counted_in_several_steps(monkeypatch):
    monkeypatch.setattr(earning, "AT_ONCE", 2)
    monkeypatch.setattr(earning, "LOOK_BACK", 3)
    mei = a_person()
    for _ in range(5):
        checked_in(mei, 60)

    counted()
    assert balance_of(mei) == 5
    checked_in(mei, 60)
    counted()

    assert balance_of(mei) == 6


def test_service_from_before_the_city_began_with_points_earns_nothing():
    mei = a_person()
    checked_in(mei, 60, on=date(2022, 6, 30), recorded_at=NINE - timedelta(days=17))

    counted(whole=True)

    assert balance_of(mei) == 0


def test_quarters_of_an_hour_are_kept_until_they_make_a_point():
    mei = a_person()
    for _ in range(4):
        checked_in(mei, 45)
        counted()

    assert balance_of(mei) == 3


@pytest.mark.parametrize(
    "credit",
    [
        {"grade": "C"},
        {"grade": ""},
        {"source_kind": Source.MANUAL},
        {"source_kind": Source.GROUP},
        {"source_kind": Source.HISTORICAL},
        {"counter": Counter.TRAINING},
        {"on": date(2021, 12, 31), "recorded_at": None},
        {"on": date(2021, 12, 30), "recorded_at": NINE - timedelta(days=200)},
    ],
)
def test_time_entered_by_hand_training_and_past_years_earn_nothing(credit):
    mei = a_person()
    checked_in(mei, 120, **credit)

    counted()

    assert balance_of(mei) == 0


def test_service_of_last_year_that_is_credited_this_year_counts():
    mei = a_person()
    checked_in(mei, 120, on=date(2021, 12, 30))

    counted()

    assert balance_of(mei) == 2


def test_held_time_earns_after_it_was_released():
    mei = a_person()
    credit = checked_in(mei, 120)
    hold = a_hold(credit)
    counted()
    assert balance_of(mei) == 0

    with scope.whole_city():
        Hold.objects.filter(pk=hold.pk).update(is_soft=True)
    counted(whole=True)

    assert balance_of(mei) == 2


def test_a_month_has_its_cap():
    mei = a_person()
    checked_in(mei, 99 * 60)
    checked_in(mei, 3 * 60)
    checked_in(mei, 60, on=TODAY - timedelta(days=31))

    counted()

    assert balance_of(mei) == 101


def test_a_reversal_takes_its_points_back():
    mei = a_person()
    credit = checked_in(mei, 150)
    checked_in(mei, 30)
    counted()
    assert balance_of(mei) == 3

    taken_back(credit)
    counted()

    assert (balance_of(mei), owed_by(mei)) == (0, 0)
    assert balances_add_up()


def test_a_credit_reversed_before_it_was_counted_is_not_counted():
    mei = a_person()
    taken_back(checked_in(mei, 150))

    counted()

    with scope.whole_city():
        assert not Earning.objects.exists()


def test_what_a_reversal_does_not_find_is_owed_and_taken_first_from_later_earnings():
    mei = a_person()
    credit = checked_in(mei, 6 * 60)
    counted()
    redeem(a_reward(price=5), mei)

    taken_back(credit)
    counted()
    assert (balance_of(mei), owed_by(mei)) == (0, 5)
    checked_in(mei, 3 * 60)
    counted()
    assert (balance_of(mei), owed_by(mei)) == (0, 2)
    checked_in(mei, 3 * 60)
    counted()

    assert (balance_of(mei), owed_by(mei)) == (1, 0)
    assert balances_add_up()


def test_a_capped_credit_gives_back_only_what_it_had_counted():
    mei = a_person()
    checked_in(mei, 99 * 60)
    credit = checked_in(mei, 3 * 60)
    counted()

    taken_back(credit)
    counted()

    assert (balance_of(mei), owed_by(mei)) == (99, 0)


def test_points_expire_with_the_year():
    mei = with_points(a_person(), 7)

    commands.expire(at=NEW_YEAR)
    commands.expire(at=NEW_YEAR + timedelta(days=1))

    assert balance_of(mei) == 0
    with scope.whole_city():
        pot = Account.objects.get(kind=AccountKind.EXPIRY)
        expired = Posting.objects.get(kind="EXPIRED")
    assert (pot.balance, expired.posted_on) == (7, date(2022, 12, 31))
    assert Entry.objects.filter(verb="points.expired").count() == 1
    assert balances_add_up()


def test_points_of_the_new_year_do_not_expire_with_the_old():
    mei = with_points(a_person(), 7)
    checked_in(mei, 120, on=date(2023, 1, 1))

    counted(at=NEW_YEAR)
    commands.expire(at=NEW_YEAR)

    assert balance_of(mei) == 2


def test_nobody_is_told_of_expiry_before_december_and_everybody_once_in_it():
    mei = with_points(a_person(), 7)
    december = datetime(2022, 12, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))

    assert commands.tell_of_expiry(at=NINE) == 0
    assert commands.tell_of_expiry(at=december) == 1
    assert commands.tell_of_expiry(at=december) == 0

    with scope.whole_city():
        notice = Notice.objects.get()
    assert (notice.person_id, notice.kind) == (mei.pk, "points.expire_soon")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"points": 0}, "posting_moves_points"),
        ({"taker": "giver"}, "posting_has_two_sides"),
        ({"credit_id": None}, "posting_stands_on_something"),
    ],
)
def test_the_database_refuses_a_contradictory_posting(change, constraint):
    mei = with_points(a_person(), 2)
    with scope.whole_city():
        posting = Posting.objects.get()
    fields = {
        "kind": "OWED", "giver_id": posting.taker_id, "taker_id": posting.giver_id,
        "points": 1, "person": mei, "division_id": posting.division_id, "posted_at": NINE,
        "posted_on": TODAY, "credit_id": posting.credit_id,
    }  # fmt: skip
    if change.get("taker") == "giver":
        change = {"taker_id": fields["giver_id"]}

    with pytest.raises(IntegrityError, match=constraint), scope.whole_city():
        Posting.objects.create(**fields | change)


def test_the_database_lets_nobody_have_less_than_no_points():
    mei = with_points(a_person(), 2)
    with scope.whole_city():
        posting = Posting.objects.get()

    with pytest.raises(IntegrityError, match="nobody_has_less"), scope.whole_city():
        Posting.objects.create(
            kind="OWED", giver_id=posting.taker_id, taker_id=posting.giver_id, points=3,
            person=mei, division_id=posting.division_id, posted_at=NINE, posted_on=TODAY,
            credit_id=posting.credit_id,
        )  # fmt: skip

    assert balances_add_up()


def test_nothing_is_posted_where_an_account_cannot_be_seen():
    mei = with_points(a_person(), 2)
    with scope.whole_city():
        posting = Posting.objects.get()

    with (
        pytest.raises(DatabaseError, match="cannot be seen"),
        transaction.atomic(),
        scope.reading(person_id=mei.pk, spans=[]),
    ):
        Posting.objects.create(
            kind="OWED", giver_id=posting.taker_id, taker_id=posting.giver_id, points=1,
            person=mei, division_id=posting.division_id, posted_at=NINE, posted_on=TODAY,
            credit_id=posting.credit_id,
        )  # fmt: skip


minutes = st.integers(1, 600)


@given(st.lists(st.tuples(st.sampled_from(["gain", "lose", "spend"]), minutes), max_size=40))
def test_points_are_all_minutes_counted_whatever_comes_and_goes(steps):
    book, open_credits, net, spent = Book(0, 0), [], 0, 0
    gained = missing = paid = 0
    for what, number in steps:
        if what == "gain":
            step = gain(book, number, TODAY, RATES)
            open_credits.append(step.minutes)
            gained += step.points
            paid += sum(points for _, points in step.paid)
        elif what == "lose" and open_credits:
            step = lose(book, open_credits.pop(), TODAY, RATES)
            gained += step.points
            missing += step.missing
            if step.missing:
                book.owed.append(Owed(len(book.owed), step.missing))
        else:
            spent += (part := min(book.balance, number % 7))
            book.balance -= part
        net = sum(open_credits)

        assert gained * 60 + book.spare_minutes == net
        assert 0 <= book.spare_minutes < 60
        assert book.balance >= 0
        assert book.balance + spent - missing + paid == gained
        assert sum(owed.points for owed in book.owed) == missing - paid
        assert book.months.get((2022, 7), 0) == net <= 100 * 60
