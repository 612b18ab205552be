"""What residents ask for: which service, where, through whom, and how far each order came."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinfeng.base.service_menu import Item, Menu
from xinfeng.dispatch.models import State

from . import days, duties
from .activities import Grounds, offset_minutes
from .errands import SECOND, Moments
from .ground import Ints
from .places import INSTITUTE, STATION
from .scale import Chance, Scale

Flags = NDArray[np.bool_]
STATES = list(State.values)
(DRAFT, TO_VERIFY, REFUSED, TO_DISPATCH, DISPATCHED, ACCEPTED, SCHEDULED, IN_SERVICE,
 TO_CONFIRM, TO_RATE, CALL_BACK, CLOSED, CANCELLED, TRANSFERRED, MERGED,
 ON_HOLD) = range(len(STATES))  # fmt: skip
CHANNELS = ["WEB", "PHONE", "KIOSK", "HOME_VISIT", "API"]
WEB, PHONE, KIOSK, HOME_VISIT, API = range(5)
RELATIONS = ["", "FAMILY", "NEIGHBOUR", "VILLAGE", "STATION", "OTHER"]
LANGUAGES = ["", "hengyang", "mandarin", "cantonese"]
# Classes of the menu by how often they are asked for; others: 4.
_ASKED_FOR = {"elder-care": 26, "household": 17, "repairs": 12, "health": 10, "children": 9,
              "education": 9, "environment": 6, "psychology": 3, "law": 4}  # fmt: skip
_ENDS = {CLOSED: 0.79, CANCELLED: 0.085, REFUSED: 0.06, MERGED: 0.04, TRANSFERRED: 0.025}
_OPEN = {
    TO_VERIFY: 0.125, TO_DISPATCH: 0.19, DISPATCHED: 0.19, ACCEPTED: 0.105, SCHEDULED: 0.155,
    IN_SERVICE: 0.003, TO_CONFIRM: 0.065, TO_RATE: 0.115, CALL_BACK: 0.022, ON_HOLD: 0.03,
}  # fmt: skip
FIRST = np.datetime64("2020-07-20")
_PROXIES = np.array([0.36, 0.42, 0.2, 0.82, 0.3])


@dataclass
class Orders:
    """All orders by index, the ended ones first and by day; -1 is nobody and none."""

    item: Ints
    # Index of the village, and of its station.
    village: Ints
    place: Ints
    channel: Ints
    is_proxy: Flags
    relation: Ints
    is_for_minor: Flags
    placed_by: Ints
    requester: Ints
    # Who answers for it at the township, or the county's head.
    office: Ints
    people: Ints
    is_urgent: Flags
    language: Ints
    # Bits as in a profile; 0: any time.
    parts: Ints
    state: Ints
    placed: Moments
    # Dispatched a second time, and why: nobody came, or the rating was poor.
    again: Flags
    nobody_came: Flags

    def __len__(self) -> int:
        return len(self.item)

    @property
    def is_open(self) -> Flags:
        return ~np.isin(self.state, list(_ENDS))


def easy_item(menu: Menu) -> int:
    """One that asks nothing of whoever serves, at any time of the year."""
    return next(
        k for k, one in enumerate(items_of(menu))
        if not (one.skills or one.qualifications or one.months) and one.people == 1
    )  # fmt: skip


def staged(orders: Orders, menu: Menu, village: int, resident: int) -> Ints:
    """The first open order of each state is the resident's own, in the village of the cast."""
    first = np.flatnonzero(orders.is_open)[: len(_OPEN)]
    orders.village[first], orders.item[first] = village, easy_item(menu)
    orders.people[first], orders.channel[first], orders.place[first] = 1, WEB, -1
    orders.is_proxy[first], orders.is_for_minor[first] = False, False
    orders.relation[first] = 0
    orders.placed_by[first] = orders.requester[first] = resident
    return first


def items_of(menu: Menu) -> list[Item]:
    return [item for one in menu.classes for item in one.items]


