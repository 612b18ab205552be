"""The nearest volunteers who may serve an order: abilities, age, language, time, distance."""

from collections.abc import Iterator

import numpy as np
from scipy.spatial import cKDTree

from .problem import Candidates, Flags, Ints, Orders, Rules, Volunteers

# Of the nearest who are able, so many are asked whether they are free at the time.
_WIDER = 4
_UNRATED = 400
_BEST = 500
# Dearer than any pair or any unserved order.
NOWHERE = 2**40
# Stretches of time in a week: seven days, each with morning, afternoon and evening.
SLOTS = 21


def candidates(orders: Orders, volunteers: Volunteers, rules: Rules) -> Candidates:
    """At most `rules.candidates` pairs an order, the cheapest ones among the nearest."""
    parts = [
        _of_group(orders, volunteers, rules, wanted, able)
        for wanted, able in groups(orders, volunteers)
    ]
    outside = np.full(len(orders), rules.unserved_m, np.int64)
    for wanted, least, *_pairs in parts:
        outside[wanted] = least
    # What would cost as much as being unserved is no pair at all.
    outside[outside >= rules.unserved_m] = NOWHERE
    columns = [np.concatenate([part[2][k] for part in parts] or [_none()]) for k in range(4)]
    order, volunteer, slot, cost = columns
    line = np.lexsort((slot, volunteer, cost, order))
    return Candidates(order[line], volunteer[line], slot[line], cost[line], outside)


def groups(orders: Orders, volunteers: Volunteers) -> Iterator[tuple[Ints, Ints]]:
    """Orders that ask the same of a person, with the rows of the volunteers who have it."""
    if not len(orders):
        return
    asked = np.stack([orders.needs, orders.language, orders.is_risky.astype(np.int64)], axis=1)
    kinds, of = np.unique(asked, axis=0, return_inverse=True)
    line = np.argsort(of.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(of.ravel(), minlength=len(kinds)))
    for (needs, language, risky), wanted in zip(kinds, np.split(line, ends[:-1]), strict=True):
        yield wanted, np.flatnonzero(able(volunteers, needs, language, risky=bool(risky)))


def able(volunteers: Volunteers, needs: int, language: int, *, risky: bool) -> Flags:
    """Who has all the abilities, one of the languages, and is grown up where it is risky."""
    has = (volunteers.can & needs) == needs
    if language:
        has &= (volunteers.speaks & language) != 0
    if risky:
        has &= volunteers.is_adult
    return np.asarray(has & (volunteers.room > 0))


def cost_of_person(volunteers: Volunteers, rules: Rules) -> Ints:
    """What a person costs beside the way: a heavy load lately, a rating below the best."""
    rating = np.where(volunteers.rating > 0, volunteers.rating, _UNRATED)
    return np.asarray(rules.load_m * volunteers.load + rules.rating_m * (_BEST - rating))


def each_bit(bits: Ints) -> tuple[Ints, Ints]:
    """Row and number of every bit that is set, row by row."""
    row, number = np.nonzero((bits[:, None] >> np.arange(SLOTS)) & 1)
    return row, number


def _of_group(
    orders: Orders, volunteers: Volunteers, rules: Rules, wanted: Ints, rows: Ints
) -> tuple[Ints, Ints, tuple[Ints, Ints, Ints, Ints]]:
    """Orders, the least that a pair outside would cost, and the pairs."""
    if not len(rows):
        far = np.full(len(wanted), rules.unserved_m, np.int64)
        return wanted, far, (_none(), _none(), _none(), _none())
    near = min(len(rows), _WIDER * rules.candidates)
    tree = cKDTree(volunteers.position[rows], balanced_tree=False, compact_nodes=False)
    metres, index = tree.query(orders.position[wanted], k=near, workers=-1)
    metres, index = metres.reshape(len(wanted), near), index.reshape(len(wanted), near)
    person = rows[index]
    common = volunteers.free[person] & orders.slots[wanted][:, None]
    possible = (common != 0) & (metres <= rules.farthest_m)
    cost = np.where(
        possible,
        np.rint(metres).astype(np.int64) + cost_of_person(volunteers, rules)[person],
        rules.unserved_m,
    )
    kept = _cheapest(cost, rules.candidates)
    least = _least_outside(cost, kept, metres, near == len(rows), rules)
    mask = np.zeros_like(possible)
    np.put_along_axis(mask, kept, True, axis=1)
    row, column = np.nonzero(mask & possible)
    pair, slot = each_bit(common[row, column])
    row, column = row[pair], column[pair]
    return wanted, least, (wanted[row], person[row, column], slot, cost[row, column])


def _cheapest(cost: Ints, most: int) -> Ints:
    if cost.shape[1] <= most:
        return np.broadcast_to(np.arange(cost.shape[1]), cost.shape)
    return np.asarray(np.argpartition(cost, most - 1, axis=1)[:, :most])


def _least_outside(cost: Ints, kept: Ints, metres: Ints, everybody: bool, rules: Rules) -> Ints:
    """Either one looked at and left out, or one farther away than all who were looked at."""
    left = cost.copy()
    np.put_along_axis(left, kept, rules.unserved_m, axis=1)
    least = left.min(axis=1)
    if everybody:
        return np.asarray(least)
    farther = np.floor(metres[:, -1]).astype(np.int64)
    farther = np.where(farther > rules.farthest_m, rules.unserved_m, farther)
    return np.asarray(np.minimum(least, farther))


def _none() -> Ints:
    return np.zeros(0, np.int64)
