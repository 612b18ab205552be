"""Builders: checked-in time, a merchant and a reward in one line."""

from datetime import date, datetime
from itertools import count
from uuid import uuid4

from xinfeng.base import scope, short_code
from xinfeng.hours.models import Counter, Credit, Source
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, TODAY, VILLAGE, a_city
from xinfeng.points import commands
from xinfeng.points.models import Account, AccountKind, Debt, Merchant, Posting, Reward

_numbers = count(1)


def checked_in(
    person: Person, minutes: int = 120, *, on: date = TODAY, grade: str = "A", **more: object
) -> Credit:
    """Time witnessed by code, place and leader; two hours today unless the test says so."""
    usual = {
        "source_kind": Source.ATTENDANCE, "counter": Counter.SERVICE, "recorded_at": NINE,
    }  # fmt: skip
    with scope.whole_city():
        return Credit.objects.create(
            person=person, division_id=VILLAGE, minutes=minutes, earned_on=on, grade=grade,
            source_id=next(_numbers), **usual | more,
        )  # fmt: skip


def taken_back(credit: Credit) -> Credit:
    with scope.whole_city():
        return Credit.objects.create(
            person_id=credit.person_id, division_id=credit.division_id,
            minutes=-credit.minutes, earned_on=credit.earned_on, grade=credit.grade,
            source_kind=Source.REVERSAL, source_id=credit.pk, recorded_at=NINE,
        )  # fmt: skip


def counted(*, whole: bool = False, at: datetime = NINE) -> None:
    beyond = 0 if whole else None
    while (reached := commands.count_hours(beyond=beyond, at=at)) is not None:
        beyond = reached


def with_points(person: Person, points: int) -> Person:
    checked_in(person, points * 60)
    counted()
    return person


def a_merchant(keeper: Person | None = None, **more: object) -> Merchant:
    """茶山便民超市, approved."""
    number = next(_numbers)
    keeper = keeper or a_person(f"shop{number}", name="邹老板")
    fields = {"code": f"M{number:05d}", "name": "茶山便民超市", "address": "茶山街1号"} | more
    office = Person.objects.filter(username="approver").first()
    return Merchant.objects.create(
        division=a_city().village, state="APPROVED", keeper=keeper, proposed_at=NINE,
        decided_by=office or an_office(a_city().county, "approver"), decided_at=NINE, **fields,
    )  # fmt: skip


def a_reward(
    merchant: Merchant | None = None, *, price: int = 5, stock: int = 3, code: str = ""
) -> Reward:
    """A bottle of oil."""
    return Reward.objects.create(
        code=code or f"R{next(_numbers):05d}", merchant=merchant or a_merchant(),
        title="食用油一瓶", price_points=price, supplied=stock, stock=stock, offered_at=NINE,
    )  # fmt: skip


def redeem(reward: Reward, person: Person, *, at: datetime = NINE):
    return commands.redeem(
        reward_id=reward.pk, client_id=uuid4(), code=short_code.new(), actor=person, at=at
    )


def balance_of(person: Person) -> int:
    with scope.whole_city():
        account = Account.objects.filter(person=person).first()
        return account.balance if account else 0


def owed_by(person: Person) -> int:
    with scope.whole_city():
        return sum(debt.points - debt.paid for debt in Debt.objects.filter(person=person))


def balances_add_up() -> bool:
    """Every balance is the sum of its postings, and all of them together are zero."""
    with scope.whole_city():
        accounts = {account.pk: account.balance for account in Account.objects.all()}
        moved = dict.fromkeys(accounts, 0)
        for giver, taker, points in Posting.objects.values_list("giver", "taker", "points"):
            moved[giver] -= points
            moved[taker] += points
        lowest = min(
            (a.balance for a in Account.objects.exclude(kind=AccountKind.ISSUE)), default=0
        )
    return moved == accounts and sum(accounts.values()) == 0 and lowest >= 0
