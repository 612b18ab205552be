"""Points against a small model: whatever the order, nothing appears and nothing is lost."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from xinfeng.base.refusal import Refusal
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE
from xinfeng.points import commands
from xinfeng.points.models import RefundReason, Reward

from .build import (
    a_merchant,
    a_reward,
    balance_of,
    balances_add_up,
    checked_in,
    counted,
    owed_by,
    redeem,
    taken_back,
)

pytestmark = pytest.mark.django_db
CAP = 100 * 60


class Points(RuleBasedStateMachine):
    """The model: minutes counted, what was spent, and how many pieces are where."""

    credits = Bundle("credits")
    redemptions = Bundle("redemptions")

    def __init__(self):
        super().__init__()
        number = Points.number = getattr(Points, "number", 0) + 1
        self.people = [a_person(f"m{number}-{n}") for n in range(2)]
        self.shop = a_merchant()
        self.reward = a_reward(self.shop, price=3, stock=4)
        self.minutes = dict.fromkeys((p.pk for p in self.people), 0)
        self.spent = dict.fromkeys((p.pk for p in self.people), 0)
        self.pieces = 4
        self.held = 0
        self.handed = set()

    @rule(target=credits, who=st.integers(0, 1), minutes=st.integers(1, 900))
    def serve(self, who, minutes):
        person = self.people[who]
        credit = checked_in(person, minutes)
        counts = min(minutes, CAP - self.minutes[person.pk])
        self.minutes[person.pk] += counts
        counted()
        return person, credit, counts

    @rule(what=consumes(credits))
    def reverse(self, what):
        person, credit, counts = what
        taken_back(credit)
        self.minutes[person.pk] -= counts
        counted()

    @rule(target=redemptions, who=st.integers(0, 1))
    def redeem(self, who):
        person = self.people[who]
        had = balance_of(person)
        if self.pieces == 0 or had < 3:
            with pytest.raises(Refusal) as refusal:
                redeem(self.reward, person)
            why = "out_of_stock" if self.pieces == 0 else "too_few_points"
            assert refusal.value.code == why
            return None
        redemption = redeem(self.reward, person)
        self.spent[person.pk] += 3
        self.pieces -= 1
        self.held += 1
        return person, redemption

    @rule(what=consumes(redemptions))
    def give_back(self, what):
        if what is None:
            return
        person, redemption = what
        commands.give_back(
            redemption_id=redemption.pk, reason=RefundReason.FAULTY,
            actor=self.shop.keeper, at=NINE,
        )  # fmt: skip
        self.spent[person.pk] -= 3
        self.pieces += 1
        self.held -= 1

    @rule(what=redemptions)
    def hand_out(self, what):
        if what is None:
            return
        _person, redemption = what
        given = {"merchant_id": self.shop.pk, "code": redemption.code, "at": NINE}
        if redemption.pk in self.handed:
            with pytest.raises(Refusal, match="已使用"):
                commands.hand_out(actor=self.shop.keeper, **given)
        else:
            commands.hand_out(actor=self.shop.keeper, **given)
        self.handed.add(redemption.pk)

    @rule(pieces=st.integers(1, 3))
    def restock(self, pieces):
        commands.restock(
            reward_id=self.reward.pk, pieces=pieces, actor=self.shop.keeper, at=NINE
        )
        self.pieces += pieces

    @rule()
    def count_again(self):
        assert commands.count_hours(beyond=0, at=NINE + timedelta(hours=1)) is None

    @invariant()
    def nothing_appears_or_is_lost(self):
        assert balances_add_up()

    @invariant()
    def every_point_is_of_minutes_counted(self):
        for person in self.people:
            points = self.minutes[person.pk] // 60
            # What is refunded while something is owed is not taken: only earnings pay.
            assert balance_of(person) - owed_by(person) == points - self.spent[person.pk]

    @invariant()
    def stock_and_redeemed_are_what_was_supplied(self):
        reward = Reward.objects.get(pk=self.reward.pk)
        assert (reward.stock, reward.supplied) == (self.pieces, self.pieces + self.held)


Points.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
class TestPoints(Points.TestCase):
    pass
