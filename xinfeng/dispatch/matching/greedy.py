"""The baseline: the cheapest pair left, again and again, as a clerk would do it by hand."""

import numpy as np

from .flow import Network
from .problem import Ints


def solve(net: Network) -> Ints:
    """Rows of the pairs chosen; cheapest first, ties by order and volunteer."""
    _person, node = net.booths()
    line = np.lexsort((net.volunteer, net.order, net.cost))
    wanted, room = net.people.tolist(), net.room.tolist()
    taken: set[int] = set()
    chosen = []
    for row, order, volunteer, booth in zip(
        line.tolist(),
        net.order[line].tolist(),
        net.volunteer[line].tolist(),
        node[line].tolist(),
        strict=True,
    ):
        if wanted[order] and room[volunteer] and booth not in taken:
            wanted[order] -= 1
            room[volunteer] -= 1
            taken.add(booth)
            chosen.append(row)
    return np.asarray(chosen, np.int64)
