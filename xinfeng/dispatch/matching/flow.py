"""The cheapest choice of pairs, exactly, as a flow; and prices that prove it is the cheapest.

Each order sends as many units as it needs people, over its pairs, to a volunteer at one time
(one unit), on to the volunteer (one more unit costs more each time), or to being unserved.
"""

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from .problem import Ints

ROUNDS = 400


@dataclass(frozen=True)
class Network:
    """Pairs and capacities. Pairs (p,): order, volunteer, slot, cost ≥ 0 in whole numbers.

    `people` and `unserved` (n,): units an order sends, and what each costs when it goes
    nowhere. `room` (m,): units a volunteer takes; the k-th one (from 0) costs k × `further`.
    """

    order: Ints
    volunteer: Ints
    slot: Ints
    cost: Ints
    people: Ints
    unserved: Ints
    room: Ints
    further: int

    def booths(self) -> tuple[Ints, Ints]:
        """Volunteer-at-a-time nodes: the volunteer of each, and the node of every pair."""
        key = self.volunteer * 64 + self.slot
        known, node = np.unique(key, return_inverse=True)
        return known // 64, node


class NoPlan(RuntimeError):
    """The solver gave up: a mistake in the numbers handed to it, never of the people."""


def solve(net: Network) -> Ints:
    """Rows of the pairs that make the cheapest plan; the same for the same numbers."""
    if not len(net.order):
        return np.zeros(0, np.int64)
    person, node = net.booths()
    orders, booths, persons = len(net.people), len(person), len(net.room)
    sink = orders + booths + persons
    columns: tuple[list[Ints], ...] = ([], [], [], [])

    def arcs(tail: Ints, head: Ints, capacity: Ints, cost: Ints) -> None:
        for column, values in zip(columns, (tail, head, capacity, cost), strict=True):
            column.append(np.broadcast_to(values, np.shape(tail)))

    one = np.ones(1, np.int64)
    arcs(net.order, orders + node, one, net.cost)
    arcs(orders + np.arange(booths), orders + booths + person, one, 0 * one)
    for unit in range(int(net.room.max(initial=0))):
        rows = np.flatnonzero(net.room > unit)
        arcs(orders + booths + rows, np.full(len(rows), sink), one, unit * net.further * one)
    every = np.arange(orders)
    arcs(every, np.full(orders, sink), net.people, net.unserved)
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(*map(np.concatenate, columns))
    flow.set_nodes_supplies(every, net.people)
    flow.set_node_supply(sink, -int(net.people.sum()))
    if (said := flow.solve()) != flow.OPTIMAL:
        raise NoPlan(f"the flow has no optimum: {said}")
    taken = flow.flows(np.arange(len(net.order), dtype=np.int32))
    return np.flatnonzero(taken)


def cost_of(net: Network, chosen: Ints) -> int:
    """What a choice of pairs costs, with the unserved and the heavier loads."""
    served = np.bincount(net.order[chosen], minlength=len(net.people))
    load = np.bincount(net.volunteer[chosen], minlength=len(net.room))
    heavier = net.further * (load * (load - 1) // 2).sum()
    return int(net.cost[chosen].sum() + ((net.people - served) * net.unserved).sum() + heavier)


def bound(net: Network, chosen: Ints, outside: Ints) -> int:
    """No plan costs less, over these pairs and over all others that cost `outside` or more.

    Weak duality: any prices give such a bound. They are raised from nothing until no pair
    that was left would have been better; then the bound is the plan's own cost, and only what
    the pairs outside might save is taken off.
    """
    person, node = net.booths()
    worth, at_time, of_person = _prices(net, chosen, person, node)
    worth = np.minimum(worth, outside)
    price = (at_time + of_person[person])[node]
    saved = np.maximum(worth[net.order] - net.cost - price, 0).sum()
    rooms = sum(
        np.maximum(of_person - unit * net.further, 0)[net.room > unit].sum()
        for unit in range(int(net.room.max(initial=0)))
    )
    return int((net.people * worth).sum() - at_time.sum() - rooms - saved)


def _prices(net: Network, chosen: Ints, person: Ints, node: Ints) -> tuple[Ints, Ints, Ints]:
    """What an order is worth, what each time of a volunteer costs, and the volunteer."""
    load = np.bincount(net.volunteer[chosen], minlength=len(net.room))
    is_taken = np.zeros(len(person), bool)
    is_taken[node[chosen]] = True
    full = np.where(load < net.room, net.further * load, np.iinfo(np.int64).max // 4)
    of_person = net.further * np.maximum(load - 1, 0)
    price = of_person[person]
    others = np.ones(len(net.order), bool)
    others[chosen] = False
    rest = np.flatnonzero(others)
    is_short = np.bincount(net.order[chosen], minlength=len(net.people)) < net.people
    worth = np.where(is_short, net.unserved, 0)
    for _round in range(ROUNDS):
        np.maximum.at(worth, net.order[chosen], net.cost[chosen] + price[node[chosen]])
        np.minimum(worth, net.unserved, out=worth)
        asked = np.zeros(len(person), np.int64)
        np.maximum.at(asked, node[rest], worth[net.order[rest]] - net.cost[rest])
        wanted = np.zeros_like(of_person)
        np.maximum.at(wanted, person, np.where(is_taken, 0, asked))
        of_person = np.maximum(of_person, np.minimum(wanted, full))
        raised = np.maximum(np.where(is_taken, np.maximum(price, asked), 0), of_person[person])
        if (raised == price).all():
            break
        price = raised
    return worth, price - of_person[person], of_person
