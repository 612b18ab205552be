"""What keepers filed: plans, lists, schedules, meetings, budgets, checks; with their gaps."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from xinfeng.inspections.models import Filing, Item

from . import days
from .ground import Ints
from .loading import Loader
from .places import BASE, STATION, Places
from .quality import Kept, Quality
from .scale import Chance

# How many places file as asked; of the others some file half of the time and some never.
_MET = {
    Item.YEARLY_PLAN: 0.9,
    Item.MONTHLY_LIST: 0.8,
    Item.WEEKLY_SCHEDULE: 0.67,
    Item.LEADING_GROUP_MEETING: 0.79,
    Item.BUDGET: 0.83,
    Item.EQUIPMENT_CHECK: 0.74,
}
Rows = tuple[Ints, days.Days, days.Days]


def load(
    loader: Loader, places: Places, keepers: Ints, quality: Quality, chance: Chance
) -> None:
    parts: list[Rows] = []
    items: list[str] = []
    for item, met in _MET.items():
        rng = chance(f"filings {item.value}")
        asked = places.is_open & (places.tiers != BASE)
        if item == Item.EQUIPMENT_CHECK:
            asked &= places.tiers == STATION
        kept = quality.line(item.value, met=met)
        quality.lines[item.value] = np.where(asked, kept, Kept.MET)
        for rows in _of(item, places, np.flatnonzero(asked), kept, rng):
            parts.append(rows)
            items += [item.value] * len(rows[0])
    _add(loader, parts, items, keepers, chance("filing times"))


def _of(
    item: Item, places: Places, own: Ints, kept: Ints, rng: np.random.Generator
) -> list[Rows]:
    never = rng.random(len(places)) < 0.35
    rows = []
    for starts, last, until in _terms(item):
        # Asked of a place once it is open; a careless one misses every second time.
        good = kept[own] == Kept.MET
        usual = 0.995 if item != Item.WEEKLY_SCHEDULE else 0.96
        share = np.where(good, usual, np.where(never[own], 0.0, 0.45))
        if item in {Item.YEARLY_PLAN, Item.BUDGET} or until == days.NEVER:
            share = np.where(good, 0.998, 0.0 if item != Item.LEADING_GROUP_MEETING else 0.3)
        files = (rng.random(len(own)) < share) & (places.opened[own] <= starts)
        who = own[files]
        on = days.drawn_between(rng, starts, min(last, days.YESTERDAY), len(who))
        rows.append((who, on, np.full(len(who), until)))
    return rows


def _terms(item: Item) -> list[tuple[Any, Any, Any]]:
    """First and last day to file, and until when it holds: from 2021 to now."""
    day = np.timedelta64(1, "D")
    if item in {Item.YEARLY_PLAN, Item.BUDGET}:
        return [
            (days.at(f"{y}-01-05"), days.at(f"{y}-02-25"), days.at(f"{y + 1}-01-01"))
            for y in (2020, 2021, 2022)
        ]
    if item == Item.WEEKLY_SCHEDULE:
        mondays = np.arange(days.at("2021-10-04"), days.TODAY, 7 * day)
        return [(monday, monday, monday + 7 * day) for monday in mondays]
    if item == Item.LEADING_GROUP_MEETING:
        halves = ["2020-03", "2020-09", "2021-03", "2021-09", "2022-03"]
        meetings = [(days.at(f"{h}-01"), days.at(f"{h}-28"), days.NEVER) for h in halves]
        return [*meetings, (days.at("2022-06-06"), days.at("2022-06-28"), days.NEVER)]
    return _monthly(1 if item == Item.MONTHLY_LIST else 3)


def _monthly(every: int) -> list[tuple[Any, Any, Any]]:
    months = np.arange(np.datetime64("2021-01"), np.datetime64("2022-08"), every)
    width = 4 if every == 1 else 80
    return [
        (m.astype("M8[D]"), m.astype("M8[D]") + width, (m + every).astype("M8[D]"))
        for m in months
    ]


def _add(
    loader: Loader, parts: list[Rows], items: list[str], keepers: Ints, rng: np.random.Generator
) -> None:
    place = np.concatenate([part[0] for part in parts])
    on = np.concatenate([part[1] for part in parts])
    until = np.concatenate([part[2] for part in parts])
    keeper = keepers[place]
    minutes = rng.integers(30, 560, len(place)) * np.timedelta64(60, "s")
    loader.add(
        Filing,
        {
            "id": np.arange(1, len(place) + 1),
            "place_id": place + 1,
            "item": items,
            "on": on,
            "valid_until": until.astype("M8[D]"),
            "note": "",
            "filed_by_id": np.ma.array(keeper + 1, mask=keeper < 0),
            "filed_at": _moments(on, minutes),
            "withdrawn_at": None,
            "withdrawn_by_id": None,
        },
    )


def _moments(on: days.Days, minutes: NDArray[np.timedelta64]) -> NDArray[np.datetime64]:
    return np.asarray(on.astype("M8[s]") + minutes)
