"""The one door: from open orders and willing volunteers to a plan with its proof."""

import numpy as np

from . import flow, greedy
from .candidates import candidates
from .flow import Network
from .problem import Ints, Orders, Plan, Rules, Volunteers
from .reasons import why_short


def plan(
    orders: Orders,
    volunteers: Volunteers,
    rules: Rules | None = None,
    *,
    barred: Ints | None = None,
) -> Plan:
    """The cheapest plan over each order's candidates; deterministic.

    An order for several people names one stretch of time, since they come together. `barred`
    (k, 2) are pairs that never are, like somebody with an order of their own.
    """
    rules = rules or Rules()
    together = (orders.people > 1) & (orders.slots & (orders.slots - 1) != 0)
    assert not together.any(), "an order for several people names one stretch of time"
    pairs = candidates(orders, volunteers, rules, barred)
    net = Network(
        order=pairs.order,
        volunteer=pairs.volunteer,
        slot=pairs.slot,
        cost=pairs.cost,
        people=orders.people,
        unserved=rules.unserved_m + orders.urgency,
        room=volunteers.room,
        further=rules.load_m,
    )
    chosen = flow.solve(net)
    short = orders.people - np.bincount(pairs.order[chosen], minlength=len(orders))
    why, nearest = why_short(orders, volunteers, rules, pairs, short)
    return Plan(
        candidates=pairs,
        chosen=chosen,
        cost=flow.cost_of(net, chosen),
        bound=flow.bound(net, chosen, pairs.outside),
        greedy_cost=flow.cost_of(net, greedy.solve(net)),
        short=short,
        why_short=why,
        nearest=nearest,
    )
