"""Orders as rows: the menu, whom they are for, the orders themselves, what people said."""

from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np

from xinfeng.base import crypto, positions
from xinfeng.base.service_menu import Menu
from xinfeng.dispatch import deadlines
from xinfeng.dispatch.models import MenuClass, MenuItem, Order, State
from xinfeng.people.models import Contact
from xinfeng.people.models.contacts import about_contact

from . import days, names
from . import orders as o
from .activities import Grounds
from .copy_binary import Fixed, Text, coded, sets, texts
from .errands import NEVER, SECOND, Moments, codes
from .ground import Ints
from .loading import Loader
from .order_course import Course, due_after
from .orders import CHANNELS, LANGUAGES, RELATIONS, STATES, Orders, items_of
from .scale import Chance

_KEPT = np.timedelta64(180 * 86_400, "s")
_REFUSED = ["NO_SERVICE", "PAID_TRADE", "UNSAFE", "OUT_OF_AREA", "NOT_MEANT", "NOT_REACHED"]
_CANCELLED = ["CHANGED_MIND", "SOLVED", "MOVED_AWAY", "CANNOT_SERVE"]
_HELD = ["BY_WISH", "WEATHER", "MATERIAL", "NOBODY_YET"]
# The stream of chance of these, drawn once for the order and once for its timeline.
WHY = "reasons of orders"
REASONS = ["", *_REFUSED, *_CANCELLED, *_HELD, "NOBODY_CAME", "NOT_DONE"]
HOW = ["", "PHONE", "VISIT", "KNOWN", "DOCUMENT"]
_NOTES = ["老人听力不好，请大声敲门。", "家里有狗，来前请打电话。", "住五楼，没有电梯。"]
# Telephone numbers of a prefix that was never given out.
_PHONE = "199000{:05}"


def load_menu(loader: Loader, menu: Menu, categories: list[str]) -> None:
    """Classes and items as the pack has them."""
    own = items_of(menu)
    if not own:
        return
    of = [k for k, one in enumerate(menu.classes) for _item in one.items]
    at = [k for one in menu.classes for k, _item in enumerate(one.items)]
    loader.add(
        MenuClass,
        {
            "id": np.arange(1, len(menu.classes) + 1),
            "code": [one.code for one in menu.classes],
            "name": [one.name for one in menu.classes],
            "name_en": [one.name_en for one in menu.classes],
            "position": np.arange(len(menu.classes)),
        },
    )
    skills = sorted({code for item in own for code in item.skills})
    papers = sorted({code for item in own for code in item.qualifications})
    ages = np.array([item.min_age or 0 for item in own])
    months = np.array([sum(1 << m - 1 for m in item.months) for item in own])
    loader.add(
        MenuItem,
        {
            "id": np.arange(1, len(own) + 1),
            "code": [item.code for item in own],
            "menu_class_id": np.array(of) + 1,
            "position": np.array(at),
            "name": [item.name for item in own],
            "name_en": [item.name_en for item in own],
            "hint": [item.hint for item in own],
            "hint_en": [item.hint_en for item in own],
            "category_id": np.array([categories.index(item.category) for item in own]) + 1,
            "mode": [item.mode for item in own],
            "skills": sets(np.array([_mask(i.skills, skills) for i in own]), skills),
            "qualifications": sets(
                np.array([_mask(i.qualifications, papers) for i in own]), papers
            ),
            "minutes": np.array([item.minutes for item in own]),
            "people": np.array([item.people for item in own]),
            "risk": [item.risk for item in own],
            "min_age": np.ma.array(ages, mask=ages == 0),
            "at_home": np.array([item.at_home for item in own]),
            "months": np.ma.array(months, mask=months == 0),
        },
    )


def _mask(held: tuple[str, ...], names_: list[str]) -> int:
    return sum(1 << names_.index(code) for code in held)


