"""What places have: rooms, things, opening hours, heads counted; each with its defects."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from xinfeng.places.models import (
    Facility,
    FacilityKind,
    Headcount,
    HeadcountKind,
    OpeningException,
    OpeningHours,
)

from . import days
from .ground import Ints
from .loading import Loader
from .places import BASE, CENTRE, INSTITUTE, STATION, Places
from .quality import Kept, Quality
from .scale import Chance


@dataclass(frozen=True)
class _Thing:
    """A kind of facility: who should have it, how many meet it, how much each tier asks for."""

    kind: FacilityKind
    name: str
    column: str
    met: float
    unknown: float
    asked: tuple[int | None, int | None, int | None, int | None]


_THINGS = [
    _Thing(FacilityKind.PLAQUE, "统一标牌标识", "items", 0.955, 0.015, (1, 1, 1, 1)),
    _Thing(FacilityKind.HALL, "宣讲室", "seats", 0.88, 0.03, (None, 50, 20, None)),
    _Thing(FacilityKind.ACTIVITY_AREA, "场地", "area_m2", 0.82, 0.05, (500, 200, 200, None)),
    _Thing(FacilityKind.HOURS_BOARD, "开放时间公示牌", "items", 0.91, 0.03, (1, 1, 1, 1)),
    _Thing(FacilityKind.BOOKS, "农家书屋", "items", 0.78, 0.06, (None, None, 500, None)),
    _Thing(FacilityKind.FITNESS, "健身器材", "items", 0.9, 0.03, (None, None, 3, None)),
    _Thing(FacilityKind.DESK, "志愿服务台", "items", 0.86, 0.04, (1, 1, 1, 1)),
    _Thing(FacilityKind.DISPLAY, "激励回馈与成果展示", "items", 0.69, 0.08, (1, 1, 1, None)),
    _Thing(FacilityKind.ORDER_POINT, "点单渠道", "items", 0.76, 0.06, (1, 1, 1, 1)),
]  # fmt: skip
# Weekdays open, minute of opening, minutes a day: (kept, not kept) per tier.
_WEEKS = {
    CENTRE: ((6, 510, 480), (5, 540, 420)),
    INSTITUTE: ((6, 540, 480), (5, 540, 450)),
    STATION: ((6, 870, 240), (3, 870, 240)),
    BASE: ((5, 540, 360), (3, 540, 300)),
}


def load(loader: Loader, places: Places, quality: Quality, chance: Chance) -> None:
    _load_facilities(loader, places, quality, chance("facilities"))
    _load_hours(loader, places, quality, chance("opening hours"))
    _load_exceptions(loader, places, chance("exceptions"))
    _load_headcounts(loader, places, quality, chance("headcounts"))


def has_started(places: Places) -> Ints:
    """Places that were ever open: the others have nothing yet."""
    return np.flatnonzero(~np.isnat(places.opened))


def stacked(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows of several parts as one table with ids."""
    joined: dict[str, Any] = {}
    for name, first in parts[0].items():
        values = np.concatenate([np.ma.getdata(part[name]) for part in parts])
        if isinstance(first, np.ma.MaskedArray):
            mask = np.concatenate([np.ma.getmaskarray(part[name]) for part in parts])
            values = np.ma.array(values, mask=mask)
        joined[name] = values
    rows = len(next(iter(joined.values())))
    return {"id": np.arange(1, rows + 1), **joined}


def _load_facilities(
    loader: Loader, places: Places, quality: Quality, rng: np.random.Generator
) -> None:
    parts = [part for thing in _THINGS for part in _rows_of(thing, places, quality, rng)]
    names, kinds = [], []
    for thing, part in zip(_THINGS, parts, strict=True):
        names += [thing.name] * len(part["place_id"])
        kinds += [thing.kind.value] * len(part["place_id"])
    loader.add(Facility, {**stacked(parts), "name": names, "kind": kinds, "ends_on": None})