def made(
    on: Grounds, charge: duties.Duties, menu: Menu, scale: Scale, chance: Chance
) -> Orders:
    rng = chance("orders")
    n = scale.orders_past + scale.orders_open
    state = np.concatenate([
        rng.choice(list(_ENDS), scale.orders_past, p=list(_ENDS.values())),
        _open_states(scale.orders_open, rng),
    ])  # fmt: skip
    # A duplicate has an earlier one.
    state[0] = CLOSED
    placed = np.concatenate(
        [_past(on, scale.orders_past, rng), _recent(on, state[scale.orders_past :], rng)]
    )
    village = rng.choice(len(on.ground.villages), n, p=on.ground.weights)
    place, office = _offices(on, charge, village)
    channel = rng.choice(5, n, p=[0.38, 0.29, 0.07, 0.24, 0.02])
    # Without a keeper nobody takes it down at the door.
    channel = np.where((place < 0) & np.isin(channel, [KIOSK, HOME_VISIT]), PHONE, channel)
    is_proxy = rng.random(n) < _PROXIES[channel]
    item = _items(menu, placed, rng)
    own = items_of(menu)
    again = (state == CLOSED) & (rng.random(n) < 0.055)
    placed_by, requester = _placers(on, channel, is_proxy, village, place, office, rng)
    language = np.where(rng.random(n) < 0.24, 1, np.where(rng.random(n) < 0.06, 2, 0))
    parts = np.zeros(n, dtype=np.int64)
    for _turn in range(3):
        parts |= np.where(rng.random(n) < 0.6, np.int64(1) << rng.integers(0, 21, n), 0)
    return Orders(
        item=item, village=village, place=np.where(channel == WEB, -1, place),
        channel=channel, is_proxy=is_proxy,
        relation=np.where(is_proxy, rng.choice(5, n, p=[0.4, 0.3, 0.17, 0.1, 0.03]) + 1, 0),
        is_for_minor=is_proxy & (rng.random(n) < 0.05),
        placed_by=placed_by, requester=requester, office=office,
        people=np.array([one.people for one in own])[item],
        is_urgent=rng.random(n) < 0.035, language=language, parts=parts, state=state,
        placed=placed, again=again, nobody_came=again & (rng.random(n) < 0.35),
    )  # fmt: skip


def _open_states(n: int, rng: np.random.Generator) -> Ints:
    """At least one of each state, however small the city."""
    share = np.array(list(_OPEN.values()))
    drawn = rng.choice(list(_OPEN), n, p=share / share.sum())
    drawn[: len(_OPEN)] = list(_OPEN)[:n]
    return drawn


def _past(on: Grounds, n: int, rng: np.random.Generator) -> Moments:
    """Half as many a month in the beginning as at the end; fewer on weekends."""
    last = days.TODAY - 24
    drawn = np.sqrt(rng.uniform(0.25, 1, n))
    span = (last - FIRST).astype(np.int64)
    day = FIRST + ((drawn - 0.5) * 2 * span).astype(np.int64)
    weekend = days.weekdays(day) >= 5
    day = np.where(weekend & (rng.random(n) < 0.45), day - 2, day).astype("M8[D]")
    return np.sort(_moments(on, day, rng))


def _recent(on: Grounds, state: Ints, rng: np.random.Generator) -> Moments:
    """The further an order has come, the longer ago it was placed; a few are overdue."""
    hours = np.select(
        [state == TO_VERIFY, state == TO_DISPATCH, state == DISPATCHED],
        [rng.exponential(15, len(state)), 6 + rng.exponential(26, len(state)),
         18 + rng.exponential(26, len(state))],
        24 + rng.exponential(60, len(state)),
    )  # fmt: skip
    now = days.moment(on.ground.pack.demo_start)
    return np.asarray(now - ((hours + 0.2) * 3600).astype(np.int64) * SECOND, "M8[s]")


def _moments(on: Grounds, day: days.Days, rng: np.random.Generator) -> Moments:
    """Mornings most, evenings some, nights hardly."""
    n = len(day)
    minute = np.where(
        rng.random(n) < 0.62, rng.normal(600, 75, n), rng.normal(980, 130, n)
    ).clip(395, 1410)
    seconds = ((minute - offset_minutes(on.ground)) * 60).astype(np.int64)
    return np.asarray(day.astype("M8[s]") + seconds * SECOND, "M8[s]")