def load_contacts(
    loader: Loader, orders: Orders, course: Course, on: Grounds, chance: Chance
) -> None:
    """Sealed for as long as they may be kept; then the row is empty and says since when."""
    rng = chance("contacts")
    n, now = len(orders), days.moment(on.ground.pack.demo_start)
    erase = course.closed + _KEPT
    gone = ~np.isnat(erase) & (erase <= now)
    kept = np.flatnonzero(~gone)
    phones = [_PHONE.format(k) for k in (1000 + rng.integers(0, 90_000, len(kept))).tolist()]
    where = [on.ground.names[k] for k in on.ground.villages[orders.village[kept]].tolist()]
    doors = [
        f"{place}{group}组{door}号"
        for place, group, door in zip(
            where, rng.integers(1, 13, len(kept)), rng.integers(1, 90, len(kept)), strict=True
        )
    ]
    notes = np.where(rng.random(n) < 0.15, rng.integers(1, len(_NOTES) + 1, n), 0)[kept]
    said = ["", *_NOTES]
    how = np.select([orders.is_proxy, orders.channel == o.WEB], [2, 0], 1)
    loader.add(
        Contact,
        {
            "id": np.arange(1, n + 1),
            "person_id": np.ma.array(orders.requester + 1, mask=gone | (orders.requester < 0)),
            "division_id": on.ground.village_codes[orders.village],
            "name_sealed": sealed("name", names.listed(rng, len(kept)), kept, n),
            "phone_sealed": sealed("phone", phones, kept, n),
            "phone_digest": digests(phones, kept, n),
            "address_sealed": sealed("address", doors, kept, n),
            "note_sealed": sealed("note", [said[k] for k in notes], kept, n),
            "consent_how": coded(how.astype(np.uint8), ["PAGE", "ORAL", "PROXY"]),
            "consent_at": course.placed,
            "erase_at": erase,
            "erased_at": np.where(gone, erase, NEVER),
        },
    )


def sealed(field: str, words: list[str], kept: Ints, n: int, before: int = 0) -> Text:
    """Bound to their rows; empty where there is nothing, or nothing any more."""
    own = [
        (text, about_contact(field, before + k + 1))
        for text, k in zip(words, kept, strict=True)
    ]
    sealed = iter(crypto.seal_all(pair for pair in own if pair[0]))
    column = [""] * n
    for k, text in zip(kept.tolist(), words, strict=True):
        column[k] = next(sealed) if text else ""
    return texts(column)


def digests(phones: list[str], kept: Ints, n: int) -> Fixed:
    values, none = np.zeros(n, dtype="V32"), np.ones(n, np.bool_)
    found = crypto.digest_all("contact phone", phones)
    values[kept] = np.frombuffer(b"".join(found), dtype="V32")
    none[kept] = False
    return Fixed(values, none)


def load_orders(
    loader: Loader, orders: Orders, course: Course, on: Grounds, menu: Menu,
    shift: tuple[Ints, tuple[int, int]], chance: Chance,
) -> None:  # fmt: skip
    """`shift`: each order's activity by index (-1: none), and the ids before the first ones."""
    rng = chance("rows of orders")
    n, state = len(orders), orders.state
    moved = moved_at(orders, course, on)
    index, before = shift
    loader.add(
        Order,
        {
            "id": np.arange(1, n + 1),
            "code": codes(n, rng, 4),
            "client_id": np.frombuffer(rng.bytes(16 * n), dtype="V16"),
            "item_id": orders.item + 1,
            "division_id": on.ground.village_codes[orders.village],
            "place_id": np.ma.array(orders.place + 1, mask=orders.place < 0),
            "channel": coded(orders.channel.astype(np.uint8), CHANNELS),
            **_for_whom(orders),
            "track_digest": np.frombuffer(rng.bytes(32 * n), dtype="V32"),
            **_position(orders, course, on, rng),
            **_wishes(orders, course, on, rng),
            "language": coded(orders.language.astype(np.uint8), LANGUAGES),
            "people": orders.people,
            "accepted": np.where(course.level >= 3, orders.people, 0),
            "is_urgent": orders.is_urgent,
            "state": coded(state.astype(np.uint8), STATES),
            "held_from": coded(
                (state == o.ON_HOLD).astype(np.uint8), ["", State.TO_DISPATCH.value]
            ),
            **_deadlines(orders, course, on, menu, moved),
            "late_steps": course.late_steps,
            "attempt": np.where(orders.again, 2, 1),
            **_verified(orders, course, rng),
            "reason": coded(reasons_of(state, chance(WHY)).astype(np.uint8), REASONS),
            "merged_into_id": _merged(orders),
            "hotline_number": _hotline(orders, rng),
            "activity_id": np.ma.array(before[0] + 1 + index, mask=index < 0),
            "shift_id": np.ma.array(before[1] + 1 + index, mask=index < 0),
            **_reached(course, orders),
            "moved_at": moved,
        },
    )


