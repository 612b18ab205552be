"""Why an order stays unserved: the first condition that leaves nobody."""

from enum import IntEnum

import numpy as np
from scipy.spatial import cKDTree

from .candidates import groups
from .problem import Candidates, Ints, Orders, Rules, Volunteers


class Why(IntEnum):
    """In the order in which the conditions are asked."""

    SERVED = 0
    NOBODY_ABLE = 1
    NOBODY_NEAR = 2
    NOBODY_FREE = 3
    OTHERS_NEED_THEM = 4


def why_short(
    orders: Orders, volunteers: Volunteers, rules: Rules, pairs: Candidates, short: Ints
) -> tuple[Ints, Ints]:
    """For every order a `Why`, and metres to the nearest one able where nobody near is.

    Counted over all volunteers, not only over the candidates.
    """
    why = np.where(short > 0, Why.OTHERS_NEED_THEM, Why.SERVED).astype(np.int64)
    nearest = np.full(len(orders), -1, np.int64)
    has_pairs = np.bincount(pairs.order, minlength=len(orders)) > 0
    bare = (short > 0) & ~has_pairs
    for wanted, rows in groups(orders, volunteers):
        asked = wanted[bare[wanted]]
        if not len(asked):
            continue
        if not len(rows):
            why[asked] = Why.NOBODY_ABLE
            continue
        tree = cKDTree(volunteers.position[rows], balanced_tree=False, compact_nodes=False)
        metres = tree.query(orders.position[asked])[0]
        far = metres > rules.farthest_m
        why[asked] = np.where(far, Why.NOBODY_NEAR, Why.NOBODY_FREE)
        nearest[asked] = np.where(far, np.rint(metres), -1)
    return why, nearest