def _items(menu: Menu, placed: Moments, rng: np.random.Generator) -> Ints:
    """By class, then by item; what is out of season becomes something that is offered."""
    weight, months = [], []
    for one in menu.classes:
        for item in one.items:
            weight.append(_ASKED_FOR.get(one.code, 4) / len(one.items))
            months.append([not item.months or m + 1 in item.months for m in range(12)])
    share = np.array(weight) * rng.lognormal(0, 0.4, len(weight))
    # Nobody was taught at home by telephone in the first summer either.
    offered = np.array(months)
    month = placed.astype("M8[M]").astype(np.int64) % 12
    chosen = rng.choice(len(share), len(placed), p=share / share.sum())
    always = np.flatnonzero(offered.all(axis=1))
    found: Ints = np.where(offered[chosen, month], chosen, rng.choice(always, len(placed)))
    return found


def _offices(on: Grounds, charge: duties.Duties, village: Ints) -> tuple[Ints, Ints]:
    """The open station of each village, and the head of its institute, else of its centre."""
    code = on.ground.village_codes[village]
    station = on.places.is_open & (on.places.tiers == STATION) & (on.leaders >= 0)
    place = _found(on, np.flatnonzero(station), code, 1)
    heads = np.flatnonzero((on.places.tiers <= INSTITUTE) & (charge.chiefs >= 0))
    town = _found(on, heads, code, 1000)
    county = _found(on, heads, code, 10**6)
    head = np.where(town >= 0, town, np.where(county >= 0, county, heads[0]))
    return place, charge.chiefs[head]


def townships(on: Grounds, charge: duties.Duties, codes: Ints) -> Ints:
    """Who answers for the township of each code, as they hold its grant; -1: nobody."""
    heads = np.flatnonzero((on.places.tiers == INSTITUTE) & (charge.chiefs >= 0))
    if not len(heads):
        return np.full(len(codes), -1)
    own = _found(on, heads, codes, 1000)
    return np.where(own >= 0, charge.chiefs[np.maximum(own, 0)], -1)


def _found(on: Grounds, places: Ints, codes: Ints, unit: int) -> Ints:
    """The place of exactly the division above each code; -1: none."""
    own = on.places.divisions[places]
    order = np.argsort(own, kind="stable")
    wanted = codes // unit * unit
    at = np.minimum(np.searchsorted(own[order], wanted), len(own) - 1)
    return np.where(own[order][at] == wanted, places[order][at], -1)


def _placers(
    on: Grounds, channel: Ints, is_proxy: Flags, village: Ints, place: Ints, office: Ints,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:  # fmt: skip
    """By web some have an account; at the door it is the keeper who writes it down."""
    n = len(channel)
    order = np.argsort(on.people.homes, kind="stable")
    first = np.searchsorted(on.people.homes[order], village)
    last = np.searchsorted(on.people.homes[order], village, side="right")
    neighbour = order[
        np.minimum(rng.integers(first, np.maximum(last, first + 1)), len(order) - 1)
    ]
    grown = on.people.born[neighbour] < days.TODAY - 18 * 366
    known = (channel == WEB) & (last > first) & grown & (rng.random(n) < 0.35)
    known &= ~np.isnat(on.people.registered[neighbour]) & np.isnat(on.people.left[neighbour])
    known &= (neighbour >= on.people.officials) & (neighbour != office)
    keeper = np.where(place >= 0, on.leaders[np.maximum(place, 0)], -1)
    by_hand = np.isin(channel, [KIOSK, HOME_VISIT]) | ((channel == PHONE) & (place >= 0))
    placed_by = np.where(known, neighbour, np.where(by_hand, keeper, -1))
    # Nobody verifies what they placed.
    placed_by = np.where(placed_by == office, -1, placed_by)
    return placed_by, np.where(known & ~is_proxy, neighbour, -1)