def _or_none(index: Ints) -> np.ma.MaskedArray:
    return np.ma.array(index + 1, mask=index < 0)


def _for_whom(orders: Orders) -> dict[str, object]:
    return {
        "is_proxy": orders.is_proxy,
        "relation": coded(orders.relation.astype(np.uint8), RELATIONS),
        "is_for_minor": orders.is_for_minor,
        "contact_id": np.arange(1, len(orders) + 1),
        "requester_id": _or_none(orders.requester),
        "placed_by_id": _or_none(orders.placed_by),
    }


def _position(
    orders: Orders, course: Course, on: Grounds, rng: np.random.Generator
) -> dict[str, object]:
    """Round about the village, to a hundred metres; not kept longer than the contact."""
    now = days.moment(on.ground.pack.demo_start)
    at = on.ground.villages[orders.village]
    lat, lon = on.ground.lat[at], on.ground.lon[at]
    old = ~np.isnat(course.closed) & (course.closed + _KEPT <= now)
    nowhere = np.isnan(lat) | old | (rng.random(len(at)) < 0.04)
    y = np.round(np.nan_to_num(lat) * 1000 + rng.normal(0, 4, len(at))).astype(np.int64) * 1000
    x = np.round(np.nan_to_num(lon) * 1000 + rng.normal(0, 4, len(at))).astype(np.int64) * 1000
    cell = np.array([
        0 if none else positions.cell(a, b)
        for none, a, b in zip(nowhere.tolist(), y.tolist(), x.tolist(), strict=True)
    ])  # fmt: skip
    return {
        "lat_e6": np.ma.array(y, mask=nowhere),
        "lon_e6": np.ma.array(x, mask=nowhere),
        "cell": np.ma.array(cell, mask=nowhere),
    }


def _wishes(
    orders: Orders, course: Course, on: Grounds, rng: np.random.Generator
) -> dict[str, object]:
    day = course.placed.astype("M8[D]") + rng.integers(1, 4, len(orders))
    # Who waits in the pool is still in time, most of them.
    waiting = orders.is_open & (course.level <= 2) & (rng.random(len(orders)) < 0.94)
    day = np.where(waiting, np.maximum(day, days.TODAY + 1), day).astype("M8[D]")
    return {
        "wished_from": day,
        "wished_until": day + rng.integers(2, 12, len(orders)),
        "wished_parts": np.ma.array(orders.parts, mask=orders.parts == 0),
    }


def _verified(orders: Orders, course: Course, rng: np.random.Generator) -> dict[str, object]:
    none = np.isnat(course.verified)
    how = rng.choice([1, 2, 3, 4], len(orders), p=[0.62, 0.14, 0.2, 0.04])
    return {
        "verified_how": coded(np.where(none, 0, how).astype(np.uint8), HOW),
        "verified_by_id": np.ma.array(orders.office + 1, mask=none),
        "verified_at": course.verified,
    }


def reasons_of(state: Ints, rng: np.random.Generator) -> Ints:
    """Index into REASONS; 0 where none is asked for."""
    n = len(state)
    return np.select(
        [state == o.REFUSED, state == o.CANCELLED, state == o.ON_HOLD],
        [
            1 + rng.choice(6, n, p=[0.34, 0.24, 0.1, 0.08, 0.12, 0.12]),
            7 + rng.choice(4, n, p=[0.34, 0.4, 0.1, 0.16]),
            11 + rng.choice(4, n, p=[0.5, 0.2, 0.2, 0.1]),
        ],
        0,
    )


