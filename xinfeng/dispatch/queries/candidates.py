"""Whom a clerk may ask for one order: the ten best of all volunteers, each with reasons.

Villages are asked from the nearest outwards, so that of 1.44 million profiles only those
round the order are read. A way costs its metres; whoever was not read lives farther away than
the tenth best costs, so that the ten are the best of all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone

from xinfeng.base import pack, scope
from xinfeng.dispatch import explaining
from xinfeng.dispatch.asking import YOUNGEST, Asked, ask, hopeless, own, reasons, stretch
from xinfeng.dispatch.explaining import Why
from xinfeng.dispatch.ground import Ground, Ints, ground
from xinfeng.dispatch.matching import Rules
from xinfeng.dispatch.models import Offer, Order
from xinfeng.dispatch.queries import crowd
from xinfeng.dispatch.stretches import Horizon, numbers
from xinfeng.people.queries import masked_names

MOST = 10
# Somebody who has not said when they are free is asked after all within reach who have.
UNSAID_M = 8_000
# Villages asked at first, and how many times as many in each further round.
_COMMON = (4, 2)
_RARE = (16, 4)
# So many of the cheapest at a time are asked whether they have promised something else.
_CHECKED = 40
_RULES = Rules()
_UNRATED = 400


@dataclass(frozen=True)
class Candidate:
    """Somebody who could serve an order, and when; `why` is kept with an offer."""

    person_id: int
    name: str
    starts_at: datetime
    ends_at: datetime
    # None: where they live has no position.
    metres: int | None
    cost: int
    why: dict[str, Any]

    @property
    def reasons(self) -> list[str]:
        return explaining.proposal(self.why)

    def at(self, starts_at: datetime, ends_at: datetime) -> "Candidate":
        """The same person at another time, about which nothing is said."""
        if starts_at == self.starts_at:
            return self
        return replace(self, starts_at=starts_at, ends_at=ends_at, why=self.why | {"when": []})


@dataclass(frozen=True)
class Candidates:
    """The best for an order; where nobody is found, why."""

    order_id: int
    best: list[Candidate]
    why: str
    details: dict[str, Any]

    @property
    def sentence(self) -> str:
        """Why nobody can be found; empty when somebody is."""
        return explaining.unserved(self.why, self.details) if self.why else ""


@dataclass(frozen=True)
class _One:
    """A volunteer as read; `free` are the wished stretches they can, None: not said."""

    person_id: int
    metres: int
    cost: int
    free: int | None
    load: int
    rating: int | None


def best_for(order_id: int, *, at: datetime, most: int = MOST) -> Candidates:
    """The best volunteers to ask for one order; the caller has found the reader entitled."""
    horizon, city = Horizon(at), ground()
    with scope.whole_city():
        order = Order.objects.select_related("item", "place", "shift", "contact").get(
            pk=order_id
        )
        offers = list(Offer.objects.filter(order=order).order_by("pk"))
        asked = ask(order, offers, horizon, city)
        reach = pack.load(settings.CITY_PACK).rules.order_reach_m
        details = asked.details(horizon, reach)
        if why := hopeless(asked):
            return Candidates(order_id, [], why, details)
        best = _best(asked, horizon, city, reach, most)
        if not best:
            why, more = _why_nobody(asked, horizon, city, reach)
            return Candidates(order_id, [], why, details | more)
    names = masked_names(one.person_id for one in best)
    told = [_told(one, asked, horizon, names.get(one.person_id, "")) for one in best]
    return Candidates(order_id, told, "", details)


def named(
    order: Order,
    person_ids: Iterable[int],
    *,
    at: datetime,
    starts_at: datetime | None = None,
    busy: bool = False,
) -> dict[int, Candidate]:
    """Those of the named who can serve this order, near or far; the clerk knows why them.

    Whoever lacks what it asks or whose own it is is left out, and unless `busy` do too,
    whoever has promised that time.
    """
    horizon, city = Horizon(at), ground()
    offers = Offer.objects.filter(order=order).order_by("pk")
    asked = ask(order, offers, horizon, city)
    ids = sorted(set(person_ids) - own(order))
    rows = crowd.fetched(
        f"SELECT n.id, n.division_id, p.availability {_able(asked)} AND n.id = ANY(%(people)s)",
        _wanted(asked, horizon) | {"people": ids},
    )
    held = {
        one: [
            (since, until) for who, since, until in crowd.promised(horizon, ids) if who == one
        ]
        for one in ids
    }
    chosen = starts_at or asked.set_at
    told = {}
    for person_id, home, week in rows:
        free = None if week is None else horizon.of_week(week) & asked.slots
        begins = chosen or _begins(asked, horizon, free)
        if begins is None:
            continue
        ends = begins + timedelta(minutes=asked.minutes)
        if not busy and any(
            since < ends and begins < until for since, until in held[person_id]
        ):
            continue
        told[person_id] = _named(person_id, home, free, (begins, ends), asked, horizon, city)
    names = masked_names(told)
    return {pk: replace(one, name=names.get(pk, "")) for pk, one in told.items()}


def _begins(asked: Asked, horizon: Horizon, free: int | None) -> datetime | None:
    """When somebody would come: the first stretch in which they are free, else the first."""
    slots = numbers(free or asked.slots)
    return stretch(asked, horizon, slots[0])[0] if slots else None


def _named(
    person_id: int,
    home: int,
    free: int | None,
    stretch: tuple[datetime, datetime],
    asked: Asked,
    horizon: Horizon,
    city: Ground,
) -> Candidate:
    lives, slot = city.of(home), horizon.number(stretch[0])
    metres = None
    if lives is not None and asked.point is not None:
        metres = round(float(np.hypot(*(lives - asked.point))))
    load, _ahead = crowd.loads(horizon.at, [person_id])
    rated = crowd.ratings([person_id])
    says_so = None if free is None or slot is None else bool(free >> slot & 1)
    why = reasons(
        asked, horizon, metres=metres, slot=slot, load=load.get(person_id, 0),
        rating=rated.get(person_id), is_free=says_so,
    )  # fmt: skip
    return Candidate(person_id, "", *stretch, metres, 0, why)


def _best(asked: Asked, horizon: Horizon, city: Ground, reach: int, most: int) -> list[_One]:
    assert asked.point is not None
    villages, metres = city.around(asked.point, reach)
    away = dict(zip(villages.tolist(), metres.tolist(), strict=True))
    pool: list[_One] = []
    held: dict[int, int] = {}
    best: list[_One] = []
    is_rare = bool(asked.skills or asked.qualifications)
    for first, last in _rounds(len(villages), is_rare=is_rare):
        rows = _read(asked, horizon, villages[first:last])
        pool += _judged(rows, asked, horizon, away)
        pool.sort(key=lambda one: (one.cost, one.person_id))
        best = _not_promised(pool, held, horizon, most)
        farther = metres[last] if last < len(villages) else np.inf
        if len(best) == most and best[-1].cost <= farther:
            break
    return best


def _rounds(count: int, *, is_rare: bool) -> Iterator[tuple[int, int]]:
    """From which village to which; what few people can is asked in fewer, larger rounds."""
    first, many, more = (0, *(_RARE if is_rare else _COMMON))
    while first < count:
        yield first, min(first + many, count)
        first, many = first + many, more * many


def _read(asked: Asked, horizon: Horizon, villages: Ints) -> list[tuple[int, int, int | None]]:
    """Person, home and usual free parts of everybody able who may be free."""
    week = _week(asked, horizon)
    wanted = _wanted(asked, horizon) | {"villages": villages.tolist(), "week": week}
    return crowd.fetched(
        f"SELECT n.id, p.division_id, p.availability {_fit(asked, _FREE_HERE, _HERE)}", wanted
    )


def _judged(
    rows: list[tuple[int, int, int | None]],
    asked: Asked,
    horizon: Horizon,
    away: dict[int, float],
) -> Iterator[_One]:
    """What each costs, in metres; whoever is barred or not free after all is left out."""
    fitting = []
    for person_id, home, availability in rows:
        free = None if availability is None else horizon.of_week(availability) & asked.slots
        if person_id not in asked.barred and free != 0:
            fitting.append((person_id, home, free))
    ids = [person_id for person_id, _home, _free in fitting]
    if not ids:
        return
    load, ahead = crowd.loads(horizon.at, ids)
    rated = crowd.ratings(ids)
    at_once = pack.load(settings.CITY_PACK).rules.orders_at_once
    for person_id, home, free in fitting:
        if ahead.get(person_id, 0) >= at_once:
            continue
        taken, rating, metres = load.get(person_id, 0), rated.get(person_id), away[home]
        cost = round(metres) + _RULES.load_m * taken
        cost += _RULES.rating_m * (500 - (_UNRATED if rating is None else rating))
        yield _One(
            person_id, round(metres), cost + UNSAID_M * (free is None), free, taken, rating
        )


def _not_promised(
    pool: list[_One], held: dict[int, int], horizon: Horizon, most: int
) -> list[_One]:
    """The cheapest who have not promised that time to something else."""
    best: list[_One] = []
    for first in range(0, len(pool), _CHECKED):
        some = pool[first : first + _CHECKED]
        unknown = [one.person_id for one in some if one.person_id not in held]
        held.update(dict.fromkeys(unknown, 0))
        for person_id, starts_at, ends_at in (
            crowd.promised(horizon, unknown) if unknown else ()
        ):
            held[person_id] |= horizon.taken(starts_at, ends_at)
        for one in some:
            free = one.free if one.free is None else one.free & ~held[one.person_id]
            if free != 0:
                best.append(_One(**vars(one) | {"free": free}))
            if len(best) == most:
                return best
    return best


def _why_nobody(
    asked: Asked, horizon: Horizon, city: Ground, reach: int
) -> tuple[str, dict[str, Any]]:
    """The first condition that leaves nobody, asked of all volunteers of the city."""
    nearest = _nearest_able(asked, horizon, city)
    if nearest is None:
        return Why.NOBODY_ABLE, {}
    if nearest > reach:
        return Why.NOBODY_NEAR, {"nearest_m": nearest}
    if asked.asked_before and _asked_would_fit(asked, horizon):
        return Why.ALL_ASKED, {"asked": asked.asked_before}
    return Why.NOBODY_FREE, {}


def _nearest_able(asked: Asked, horizon: Horizon, city: Ground) -> int | None:
    """Metres to the nearest one able, whenever they are free; None: there is none."""
    assert asked.point is not None
    homes = crowd.fetched(
        f"SELECT DISTINCT p.division_id {_fit(asked, 'p.division_id IS NOT NULL')}",
        _wanted(asked, horizon),
    )
    places = [city.of(home) for (home,) in homes]
    away = [round(float(np.hypot(*(at - asked.point)))) for at in places if at is not None]
    return min(away, default=None)


def _asked_would_fit(asked: Asked, horizon: Horizon) -> bool:
    """Whether somebody who was asked before would have been free."""
    found = crowd.fetched(
        f"SELECT count(*) {_able(asked)} AND n.id = ANY(%(barred)s)"
        " AND (p.availability IS NULL OR p.availability & %(week)s <> 0)",
        _wanted(asked, horizon)
        | {"barred": sorted(asked.barred), "week": _week(asked, horizon)},
    )
    return bool(found[0][0])


def _week(asked: Asked, horizon: Horizon) -> int:
    """The wished stretches as parts of a usual week."""
    bits = 0
    for number in numbers(asked.slots):
        bits |= 1 << 3 * horizon.day(number).weekday() + horizon.part(number)
    return bits


def _able(asked: Asked) -> str:
    """From and where: everybody who can serve it, wherever they live and whenever."""
    return f"{_ABLE} WHERE {_GROWN} {_can(asked, 'n.id')}"


def _fit(asked: Asked, profile: str, paper: str = "") -> str:
    """The same of those whose profile, and papers, are narrowed."""
    return (
        f"{_FIT.format(profile=profile, can=_can(asked, 'p.person_id', paper))} WHERE {_GROWN}"
    )


def _can(asked: Asked, who: str, within: str = "") -> str:
    papers = range(len(asked.qualifications))
    conditions = [
        _CAN if asked.skills else "",
        _SPEAKS if asked.language else "",
        *(_HOLDS.format(number=number, who=who, within=within) for number in papers),
    ]
    return "".join(conditions)


def _wanted(asked: Asked, horizon: Horizon) -> dict[str, Any]:
    return {
        "skills": list(asked.skills),
        "languages": [asked.language],
        **{f"paper{n}": code for n, code in enumerate(asked.qualifications)},
        "least": asked.least_age,
        "born": crowd.youngest_born(horizon, asked.least_age or YOUNGEST),
        "on": timezone.localtime(horizon.at).date(),
    }


def _told(one: _One, asked: Asked, horizon: Horizon, name: str) -> Candidate:
    free = asked.slots if one.free is None else one.free
    slot = numbers(free)[0]
    starts_at, ends_at = stretch(asked, horizon, slot)
    why = reasons(
        asked, horizon, metres=one.metres, slot=slot, load=one.load, rating=one.rating,
        is_free=None if one.free is None else True,
    )  # fmt: skip
    return Candidate(one.person_id, name, starts_at, ends_at, one.metres, one.cost, why)


_ABLE = """
    FROM people_person n
    LEFT JOIN people_profile p ON p.person_id = n.id
    LEFT JOIN people_identity i ON i.person_id = n.id
