"""Who serves which order: able to, near by, and nowhere else on that day."""

from dataclasses import dataclass

import numpy as np

from xinfeng.activities.models import Audience
from xinfeng.base.service_menu import Item, Menu

from . import crowd, days
from . import orders as o
from .abilities import Abilities, Papers
from .activities import ANNOUNCED, HELD, Grounds
from .errands import (
    BOOKED,
    LEFT,
    PRESENT,
    SECOND,
    Came,
    Errands,
    Wording,
    minutes_served,
    on_days,
)
from .ground import Ints
from .order_course import Course
from .orders import Orders, easy_item, items_of
from .scale import Chance
from .witness import SINCE

MOST = 3
_ROUNDS = 12
_METRES_A_DEGREE = 111_320
_WORDING = Wording(
    content="按点单内容上门或到站服务，由接单志愿者与群众商定。",
    conditions="由受邀志愿者参加。",
    risks="入户服务注意人身和财物安全，途中注意交通安全。",
    protection="着统一马甲、佩证件，统一购买志愿服务保险。",
    contact="文明实践中心派单台",
    meeting_point="接单后可见",
)


@dataclass
class Serving:
    """Who accepted each order in its last round, and in its first where there were two."""

    # One column per person that is needed; -1: nobody.
    last: Ints
    first: Ints
    metres: Ints


@dataclass(frozen=True)
class _Pool:
    """Those who can do one service, by home."""

    person: Ints
    homes: Ints


def assigned(
    orders: Orders, course: Course, on: Grounds, menu: Menu,
    known: tuple[Abilities, Papers, Ints, Ints], chance: Chance,
) -> Serving:  # fmt: skip
    """`known`: what people can, their papers, who has a calendar of their own, days taken.

    A service that nobody here can give becomes one that anybody can.
    """
    rng = chance("who serves")
    able, papers, busy, taken = known
    own = items_of(menu)
    easy = easy_item(menu)
    pools = [_pool(item, able, papers, on, busy) for item in own]
    day = on_days(course.last(orders, "starts", 4), on.ground)
    # Who is only to be found is for the matching to say.
    needed = (course.level >= 2) & ~np.isin(orders.state, [o.ON_HOLD, o.CANCELLED])
    needed |= (orders.state == o.CANCELLED) & (course.level >= 2)
    last = np.full((len(orders), MOST), -1, dtype=np.int64)
    keys = np.sort(taken)
    for column in range(MOST):
        rows = np.flatnonzero(needed & (orders.people > column))
        for turn in (False, True):
            last[rows, column], keys = _filled(
                orders, pools, on, rows, day[rows], keys, last[rows], rng
            )
            rows = rows[last[rows, column] < 0]
            if turn or column or not len(rows):
                break
            orders.item[rows] = easy
            orders.people[rows] = 1
    found = (last >= 0).sum(axis=1)
    orders.people[:] = np.where(needed, np.maximum(found, 1), orders.people)
    assert (found[needed] > 0).all(), "nobody is left to serve an order"
    first = np.full(len(orders), -1, dtype=np.int64)
    rows = np.flatnonzero(orders.again)
    none, never = np.zeros(0, dtype=np.int64), np.full(len(rows), days.NEVER)
    first[rows], _ = _filled(orders, pools, on, rows, never, none, last[rows], rng)
    return Serving(last, first, _metres(on, orders, last[:, 0]))


def stage(
    orders: Orders, course: Course, serving: Serving, shown: Ints, volunteer: int, on: Grounds
) -> None:
    """The volunteer of the cast is asked, has accepted, and has agreed on a time."""
    own = np.isin(orders.state[shown], [o.DISPATCHED, o.ACCEPTED, o.SCHEDULED])
    serving.last[shown[own]] = [volunteer, -1, -1]
    serving.metres[shown] = _metres(on, orders, serving.last[:, 0])[shown]
    agreed = shown[orders.state[shown] == o.SCHEDULED]
    one = course.rounds[0]
    length = one.ends[agreed] - one.starts[agreed]
    # In the city's afternoon of the day after tomorrow.
    one.starts[agreed] = (days.TODAY + 2).astype("M8[s]") + 7 * 3600 * SECOND
    one.ends[agreed] = one.starts[agreed] + length


def errands(
    orders: Orders, course: Course, serving: Serving, on: Grounds, menu: Menu, chance: Chance
) -> tuple[Errands, Ints]:
    """A shift by invitation for what is being served or was lately; its index per order."""
    rng = chance("services")
    starts, ends = course.last(orders, "starts", 4), course.last(orders, "ends", 4)
    with_shift = np.isin(orders.state, [o.SCHEDULED, o.IN_SERVICE, o.TO_CONFIRM, o.TO_RATE])
    lately = np.isin(orders.state, [o.CLOSED, o.CALL_BACK])
    lately &= on_days(starts, on.ground) >= SINCE
    rows = np.flatnonzero(with_shift | lately)
    index = np.full(len(orders), -1, dtype=np.int64)
    index[rows] = np.arange(len(rows))
    own = items_of(menu)
    item = orders.item[rows]
    categories = [term.code for term in on.ground.pack.categories]
    category = np.array([categories.index(one.category) for one in own])
    over = course.level[rows] >= 6
    return Errands(
        wording=_WORDING,
        audience=Audience.INVITED,
        state=np.where(over, HELD, ANNOUNCED),
        starts=starts[rows],
        minutes=(ends - starts)[rows].astype("m8[s]").astype(np.int64) // 60,
        place=np.full(len(rows), -1),
        # By invitation: not even the village is told.
        divisions=on.ground.village_codes[orders.village[rows]] // 1000 * 1000,
        leader=orders.office[rows],
        category=category[item],
        titles=[f"上门服务：{own[k].name}" if own[k].at_home else own[k].name for k in item],
        created=course.last(orders, "scheduled", 4)[rows],
        is_paid=np.zeros(len(rows), np.bool_),
        helpers=orders.people[rows],
        learners=np.zeros(len(rows), dtype=np.int64),
        came=_came(course, serving, rows, starts[rows], ends[rows], rng),
        on=on_days(starts[rows], on.ground),
    ), index


