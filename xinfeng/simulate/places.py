"""The practice places: what they are, where they lie and since when they are open."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xinfeng.base import codes
from xinfeng.base.codes import Level
from xinfeng.places.models import Place, PlaceState, Spell, Tier

from . import days
from .ground import Ground, Ints
from .loading import Loader
from .scale import Chance, Scale

Masked = np.ma.MaskedArray[Any, Any]

TIERS = [Tier.CENTRE, Tier.INSTITUTE, Tier.STATION, Tier.BASE]
CENTRE, INSTITUTE, STATION, BASE = range(4)
# Places beside those that are open today.
_PLANNED, _SUSPENDED, _CLOSED = 0.045, 0.02, 0.035
_STATES = [PlaceState.OPEN, PlaceState.PLANNED, PlaceState.SUSPENDED, PlaceState.CLOSED]
# When places opened: how many of all by the end of which day.
_OPENED = {
    CENTRE: [("2018-08-01", 0.0), ("2019-03-31", 1.0)],
    INSTITUTE: [("2018-10-01", 0.0), ("2019-06-30", 0.9), ("2019-12-20", 1.0)],
    STATION: [
        ("2018-11-01", 0.0), ("2019-12-31", 0.86), ("2021-06-30", 0.96), ("2022-06-20", 1.0),
    ],
    BASE: [("2018-12-01", 0.0), ("2019-12-31", 0.52), ("2020-12-31", 0.7), ("2022-06-25", 1.0)],
}  # fmt: skip
_BASE_NAMES = [
    "第一",
    "第二",
    "第三",
    "中心",
    "东风",
    "湘江",
    "蒸水",
    "雁峰",
    "石鼓",
    "南岳",
    "回雁",
    "船山",
    "珠晖",
    "酃湖",
    "来雁",
    "朝阳",
    "育才",
    "幸福",
    "人民",
    "先锋",
    "星火",
    "红旗",
    "金桥",
    "雅园",
]


@dataclass(frozen=True)
class Places:
    """All places; ids count from 1 in this order. `open_count` of them are open today."""

    divisions: Ints
    tiers: Ints
    states: Ints
    opened: days.Days
    kinds: list[str]
    names: list[str]
    codes: list[str]
    # The name without the words "practice station", as titles use it.
    short: list[str]

    def __len__(self) -> int:
        return len(self.divisions)

    @property
    def ids(self) -> Ints:
        return np.arange(1, len(self) + 1)

    @property
    def is_open(self) -> NDArray[np.bool_]:
        return np.asarray(self.states == 0)


def made(ground: Ground, scale: Scale, chance: Chance) -> Places:
    rng = chance("places")
    divisions, tiers, states = _frame(ground, scale, rng)
    kinds = _kinds(ground, tiers, rng)
    short = _short_names(ground, divisions, tiers, kinds, rng)
    return Places(
        divisions=divisions,
        tiers=tiers,
        states=states,
        opened=_opened(tiers, states, rng),
        kinds=kinds,
        names=[_full_name(name, tier) for name, tier in zip(short, tiers, strict=True)],
        codes=_codes(divisions, tiers),
        short=short,
    )


def positions(places: Places, ground: Ground, chance: Chance) -> tuple[Masked, Masked]:
    """Latitude and longitude in micro-degrees; nobody has entered where some places are."""
    rng = chance("positions of places")
    at = np.searchsorted(ground.codes, places.divisions)
    nowhere = (rng.random(len(at)) < 0.006) | np.isnan(ground.lon[at])
    lon, lat = (
        np.round((np.nan_to_num(of[at]) + rng.normal(0, 0.0015, len(at))) * 1e6)
        for of in (ground.lon, ground.lat)
    )
    return (
        np.ma.array(lat.astype(np.int64), mask=nowhere),
        np.ma.array(lon.astype(np.int64), mask=nowhere),
    )


def load(loader: Loader, places: Places, ground: Ground, chance: Chance) -> None:
    lat, lon = positions(places, ground, chance)
    loader.add(
        Place,
        {
            "id": places.ids,
            "code": places.codes,
            "name": places.names,
            "name_en": "",
            "tier": [TIERS[tier].value for tier in places.tiers],
            "kind": places.kinds,
            "state": [_STATES[state].value for state in places.states],
            "division_id": places.divisions,
            "address": _addresses(ground, places, chance("addresses")),
            "lon_e6": lon,
            "lat_e6": lat,
        },
    )
    _load_spells(loader, places, chance("spells"))


def _frame(ground: Ground, scale: Scale, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Division, tier and state of every place."""
    by_level = [ground.codes[ground.of_level(level)] for level in Level]
    more = [max(1, round(share * scale.bases)) for share in (_PLANNED, _SUSPENDED, _CLOSED)]
    bases = scale.bases + sum(more)
    # Industries are where people are: in a township, and some in a village.
    village = ground.village_codes[rng.choice(len(ground.villages), bases, p=ground.weights)]
    homes = np.where(rng.random(bases) < 0.7, village // 1000 * 1000, village)
    divisions = np.concatenate([by_level[0], by_level[1], by_level[2], by_level[3], homes])
    counts = [1 + len(by_level[1]), len(by_level[2]), len(by_level[3]), bases]
    tiers = np.repeat(np.arange(4), counts)
    states = np.zeros(len(tiers), dtype=np.int64)
    states[len(tiers) - sum(more) :] = np.repeat([1, 2, 3], more)
    return divisions, tiers, states


def _kinds(ground: Ground, tiers: Ints, rng: np.random.Generator) -> list[str]:
    kinds = [term.code for term in ground.pack.place_kinds] or [""]
    drawn = rng.integers(0, len(kinds), len(tiers))
    return [kinds[k] if tier == BASE else "" for k, tier in zip(drawn, tiers, strict=True)]


def _short_names(
    ground: Ground, divisions: Ints, tiers: Ints, kinds: list[str], rng: np.random.Generator
) -> list[str]:
    kind_names = {term.code: term.name for term in ground.pack.place_kinds}
    used: set[str] = set()
    names = []
    for code, tier, kind in zip(divisions.tolist(), tiers.tolist(), kinds, strict=True):
        level = codes.level_of(code)
        where = "".join(
            ground.name_of(above)
            for above in [*codes.ancestors(code, level), code]
            if above % 10**8 or level is Level.CITY
        )
        name = where
        while tier == BASE and (name == where or name in used):
            word = _BASE_NAMES[int(rng.integers(len(_BASE_NAMES)))]
            name = f"{where}{word}{kind_names.get(kind, '')}"
            if name in used:
                name += f"（{len(used)}）"
        used.add(name)
        names.append(_without_office(name))
    return names


def _without_office(name: str) -> str:
    """王江社区居委会 is named 王江社区 on a plaque."""
    for office in ("居民委员会", "村民委员会", "居委会", "村委会"):
        if name.endswith(office):
            rest = name.removesuffix(office)
            return rest if rest.endswith(("社区", "村")) or office[0] != "村" else rest + "村"
    return name


def _full_name(short: str, tier: int) -> str:
    return short + "新时代文明实践" + ("中心", "所", "站", "基地")[tier]


def _codes(divisions: Ints, tiers: Ints) -> list[str]:
    """C4304, C430405, I430405007, S430405007006, B430405-012."""
    seen: dict[str, int] = {}
    made = []
    for code, tier in zip(divisions.tolist(), tiers.tolist(), strict=True):
        short = codes.short(code, codes.level_of(code))
        if tier == BASE:
            county = str(code)[:6]
            seen[county] = seen.get(county, 0) + 1
            made.append(f"B{county}-{seen[county]:03}")
        else:
            made.append("CIS"[tier] + short)
    return made


def _opened(tiers: Ints, states: Ints, rng: np.random.Generator) -> days.Days:
    opened = np.full(len(tiers), days.NEVER)
    for tier, curve in _OPENED.items():
        own = np.flatnonzero(tiers == tier)
        on = np.array([np.datetime64(day) for day, _ in curve]).astype(np.int64)
        drawn = np.interp(rng.random(len(own)), [share for _, share in curve], on)
        opened[own] = np.round(drawn).astype(np.int64).astype("M8[D]")
    gone = states >= 2
    opened[gone] = days.drawn_between(rng, "2018-12-01", "2020-03-01", int(gone.sum()))
    opened[states == 1] = days.NEVER
    return opened


def _addresses(ground: Ground, places: Places, rng: np.random.Generator) -> list[str]:
    numbers = rng.integers(1, 200, len(places))
    known = rng.random(len(places)) < 0.93
    return [
        f"{ground.name_of(int(code))}{number}号" if has else ""
        for code, number, has in zip(places.divisions, numbers, known, strict=True)
    ]


def _load_spells(loader: Loader, places: Places, rng: np.random.Generator) -> None:
    """Planned before, open since; some were closed for the epidemic, some for good."""
    n = len(places)
    planned = places.opened - rng.integers(40, 160, n)
    epidemic = rng.random(n) < 0.12
    epidemic &= places.opened < days.at("2019-12-31")
    until = days.drawn_between(rng, "2020-03-10", "2020-04-20", n)
    rows: list[tuple[Any, ...]] = []
    for i in range(n):
        place, division, opened = i + 1, places.divisions[i], places.opened[i]
        state = _STATES[places.states[i]]
        if state == PlaceState.PLANNED:
            start = days.TODAY - int(rng.integers(20, 200))
            rows.append((place, division, state, start, days.NEVER))
            continue
        if i % 5 < 2:
            rows.append((place, division, PlaceState.PLANNED, planned[i], opened))
        last = _turns(rows, places, i, until[i] if epidemic[i] else None)
        if state in {PlaceState.SUSPENDED, PlaceState.CLOSED}:
            late = "2022-01-10" if state == PlaceState.SUSPENDED else "2020-09-01"
            end = days.at(late) + int(rng.integers(0, 150))
            rows.append((place, division, PlaceState.OPEN, last, end))
            rows.append((place, division, state, end, days.NEVER))
        else:
            rows.append((place, division, PlaceState.OPEN, last, days.NEVER))
    _add_spells(loader, rows)


def _turns(rows: list[Any], places: Places, i: int, reopened: Any) -> np.datetime64:
    """The day on which a place opened for the last time, with a pause in 2020 behind it."""
    opened: np.datetime64 = places.opened[i]
    if reopened is None:
        return opened
    shut = days.at("2020-01-26")
    rows.append((i + 1, places.divisions[i], PlaceState.OPEN, opened, shut))
    rows.append((i + 1, places.divisions[i], PlaceState.SUSPENDED, shut, reopened))
    return np.datetime64(reopened)


def _add_spells(loader: Loader, rows: list[tuple[Any, ...]]) -> None:
    place, division, state, starts, ends = zip(*rows, strict=True)
    loader.add(
        Spell,
        {
            "id": np.arange(1, len(rows) + 1),
            "place_id": np.array(place),
            "division_id": np.array(division),
            "state": [value.value for value in state],
            "starts_on": np.array(starts, dtype="M8[D]"),
            "ends_on": np.array(ends, dtype="M8[D]"),
        },
    )