"""
# First what the profile says: row-level security hides from the planner how few are left, and
# it would look up account and birthday of everybody who holds a paper.
_FIT = """
    FROM (
        SELECT p.person_id, p.division_id, p.availability FROM people_profile p
        WHERE {profile} {can} OFFSET 0
    ) p
    JOIN people_person n ON n.id = p.person_id
    LEFT JOIN people_identity i ON i.person_id = p.person_id
"""
# An age that is asked for must be known; otherwise only a known child is left out.
_GROWN = """
    n.state = 'ACTIVE' AND n.registered_on IS NOT NULL AND n.left_on IS NULL
    AND (i.born_on <= %(born)s OR i.born_on IS NULL AND %(least)s::int IS NULL)
"""
_FREE_HERE = """
    p.division_id = ANY(%(villages)s)
    AND (p.availability IS NULL OR p.availability & %(week)s <> 0)
"""
# Left out where nothing is asked: an index on words has no answer to none.
_CAN = " AND p.skills @> %(skills)s::varchar[]"
_SPEAKS = " AND p.languages @> %(languages)s::varchar[]"
# A paper lies in its holder's village: otherwise all drivers of the city would be read first.
_HERE = "AND q.division_id = ANY(%(villages)s)"
_HOLDS = """
      AND EXISTS (
          SELECT FROM people_qualification q
          WHERE q.person_id = {who} AND q.code = %(paper{number})s {within}
            AND q.checked_at IS NOT NULL
            AND (q.valid_until IS NULL OR q.valid_until >= %(on)s)
      )
"""
