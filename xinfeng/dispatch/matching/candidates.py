"""The nearest volunteers who may serve an order: abilities, age, language, time, distance."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from .problem import Candidates, Flags, Floats, Ints, Orders, Rules, Volunteers

# Of the nearest who are able, so many are asked whether they are free at the time.
_WIDER = 4
# Where none of them is, so many times more; and this many pairs are in memory at once.
_DEEPER = 8
_AT_ONCE = 4_000_000
_UNRATED = 400
_BEST = 500
# Dearer than any pair or any unserved order.
NOWHERE = 2**40


def candidates(
    orders: Orders, volunteers: Volunteers, rules: Rules, barred: Ints | None = None
) -> Candidates:
    """At most `rules.candidates` pairs an order, the cheapest ones among the nearest.

    `barred` (k, 2): rows of orders and volunteers that never become a pair.
    """
    never = _keys(barred, len(volunteers))
    parts = [
        part
        for wanted, able in groups(orders, volunteers)
        for part in _of_group(orders, volunteers, rules, wanted, able, never)
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
    width = int(bits.max(initial=0)).bit_length()
    row, number = np.nonzero((bits[:, None] >> np.arange(width)) & 1)
    return row, number


def _keys(barred: Ints | None, volunteers: int) -> Ints:
    """One number for each pair that never is."""
    if barred is None or not len(barred):
        return _none()
    return np.unique(barred[:, 0] * volunteers + barred[:, 1])


Columns = tuple[Ints, Ints, Ints, Ints]
Part = tuple[Ints, Ints, Columns]


def _of_group(
    orders: Orders, volunteers: Volunteers, rules: Rules, wanted: Ints, rows: Ints, never: Ints
) -> Iterator[Part]:
    """Orders, the least that a pair outside would cost, and the pairs.

    Where none of the nearest is free, more are looked at: "nobody is free" is said of all.
    """
    if not len(rows):
        far = np.full(len(wanted), rules.unserved_m, np.int64)
        yield wanted, far, (_none(), _none(), _none(), _none())
        return
    tree = cKDTree(volunteers.position[rows], balanced_tree=False, compact_nodes=False)
    near = min(len(rows), _WIDER * rules.candidates)
    while len(wanted):
        deeper = []
        for some in np.array_split(wanted, 1 + len(wanted) * near // _AT_ONCE):
            metres, index = tree.query(orders.position[some], k=near, workers=-1)
            metres, index = metres.reshape(len(some), near), index.reshape(len(some), near)
            seen = _Seen(some, rows[index], metres, everybody=near == len(rows))
            possible = seen.possible(orders, volunteers, rules, never)
            again = ~possible.any(axis=1) & seen.may_be_more(rules)
            deeper.append(some[again])
            yield seen.of(~again).part(orders, volunteers, rules, possible[~again])
        wanted, near = np.concatenate(deeper), min(len(rows), _DEEPER * near)


@dataclass(frozen=True)
class _Seen:
    """Some orders and, row by row, the persons looked at for each, the nearest first."""

    wanted: Ints
    person: Ints
    metres: Floats
    everybody: bool

    def of(self, rows: Flags) -> "_Seen":
        return _Seen(self.wanted[rows], self.person[rows], self.metres[rows], self.everybody)

    def common(self, orders: Orders, volunteers: Volunteers) -> Ints:
        return np.asarray(volunteers.free[self.person] & orders.slots[self.wanted][:, None])

    def possible(
        self, orders: Orders, volunteers: Volunteers, rules: Rules, never: Ints
    ) -> Flags:
        near = self.metres <= rules.farthest_m
        free = (self.common(orders, volunteers) != 0) & near
        if len(never):
            free &= ~np.isin(self.wanted[:, None] * len(volunteers) + self.person, never)
        return np.asarray(free)

    def may_be_more(self, rules: Rules) -> Flags:
        """Whether somebody near enough was not looked at."""
        return np.asarray((self.metres[:, -1] <= rules.farthest_m) & (not self.everybody))

    def part(
        self, orders: Orders, volunteers: Volunteers, rules: Rules, possible: Flags
    ) -> Part:
        cost = np.where(
            possible,
            np.rint(self.metres).astype(np.int64)
            + cost_of_person(volunteers, rules)[self.person],
            rules.unserved_m,
        )
        kept = _cheapest(cost, rules.candidates)
        least = _least_outside(cost, kept, self.metres, self.everybody, rules)
        mask = np.zeros_like(possible)
        np.put_along_axis(mask, kept, True, axis=1)
        row, column = np.nonzero(mask & possible)
        pair, slot = each_bit(self.common(orders, volunteers)[row, column])
        row, column = row[pair], column[pair]
        columns = self.wanted[row], self.person[row, column], slot, cost[row, column]
        return self.wanted, least, columns


def _cheapest(cost: Ints, most: int) -> Ints:
    if cost.shape[1] <= most:
        return np.broadcast_to(np.arange(cost.shape[1]), cost.shape)
    return np.asarray(np.argpartition(cost, most - 1, axis=1)[:, :most])


def _least_outside(
    cost: Ints, kept: Ints, metres: Floats, everybody: bool, rules: Rules
) -> Ints:
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