def _merged(orders: Orders) -> np.ma.MaskedArray:
    """Into the nearest earlier one that is no duplicate itself."""
    is_one = orders.state == o.MERGED
    index = np.arange(len(orders))
    target = np.maximum.accumulate(np.where(is_one, 0, index))
    return np.ma.array(target + 1, mask=~is_one)


def _hotline(orders: Orders, rng: np.random.Generator) -> Text:
    is_one = orders.state == o.TRANSFERRED
    numbers = [f"12345-2207{k:06}" for k in rng.integers(0, 10**6, 999)]
    which = np.where(is_one, rng.integers(1, 1000, len(orders)), 0)
    return coded(which, ["", *numbers])


def _reached(course: Course, orders: Orders) -> dict[str, object]:
    return {
        "placed_at": course.placed,
        "dispatched_at": course.last(orders, "dispatched", 2),
        "accepted_at": course.last(orders, "accepted", 3),
        "scheduled_at": course.last(orders, "scheduled", 4),
        "started_at": course.last(orders, "starts", 5),
        "served_at": course.last(orders, "ends", 6),
        "confirmed_at": course.last(orders, "confirmed", 7),
        "rated_at": course.last(orders, "rated", 8),
        "closed_at": course.closed,
    }


def moved_at(orders: Orders, course: Course, on: Grounds) -> Moments:
    """When it came to the state it is in."""
    names_ = ["dispatched", "accepted", "scheduled", "starts", "ends", "confirmed", "rated"]
    steps = [course.last(orders, name, k + 2) for k, name in enumerate(names_)]
    entered = course.last(orders, "entered", 1)
    at = np.choose(course.level, [course.placed, entered, *steps])
    now = days.moment(on.ground.pack.demo_start)
    held = at + ((now - at).astype("m8[s]").astype(np.int64) // 2) * SECOND
    at = np.where(orders.state == o.ON_HOLD, held, at)
    return np.where(np.isnat(course.closed), at, course.closed).astype("M8[s]")


def _deadlines(
    orders: Orders, course: Course, on: Grounds, menu: Menu, moved: Moments
) -> dict[str, object]:
    """When somebody must have acted, and what the sweep has told of it until now."""
    now = days.moment(on.ground.pack.demo_start)
    due, yellow = _due(orders, course, on, menu, moved)
    warned = np.where(now > due, 2, np.where(now > yellow, 1, 0))
    next_up = due_after(due, on, 1)
    again = due_after(next_up, on, 1)
    risen = (now > next_up).astype(np.int64) + (now > again)
    escalates = np.choose(risen, [next_up, again, np.full(len(orders), NEVER)])
    return {
        "due_at": due,
        "yellow_at": yellow,
        "warned": np.where(np.isnat(due), 0, warned),
        "escalation": np.where(now > due, np.minimum(risen, 2), 0),
        "escalates_at": np.where(now > due, escalates, NEVER),
    }


def _due(
    orders: Orders, course: Course, on: Grounds, menu: Menu, moved: Moments
) -> tuple[Moments, Moments]:
    """The deadlines of what is open, exactly as the program sets them."""
    n = len(orders)
    due, yellow = np.full(n, NEVER), np.full(n, NEVER)
    class_of = [SimpleNamespace(code=one.code) for one in menu.classes for _i in one.items]
    ends = course.last(orders, "ends", 4)
    for k in np.flatnonzero(orders.is_open).tolist():
        item = SimpleNamespace(menu_class=class_of[orders.item[k]])
        shift = None if np.isnat(ends[k]) else SimpleNamespace(ends_at=_aware(ends[k]))
        # Nobody of a simulated service has given it back, so nobody is missing.
        order = SimpleNamespace(
            item=item, is_urgent=bool(orders.is_urgent[k]), shift=shift, missing=0
        )
        state = State(STATES[orders.state[k]])
        found = deadlines.due(order, state, _aware(moved[k]))  # type: ignore[arg-type]
        yellow[k], due[k] = days.moment(found.yellow_at), days.moment(found.due_at)
    return due, np.minimum(yellow, due)


def _aware(moment: np.datetime64) -> datetime:
    naive: datetime = moment.astype("M8[s]").item()
    return naive.replace(tzinfo=UTC)
