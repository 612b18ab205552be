"""What is asked and what is answered, as columns: one row an order, one row a volunteer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NOBODY = -1


@dataclass(frozen=True)
class Orders:
    """Open orders. Shapes: all (n,), `position` (n, 2) in metres on a plane.

    `needs` is a set of abilities as bits; `slots` the stretches of time that would do, as
    bits; `language` a set of languages of which one is enough (0: any); `urgency` ≥ 0 in
    metres that an order may jump ahead of others.
    """

    position: Floats
    needs: Ints
    slots: Ints
    language: Ints
    people: Ints
    is_risky: Flags
    urgency: Ints

    def __len__(self) -> int:
        return len(self.needs)


@dataclass(frozen=True)
class Volunteers:
    """Who could serve. Shapes: all (m,), `position` (m, 2) in metres on a plane.

    `free` are stretches of time as bits, those already promised taken off; `room` how many
    orders they may still get in this plan; `load` how many they served lately; `rating` in
    hundredths of a point, 0 where nobody has rated them.
    """

    position: Floats
    can: Ints
    free: Ints
    speaks: Ints
    is_adult: Flags
    room: Ints
    load: Ints
    rating: Ints

    def __len__(self) -> int:
        return len(self.can)


@dataclass(frozen=True)
class Rules:
    """What counts how much, all in metres of distance, so that sums can be read aloud."""

    # Nobody is sent further.
    farthest_m: int = 8_000
    # Each order served lately, and each further one in this plan.
    load_m: int = 400
    # A rating below five, per hundredth of a point; unrated counts as four.
    rating_m: int = 5
    # An order left unserved costs more than the farthest way with the heaviest load.
    unserved_m: int = 100_000
    # How many candidates of an order are looked at.
    candidates: int = 12


@dataclass(frozen=True)
class Candidates:
    """Possible pairs: arrays of one length, sorted by order; costs in metres, whole numbers.

    `slot` is the stretch of time (bit number) the pair would use. `outside` (n,) is the least
    that any pair left out could cost, so that a plan can say what more candidates might give.
    """

    order: Ints
    volunteer: Ints
    slot: Ints
    cost: Ints
    outside: Ints

    def __len__(self) -> int:
        return len(self.order)


@dataclass(frozen=True)
class Plan:
    """Who is proposed for what: `chosen` are rows of `candidates`, at most `people` an order.

    `cost` is what the plan costs with the unserved; no plan over all pairs costs less than
    `bound`. `greedy_cost` is what taking the cheapest pair again and again would cost.
    """

    candidates: Candidates
    chosen: Ints
    cost: int
    bound: int
    greedy_cost: int
    # Places of each order that stay empty.
    short: Ints
    why_short: Ints
    # Metres to the nearest one able where nobody near is; -1 elsewhere.
    nearest: Ints
