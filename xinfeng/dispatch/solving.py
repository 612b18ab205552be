"""From the open orders of a division to a plan: rows in, proposals and reasons out.

Reads only; what becomes of the plan is written by `commands.planning`. The same rows and the
same seed give the same plan.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q

from xinfeng.base import codes, pack, scope
from xinfeng.dispatch import matching
from xinfeng.dispatch.asking import Asked, ask, hopeless, reasons, stretch
from xinfeng.dispatch.explaining import Why
from xinfeng.dispatch.ground import Ground, Ints, ground
from xinfeng.dispatch.matching import Orders, Plan, Rules
from xinfeng.dispatch.matching import reasons as engine
from xinfeng.dispatch.models import Offer, OfferState, Order, OrderQuerySet, State
from xinfeng.dispatch.queries import crowd
from xinfeng.dispatch.queries.crowd import Crowd, Vocabulary
from xinfeng.dispatch.stretches import DAYS, PARTS, Horizon, numbers

_WHY = {
    engine.Why.NOBODY_ABLE: Why.NOBODY_ABLE,
    engine.Why.NOBODY_NEAR: Why.NOBODY_NEAR,
    engine.Why.NOBODY_FREE: Why.NOBODY_FREE,
    engine.Why.OTHERS_NEED_THEM: Why.OTHERS_NEED_THEM,
}


@dataclass(frozen=True)
class Proposal:
    """One person for one order at one time."""

    order_id: int
    attempt: int
    division_id: int
    person_id: int
    starts_at: datetime
    ends_at: datetime
    metres: int
    why: dict[str, Any]


@dataclass(frozen=True)
class Left:
    """An order for which too few are found, and why."""

    order_id: int
    attempt: int
    short: int
    why: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Solution:
    """What a plan comes to; costs are in metres, as the engine counts them."""

    orders: int
    volunteers: int
    proposals: list[Proposal]
    unserved: list[Left]
    cost: int
    bound: int
    greedy_cost: int


def waiting(division_id: int, at: datetime) -> list[Order]:
    """The orders for which somebody is still to be found, the oldest first.

    Those who have accepted, and those who are still asked, stay: only empty places are filled.
    """
    lo, hi = codes.span(division_id, codes.level_of(division_id))
    orders = _waiting(Order.objects.inside(lo, hi), at)
    # Thousands of orders share a few items; and only what the matching asks is read of each.
    wanted = orders.select_related("place", "shift", "contact").prefetch_related("item")
    return list(wanted.only(*_OF_ORDERS).order_by("pk"))


def waiting_ids(order_ids: Iterable[int], at: datetime) -> set[int]:
    """Which of these orders wait for somebody to be found."""
    orders = _waiting(Order.objects.filter(pk__in=list(order_ids)), at)
    return set(orders.order_by("pk").values_list("pk", flat=True))


def _waiting(orders: OrderQuerySet, at: datetime) -> OrderQuerySet:
    asked = Offer.objects.filter(state=OfferState.OFFERED, order=OuterRef("pk"))
    agreed = Q(state=State.SCHEDULED, shift__starts_at__gt=at)
    partly = (Q(state=State.DISPATCHED, accepted__gt=0) | agreed) & Q(accepted__lt=F("people"))
    return orders.filter(Q(state=State.TO_DISPATCH) | partly).exclude(Exists(asked))


def solve(division_id: int, seed: int, at: datetime) -> Solution:
    """The best plan for all orders of a division that wait."""
    horizon, city = Horizon(at), ground()
    rules = pack.load(settings.CITY_PACK).rules
    with scope.whole_city():
        asked = _asked(waiting(division_id, at), horizon, city)
    able = [one for one in asked if not hopeless(one)]
    words = Vocabulary.of(able)
    points = np.array([one.point for one in able], float).reshape(-1, 2)
    there = crowd.crowd(
        city.near_any(points, rules.order_reach_m), words, horizon, city,
        at_once=rules.orders_at_once,
    )  # fmt: skip
    there = _shuffled(there, seed)
    able = _one_stretch(able, there, city, rules.order_reach_m)
    made = matching.plan(
        _columns(able, points, words),
        there.volunteers,
        Rules(farthest_m=rules.order_reach_m),
        barred=_barred(able, there),
    )
    return Solution(
        orders=len(asked),
        volunteers=len(there.person),
        proposals=_proposals(able, points, there, made, horizon),
        unserved=[
            *_hopeless(asked, horizon, rules.order_reach_m),
            *_left(able, there, made, horizon, rules.order_reach_m, words),
        ],
        cost=made.cost,
        bound=made.bound,
        greedy_cost=made.greedy_cost,
    )


def _asked(orders: Sequence[Order], horizon: Horizon, city: Ground) -> list[Asked]:
    offers = Offer.objects.filter(order__in=[order.pk for order in orders])
    rows = offers.only(*_OF_OFFERS).order_by("order_id", "pk")
    of = {key: list(group) for key, group in groupby(rows, key=lambda offer: offer.order_id)}
    asked = [ask(order, of.get(order.pk, ()), horizon, city) for order in orders]
    return [one for one in asked if one.people > 0]


def _shuffled(there: Crowd, seed: int) -> Crowd:
    """Neighbours who cost the same take turns: the seed decides, not the age of an account."""
    line = np.random.default_rng(seed).permutation(len(there.person))
    columns = {name: getattr(there.volunteers, name)[line] for name in _COLUMNS}
    return Crowd(there.person[line], matching.Volunteers(**columns))


def _one_stretch(asked: Sequence[Asked], there: Crowd, city: Ground, reach: int) -> list[Asked]:
    """People who come together come at one time: when most of those who live near are free."""
    together = [one for one in asked if one.people > 1 and one.slots & (one.slots - 1)]
    if not together:
        return list(asked)
    free = _free_by_village(there, city)
    chosen = {}
    for one in together:
        near = free[city.tree.query_ball_point(one.point, reach)].sum(axis=0)
        best = max(numbers(one.slots), key=lambda number: (near[number], -number))
        chosen[one.order_id] = replace(one, slots=1 << best)
    return [chosen.get(one.order_id, one) for one in asked]


def _free_by_village(there: Crowd, city: Ground) -> Ints:
    """How many are free in each stretch, by village."""
    _away, village = city.tree.query(there.volunteers.position)
    free = np.zeros((len(city.codes), DAYS * PARTS), np.int64)
    for number in range(DAYS * PARTS):
        rows = (there.volunteers.free >> number) & 1 == 1
        free[:, number] = np.bincount(village[rows], minlength=len(city.codes))
    return free


def _columns(asked: Sequence[Asked], points: Any, words: Vocabulary) -> Orders:
    return Orders(
        position=points,
        needs=np.array([words.needs(one) for one in asked], np.int64),
        slots=np.array([one.slots for one in asked], np.int64),
        language=np.array([words.language(one) for one in asked], np.int64),
        people=np.array([one.people for one in asked], np.int64),
        # Ages are among the needs.
        is_risky=np.zeros(len(asked), bool),
        urgency=np.array([one.urgency for one in asked], np.int64),
    )


def _barred(asked: Sequence[Asked], there: Crowd) -> Ints:
    rows = [(n, int(row)) for n, one in enumerate(asked) for row in there.row(one.barred)]
    return np.array(rows, np.int64).reshape(-1, 2)


def _proposals(
    asked: Sequence[Asked], points: Any, there: Crowd, made: Plan, horizon: Horizon
) -> list[Proposal]:
    pairs, proposals = made.candidates, []
    for row in made.chosen.tolist():
        one, who, slot = (
            asked[pairs.order[row]],
            int(pairs.volunteer[row]),
            int(pairs.slot[row]),
        )
        starts_at, ends_at = stretch(one, horizon, slot)
        away = there.volunteers.position[who] - points[pairs.order[row]]
        metres = round(float(np.hypot(*away)))
        why = reasons(
            one, horizon, metres=metres, slot=slot, load=int(there.volunteers.load[who]),
            rating=int(there.volunteers.rating[who]) or None,
        )  # fmt: skip
        proposals.append(
            Proposal(
                one.order_id, one.attempt, one.division_id, int(there.person[who]),
                starts_at, ends_at, metres, why,
            )
        )  # fmt: skip
    return proposals


def _hopeless(asked: Sequence[Asked], horizon: Horizon, reach: int) -> list[Left]:
    return [
        Left(one.order_id, one.attempt, one.people, why, one.details(horizon, reach))
        for one in asked
        if (why := hopeless(one))
    ]


def _left(
    asked: Sequence[Asked],
    there: Crowd,
    made: Plan,
    horizon: Horizon,
    reach: int,
    words: Vocabulary,
) -> list[Left]:
    """Every order with an empty place, with the first condition that leaves nobody."""
    left = []
    for row in np.flatnonzero(made.short).tolist():
        one, short = asked[row], int(made.short[row])
        why = _WHY[engine.Why(int(made.why_short[row]))]
        details = one.details(horizon, reach)
        if why == Why.NOBODY_NEAR:
            details["nearest_m"] = int(made.nearest[row])
        if why == Why.NOBODY_FREE and (count := _asked_in_vain(one, there, words, reach)):
            why, details["asked"] = Why.ALL_ASKED, count
        if short < one.people:
            details |= {"found": one.people - short, "people": one.people}
        left.append(Left(one.order_id, one.attempt, short, why, details))
    return left


def _asked_in_vain(one: Asked, there: Crowd, words: Vocabulary, reach: int) -> int:
    """How many who would fit were asked before and cannot come."""
    if not one.asked_before or one.point is None:
        return 0
    rows, people = there.row(one.barred), there.volunteers
    needs, language = words.needs(one), words.language(one)
    fits = (people.can[rows] & needs == needs) & (people.free[rows] & one.slots != 0)
    if language:
        fits &= people.speaks[rows] & language != 0
    fits &= np.hypot(*(people.position[rows] - one.point).T) <= reach
    return int(fits.sum())


# What `asking.ask` looks at.
_OF_ORDERS = (
    "attempt", "state", "warned", "is_urgent", "division", "people", "language", "lat_e6",
    "lon_e6", "is_for_minor", "wished_from", "wished_until", "wished_parts", "requester",
    "placed_by", "item", "place__lat_e6", "place__lon_e6", "shift__starts_at",
    "contact__person",
)  # fmt: skip
_OF_OFFERS = ("order", "attempt", "state", "person", "starts_at", "offered_at")
_COLUMNS = ("position", "can", "free", "speaks", "is_adult", "room", "load", "rating")