def _rows_of(
    thing: _Thing, places: Places, quality: Quality, rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    asked = np.array([-1 if a is None else a for a in thing.asked])[places.tiers]
    kept = quality.line(thing.kind.value, met=thing.met, unknown=thing.unknown)
    # Of a kind that is not asked for, nothing is a defect.
    quality.lines[thing.kind.value] = np.where(asked < 0, Kept.MET, kept)
    own = has_started(places)
    own = own[(asked[own] >= 0) & (kept[own] != Kept.UNKNOWN)]
    amount = _amounts(asked[own], kept[own] == Kept.MET, rng)
    row: dict[str, Any] = {"place_id": own + 1, "starts_on": places.opened[own]}
    for column in ("area_m2", "seats", "items"):
        row[column] = np.ma.array(amount, mask=np.full(len(own), column != thing.column))
    yield row


def _amounts(asked: Ints, met: Any, rng: np.random.Generator) -> Ints:
    """Enough or too little of what is asked for; a thing that counts once is there or not."""
    more = np.ceil(asked * rng.choice([1.0, 1.05, 1.1, 1.2, 1.3, 1.5, 2.0], len(asked)))
    less = np.floor(asked * rng.uniform(0.25, 0.95, len(asked)))
    several = np.where(met, more, less).astype(np.int64)
    return np.asarray(np.where(asked == 1, met.astype(np.int64), several))


def _load_hours(
    loader: Loader, places: Places, quality: Quality, rng: np.random.Generator
) -> None:
    kept = quality.line("OPENING", met=0.85, unknown=0.03)
    rows: list[tuple[int, int, int, int, Any]] = []
    for i in has_started(places).tolist():
        if kept[i] == Kept.UNKNOWN:
            continue
        open_days, opens, minutes = _WEEKS[int(places.tiers[i])][int(kept[i] != Kept.MET)]
        opens += int(rng.integers(-2, 3)) * 15
        rows += [(i + 1, d, opens, opens + minutes, places.opened[i]) for d in range(open_days)]
    place, weekday, opens_at, closes_at, starts = zip(*rows, strict=True)
    loader.add(
        OpeningHours,
        {
            "id": np.arange(1, len(rows) + 1),
            "place_id": np.array(place),
            "weekday": np.array(weekday),
            "opens_minute": np.array(opens_at),
            "closes_minute": np.array(closes_at),
            "starts_on": np.array(starts, dtype="M8[D]"),
            "ends_on": None,
        },
    )


def _load_exceptions(loader: Loader, places: Places, rng: np.random.Generator) -> None:
    """Shut for the Spring Festival, or shorter in the heat of the coming week."""
    own = np.flatnonzero(places.is_open)
    shut = own[rng.random(len(own)) < 0.2]
    hot = own[rng.random(len(own)) < 0.06]
    place = np.concatenate([shut, shut, hot]) + 1
    on = np.repeat(np.array(["2022-02-01", "2022-02-02", "2022-07-20"], "M8[D]"),
                   [len(shut), len(shut), len(hot)])  # fmt: skip
    closed = np.repeat([True, False], [2 * len(shut), len(hot)])
    reasons = ["春节放假" if c else "高温天气调整开放时间" for c in closed]
    loader.add(
        OpeningException,
        {
            "id": np.arange(1, len(place) + 1),
            "place_id": place,
            "on": on,
            "opens_minute": np.ma.array(np.full(len(place), 480), mask=closed),
            "closes_minute": np.ma.array(np.full(len(place), 660), mask=closed),
            "reason": reasons,
        },
    )


def _load_headcounts(
    loader: Loader, places: Places, quality: Quality, rng: np.random.Generator
) -> None:
    """Party members and public staff: counted in 2021 and again in 2022."""
    parts, kinds = [], []
    for kind, met, bar, heads in (
        (HeadcountKind.PARTY_MEMBERS, 0.84, 0.8, (400, 120, 45)),
        (HeadcountKind.PUBLIC_STAFF, 0.88, 0.7, (600, 60, 9)),
    ):
        kept = quality.line(kind.value, met=met, unknown=0.04)
        quality.lines[kind.value] = np.where(places.tiers == BASE, Kept.MET, kept)
        own = has_started(places)
        own = own[(places.tiers[own] != BASE) & (kept[own] != Kept.UNKNOWN)]
        size = np.array([*heads, 0])[places.tiers[own]] * rng.uniform(0.6, 1.6, len(own))
        first = days.drawn_between(rng, "2021-02-15", "2021-03-20", len(own))
        second = days.drawn_between(rng, "2022-02-15", "2022-03-20", len(own))
        met_now = kept[own] == Kept.MET
        before = _counted(own, met_now, bar * 0.75, size, rng)
        now = _counted(own, met_now, bar, size, rng)
        parts.append({**before, "counted_on": first, "replaced_on": second})
        parts.append(
            {**now, "counted_on": second, "replaced_on": np.full(len(own), days.NEVER)}
        )
        kinds += [kind.value] * 2 * len(own)
    loader.add(Headcount, {**stacked(parts), "kind": kinds})


def _counted(
    own: Ints, met: Any, bar: float, size: Any, rng: np.random.Generator
) -> dict[str, Any]:
    """Heads and volunteers, at or above the bar where it is met."""
    heads = np.maximum(size.astype(np.int64), 3)
    share = np.where(
        met, rng.uniform(bar, 1.0, len(own)), rng.uniform(0.5 * bar, bar, len(own))
    )
    needed = np.ceil(heads * bar - 1e-9).astype(np.int64)
    drawn = np.round(heads * share).astype(np.int64)
    volunteers = np.where(met, np.maximum(drawn, needed), np.minimum(drawn, needed - 1))
    return {
        "place_id": own + 1,
        "heads": heads,
        "volunteers": np.clip(volunteers, 0, heads),
    }