def _came(
    course: Course, serving: Serving, rows: Ints, starts: np.ndarray, ends: np.ndarray,
    rng: np.random.Generator,
) -> Came:  # fmt: skip
    of, column = np.nonzero(serving.last[rows] >= 0)
    level = course.level[rows][of]
    n = len(of)
    length = (ends - starts).astype("m8[s]").astype(np.int64)[of]
    late = np.minimum(rng.exponential(200, n), 0.12 * length).astype(np.int64)
    early = np.minimum(rng.exponential(240, n), 0.12 * length).astype(np.int64)
    arrived = starts[of] + late * SECOND
    left = ends[of] - early * SECOND
    served = minutes_served(arrived, left, starts[of])
    return Came(
        of=of.astype(np.int64),
        person=serving.last[rows][of, column],
        state=np.select([level >= 6, level == 5], [LEFT, PRESENT], BOOKED),
        is_learner=np.zeros(n, np.bool_),
        arrived=arrived,
        left=left,
        earned=np.where(level >= 6, served, 0),
        # By the code that the resident shows.
        by_code=rng.random(n) < 0.82,
    )


def _pool(item: Item, able: Abilities, papers: Papers, on: Grounds, busy: Ints) -> _Pool:
    skills = [term.code for term in on.ground.pack.skills]
    fits = np.ones(len(able), np.bool_)
    for code in item.skills:
        fits &= (able.skills >> skills.index(code) & 1).astype(np.bool_)
    person = able.person
    for code in item.qualifications:
        fits &= np.isin(person, papers.holders(code))
    # Minors take up nothing here; the simulation keeps well off that line.
    fits &= on.people.born[person] < days.FIRST_DAY - 18 * 366
    fits &= on.people.registered[person] < np.datetime64("2020-07-01")
    fits &= ~np.isin(person, busy) & (person >= on.people.officials)
    own = person[fits].astype(np.int64)
    order = np.argsort(on.people.homes[own], kind="stable")
    return _Pool(own[order], on.people.homes[own][order].astype(np.int64))


def _filled(
    orders: Orders, pools: list[_Pool], on: Grounds, rows: Ints, day: np.ndarray, keys: Ints,
    beside: Ints, rng: np.random.Generator,
) -> tuple[Ints, Ints]:  # fmt: skip
    """One person for each row, from the township outwards; nobody twice on a day."""
    found = np.full(len(rows), -1, dtype=np.int64)
    for turn in range(_ROUNDS):
        open_ = np.flatnonzero(found < 0)
        if not len(open_):
            break
        unit = (10**3, 10**6, 10**12)[min(turn // 3, 2)]
        drawn = _drawn(orders, pools, on, rows[open_], unit, rng)
        good = (drawn >= 0) & ~(beside[open_] == drawn[:, None]).any(axis=1)
        good &= (drawn != orders.placed_by[rows[open_]]) & (drawn != orders.office[rows[open_]])
        dated = ~np.isnat(day[open_])
        key = crowd.key(np.maximum(drawn, 0), np.where(dated, day[open_], days.FIRST_DAY))
        if len(keys):
            at = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
            good &= ~dated | (keys[at] != key)
        _, once = np.unique(np.where(dated, key, -1 - np.arange(len(key))), return_index=True)
        unique = np.zeros(len(key), np.bool_)
        unique[once] = True
        good &= unique
        found[open_[good]] = drawn[good]
        keys = np.sort(np.concatenate([keys, key[good & dated]]), kind="stable")
    return found, keys


def _drawn(
    orders: Orders, pools: list[_Pool], on: Grounds, rows: Ints, unit: int,
    rng: np.random.Generator,
) -> Ints:  # fmt: skip
    drawn = np.full(len(rows), -1, dtype=np.int64)
    codes = on.ground.village_codes[orders.village[rows]]
    lo, hi = on.ground.spans(codes, np.full(len(rows), unit))
    item = orders.item[rows]
    for k in np.unique(item).tolist():
        own = np.flatnonzero(item == k)
        pool = pools[k]
        if not len(pool.person):
            continue
        first = np.searchsorted(pool.homes, lo[own])
        last = np.searchsorted(pool.homes, hi[own])
        at = np.minimum(rng.integers(first, np.maximum(last, first + 1)), len(pool.person) - 1)
        drawn[own] = np.where(last > first, pool.person[at], -1)
    return drawn


def _metres(on: Grounds, orders: Orders, person: Ints) -> Ints:
    """From home to the order's village, as the crow flies; -1: not known."""
    ground = on.ground
    here = ground.villages[orders.village]
    home = ground.villages[on.people.homes[np.maximum(person, 0)]]
    lat, lon = ground.lat, ground.lon
    east = (lon[home] - lon[here]) * np.cos(np.radians(lat[here]))
    metres = np.hypot(lat[home] - lat[here], east) * _METRES_A_DEGREE
    known = (person >= 0) & ~np.isnan(metres)
    return np.where(known, np.nan_to_num(metres), -1).astype(np.int64)
