"""A plan is the cheapest there is, keeps every condition, and says why an order is unserved."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from xinfeng.dispatch.matching import Orders, Rules, Volunteers, flow, greedy, plan
from xinfeng.dispatch.matching.flow import Network
from xinfeng.dispatch.matching.reasons import Why

FAR = 10**9
MORNING, EVENING = 1, 2
DRIVES, COOKS = 1, 2


def some_orders(count, *, seed=0, side=20_000):
    chance = np.random.default_rng(seed)
    slots = (1 << chance.integers(0, 6, count)) | (1 << chance.integers(0, 6, count))
    people = np.where(chance.random(count) < 0.2, 2, 1)
    return Orders(
        position=chance.uniform(0, side, (count, 2)),
        needs=np.where(chance.random(count) < 0.5, 0, 1 << chance.integers(0, 3, count)),
        slots=np.where(people > 1, slots & -slots, slots),
        language=np.where(chance.random(count) < 0.2, 2, 0),
        people=people,
        is_risky=chance.random(count) < 0.2,
        urgency=chance.integers(0, 3, count) * 1000,
    )


def some_volunteers(count, *, seed=1, side=20_000):
    chance = np.random.default_rng(seed)
    return Volunteers(
        position=chance.uniform(0, side, (count, 2)),
        can=chance.integers(0, 8, count),
        free=chance.integers(0, 64, count),
        speaks=chance.integers(1, 4, count),
        is_adult=chance.random(count) < 0.8,
        room=chance.integers(0, 3, count),
        load=chance.integers(0, 4, count),
        rating=chance.choice([0, 300, 400, 500], count),
    )


def one_order(**more):
    fields = {
        "position": np.zeros((1, 2)), "needs": np.array([0]), "slots": np.array([MORNING]),
        "language": np.array([0]), "people": np.array([1]), "is_risky": np.array([False]),
        "urgency": np.array([0]),
    }  # fmt: skip
    return Orders(**fields | {name: np.array([value]) for name, value in more.items()})


def one_volunteer(**more):
    fields = {
        "position": np.array([[100.0, 0.0]]), "can": np.array([DRIVES]),
        "free": np.array([MORNING]), "speaks": np.array([1]), "is_adult": np.array([True]),
        "room": np.array([1]), "load": np.array([0]), "rating": np.array([500]),
    }  # fmt: skip
    return Volunteers(**fields | {name: np.array([value]) for name, value in more.items()})


@pytest.mark.parametrize("size", [100, 300, 800])
@pytest.mark.parametrize("kind", ["random", "product"])
def test_an_assignment_is_as_cheap_as_the_one_scipy_finds(size, kind):
    line = np.arange(1, size + 1)
    table = {
        "random": np.random.default_rng(size).integers(0, 1000, (size, size)),
        "product": np.multiply.outer(line, line),
    }[kind]
    every = np.arange(size)
    net = Network(
        order=np.repeat(every, size),
        volunteer=np.tile(every, size),
        slot=np.zeros(size * size, np.int64),
        cost=table.ravel(),
        people=np.ones(size, np.int64),
        unserved=np.full(size, FAR),
        room=np.ones(size, np.int64),
        further=0,
    )

    chosen = flow.solve(net)

    assert flow.cost_of(net, chosen) == table[linear_sum_assignment(table)].sum()


@settings(max_examples=40, deadline=None)
@given(
    orders=st.integers(0, 60), volunteers=st.integers(0, 60), seed=st.integers(0, 10**6),
    narrow=st.integers(1, 6),
)  # fmt: skip
def test_a_plan_keeps_every_condition_and_proves_itself(orders, volunteers, seed, narrow):
    asked = some_orders(orders, seed=seed)
    there = some_volunteers(volunteers, seed=seed + 1)
    rules = Rules(candidates=narrow)

    made = plan(asked, there, rules)

    pairs, chosen = made.candidates, made.chosen
    order, who = pairs.order[chosen], pairs.volunteer[chosen]
    assert ((there.can[who] & asked.needs[order]) == asked.needs[order]).all()
    assert (there.is_adult[who] | ~asked.is_risky[order]).all()
    bit = 1 << pairs.slot[chosen]
    assert (there.free[who] & asked.slots[order] & bit).all()
    assert (np.bincount(who, minlength=volunteers) <= there.room).all()
    assert len({*zip(who.tolist(), pairs.slot[chosen].tolist(), strict=True)}) == len(who)
    assert len({*zip(order.tolist(), who.tolist(), strict=True)}) == len(who)
    metres = np.hypot(*(asked.position[order] - there.position[who]).T)
    assert (metres <= rules.farthest_m).all()
    assert made.bound <= made.cost <= made.greedy_cost
    assert ((made.why_short == Why.SERVED) == (made.short == 0)).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_over_all_pairs_the_bound_is_the_cost_itself(seed):
    asked, there = some_orders(30, seed=seed), some_volunteers(25, seed=seed + 1)

    made = plan(asked, there, Rules(candidates=25))

    assert made.bound == made.cost


def test_the_bound_holds_against_more_candidates():
    asked, there = some_orders(80, seed=5), some_volunteers(60, seed=6)

    narrow = plan(asked, there, Rules(candidates=2))
    wide = plan(asked, there, Rules(candidates=60))

    assert narrow.bound <= wide.cost <= narrow.cost


def test_the_same_numbers_give_the_same_plan():
    asked, there = some_orders(200), some_volunteers(150)

    first, second = plan(asked, there), plan(asked, there)

    assert (first.chosen == second.chosen).all()


def test_a_minor_is_never_proposed_for_what_is_risky():
    made = plan(one_order(is_risky=True), one_volunteer(is_adult=False))

    assert not len(made.chosen)
    assert made.why_short[0] == Why.NOBODY_ABLE


@pytest.mark.parametrize(
    ("order", "volunteer", "why"),
    [
        ({"needs": COOKS}, {}, Why.NOBODY_ABLE),
        ({"language": 2}, {}, Why.NOBODY_ABLE),
        ({"position": [9000.0, 0.0]}, {}, Why.NOBODY_NEAR),
        ({"slots": EVENING}, {}, Why.NOBODY_FREE),
        ({}, {}, Why.SERVED),
    ],
)
def test_an_order_says_what_leaves_nobody(order, volunteer, why):
    made = plan(one_order(**order), one_volunteer(**volunteer))

    assert made.why_short[0] == why


def test_the_urgent_one_is_served_when_only_one_can_be():
    two = Orders(
        position=np.array([[0.0, 0.0], [90.0, 0.0]]), needs=np.array([0, 0]),
        slots=np.array([1, 1]), language=np.array([0, 0]), people=np.array([1, 1]),
        is_risky=np.array([False, False]), urgency=np.array([500, 0]),
    )  # fmt: skip

    made = plan(two, one_volunteer())

    assert made.short.tolist() == [0, 1]
    assert made.why_short[1] == Why.OTHERS_NEED_THEM


def test_a_clerk_by_hand_would_do_worse():
    asked, there = some_orders(120, seed=3), some_volunteers(60, seed=4)

    made = plan(asked, there)

    assert made.greedy_cost > made.cost


def test_somebody_free_is_found_behind_a_crowd_that_is_not():
    crowd = 900
    there = Volunteers(
        position=np.column_stack([np.arange(crowd, dtype=float), np.zeros(crowd)]),
        can=np.zeros(crowd, np.int64),
        free=np.where(np.arange(crowd) == crowd - 1, MORNING, EVENING),
        speaks=np.ones(crowd, np.int64), is_adult=np.ones(crowd, bool),
        room=np.ones(crowd, np.int64), load=np.zeros(crowd, np.int64),
        rating=np.full(crowd, 500),
    )  # fmt: skip

    made = plan(one_order(), there)

    assert made.candidates.volunteer[made.chosen].tolist() == [crowd - 1]
    assert made.bound == made.cost


def test_a_pair_that_never_is_leaves_the_order_to_others():
    two = Volunteers(**{
        name: np.repeat(getattr(one_volunteer(), name), 2, axis=0)
        for name in Volunteers.__dataclass_fields__
    })  # fmt: skip

    made = plan(one_order(), two, barred=np.array([[0, 0]]))
    alone = plan(one_order(), one_volunteer(), barred=np.array([[0, 0]]))

    assert made.candidates.volunteer[made.chosen].tolist() == [1]
    assert alone.why_short[0] == Why.NOBODY_FREE


def test_whoever_is_too_far_is_told_how_far():
    made = plan(one_order(position=[9100.0, 0.0]), one_volunteer())

    assert made.nearest.tolist() == [9000]


def test_no_pairs_are_a_plan_too():
    empty = np.zeros(0, np.int64)
    net = Network(empty, empty, empty, empty, np.ones(2, np.int64), np.full(2, 7), empty, 1)

    assert flow.cost_of(net, flow.solve(net)) == 14
    assert not len(greedy.solve(net))
