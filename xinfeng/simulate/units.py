"""Responsible units with their people, and the points of the pack's types they answer for."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from xinfeng.base.codes import Level
from xinfeng.units.models import (
    MemberRole,
    Point,
    PointState,
    PointType,
    Unit,
    UnitKind,
    UnitMember,
)

from . import days, places
from .activities import Grounds
from .ground import Ground, Ints
from .loading import Loader
from .places import INSTITUTE, STATION
from .scale import Chance, Scale
from .unit_names import CITY_ONLY, DEPARTMENTS, RURAL, TYPES, stem

_URBAN = ("社区", "居委会", "居民委员会", "街道")
# About how far a point lies from the middle of its village, in degrees: a hundred metres.
_NEAR = 0.0009
_KEPT, _SUSPENDED, _CLOSED = 0.9, 0.02, 0.03
_FEWEST_STAFF, _MOST_STAFF = 1, 3


@dataclass(frozen=True)
class _Unit:
    code: str
    name: str
    short_name: str
    kind: str
    division: int
    parent: int | None
    key: str


@dataclass(frozen=True)
class Register:
    """Who answers for what, by index: units, their people, and their points."""

    units: list[_Unit]
    # Per member: the unit, the person and the role; the members of a unit stand together.
    member_of: Ints
    member: Ints
    role: list[MemberRole]
    # Per point.
    of_type: Ints
    place: Ints
    division: Ints
    unit: Ints
    lat: places.Masked
    lon: places.Masked

    def answering(self, keys: list[str], divisions: Ints, city: int) -> Ints:
        """The department of the county, or of the city where the county has none."""
        by_key = {(unit.key, unit.division): at for at, unit in enumerate(self.units)}
        return np.array([
            by_key.get((key, code // 10**6 * 10**6), by_key.get((key, city), 0))
            for key, code in zip(keys, divisions.tolist(), strict=True)
        ])  # fmt: skip


def made(on: Grounds, scale: Scale, chance: Chance) -> Register | None:
    """None where the pack names no types."""
    if not on.ground.pack.point_types or not scale.points:
        return None
    units = _units(on.ground, scale.units)
    rng = chance("points")
    of_type = _types(on, scale)
    place = _places(on, of_type, rng)
    division = np.where(
        place >= 0, on.places.divisions[np.maximum(place, 0)], _divisions(on, of_type, rng)
    )
    lat, lon = _positions(on, place, division, chance)
    of, who, roles = _members(units, on, chance)
    return Register(
        units, of, who, roles, of_type, place, division,
        _answering(units, on, of_type, division), lat, lon,
    )  # fmt: skip


def load(loader: Loader, known: Register, on: Grounds, chance: Chance) -> None:
    terms = on.ground.pack.point_types
    _load_units(loader, known.units, chance)
    _load_members(loader, known, chance)
    loader.add(
        PointType,
        {
            "id": np.arange(1, len(terms) + 1),
            "code": [term.code for term in terms],
            "name": [term.name for term in terms],
            "name_en": [term.name_en for term in terms],
            "charge": [term.charge.upper() for term in terms],
            "position": np.arange(len(terms)),
        },
    )
    _load_points(loader, known, on, chance)


def _units(land: Ground, most: int) -> list[_Unit]:
    """The departments of the city, then of its counties, one kind after the other."""
    city = land.pack
    made = [
        _Unit(
            f"S{n:03}", f"{city.name}{name}", f"市{short}", UnitKind.CITY, city.code, None, key
        )
        for n, (key, name, short) in enumerate(DEPARTMENTS, start=1)
    ]
    own = {unit.key: at for at, unit in enumerate(made)}
    counties = land.of_level(Level.COUNTY)
    rest = [
        _Unit(f"S{n:03}", f"{city.name}{name}", f"市{short}", kind, city.code, None, key)
        for n, (key, name, short, kind) in enumerate(CITY_ONLY, start=len(made) + 1)
    ]
    made += rest[: max(0, min(len(rest), most - len(made) - len(counties)))]
    for key, name, short in DEPARTMENTS:
        for at in counties.tolist():
            code, named = int(land.codes[at]), land.names[at]
            made.append(
                _Unit(f"X{len(made):03}", f"{named}{name}", f"{named}{short}", UnitKind.COUNTY,
                      code, own[key], key)
            )  # fmt: skip
    return made[:most]


def _load_units(loader: Loader, units: list[_Unit], chance: Chance) -> None:
    parents = np.array([-1 if unit.parent is None else unit.parent for unit in units])
    rng = chance("units")
    loader.add(
        Unit,
        {
            "id": np.arange(1, len(units) + 1),
            "code": [unit.code for unit in units],
            "name": [unit.name for unit in units],
            "short_name": [unit.short_name for unit in units],
            "kind": [str(unit.kind) for unit in units],
            "division_id": np.array([unit.division for unit in units]),
            "parent_id": np.ma.array(parents + 1, mask=parents < 0),
            "is_active": np.ones(len(units), dtype=bool),
            "since": days.drawn_between(rng, "2018-01-01", "2019-06-30", len(units)),
            "until": None,
        },
    )


def _members(
    units: list[_Unit], on: Grounds, chance: Chance
) -> tuple[Ints, Ints, list[MemberRole]]:
    """A head, a liaison and some staff each; nobody stands in two units."""
    rng = chance("members of units")
    staff = rng.integers(_FEWEST_STAFF, _MOST_STAFF + 1, len(units))
    roles = [
        role
        for more in staff.tolist()
        for role in (MemberRole.HEAD, MemberRole.LIAISON, *[MemberRole.STAFF] * more)
    ]
    of = np.repeat(np.arange(len(units)), staff + 2)
    return of, rng.choice(_present(on), len(of), replace=False), roles


def _load_members(loader: Loader, known: Register, chance: Chance) -> None:
    of, rng = known.member_of, chance("since when members act")
    loader.add(
        UnitMember,
        {
            "id": np.arange(1, len(of) + 1),
            "unit_id": of + 1,
            "person_id": known.member + 1,
            "division_id": np.array([unit.division for unit in known.units])[of],
            "role": [str(role) for role in known.role],
            "since": days.drawn_between(rng, "2020-01-02", "2022-03-31", len(of)),
            "until": None,
        },
    )


def _present(on: Grounds) -> Ints:
    """Volunteers who are grown up and have not left; the officials of places are others."""
    grown = on.people.born < np.datetime64("2000-01-01")
    staying = np.isnat(on.people.left) & grown & ~np.isnat(on.people.registered)
    found = np.flatnonzero(staying)
    return found[found >= on.people.officials]


def _load_points(loader: Loader, known: Register, on: Grounds, chance: Chance) -> None:
    land, rng = on.ground, chance("rows of points")
    of_type, place, division = known.of_type, known.place, known.division
    state = rng.choice(3, len(of_type), p=[1 - _SUSPENDED - _CLOSED, _SUSPENDED, _CLOSED])
    states = [PointState.OPEN, PointState.SUSPENDED, PointState.CLOSED]
    since = days.drawn_between(rng, "2019-09-01", "2022-05-31", len(of_type))
    until = days.drawn_between(rng, "2022-06-01", "2022-07-15", len(of_type))
    until[state != states.index(PointState.CLOSED)] = days.NEVER
    keeper = rng.choice(_present(on), len(of_type))
    loader.add(
        Point,
        {
            "id": np.arange(1, len(of_type) + 1),
            "code": [f"D{n:05}" for n in range(1, len(of_type) + 1)],
            "type_id": of_type + 1,
            "name": _names(on, of_type, place, division),
            "address": [land.name_of(code) for code in division.tolist()],
            "unit_id": known.unit + 1,
            "division_id": division,
            "place_id": np.ma.array(place + 1, mask=place < 0),
            "lat_e6": known.lat,
            "lon_e6": known.lon,
            "person_in_charge_id": np.ma.array(
                keeper + 1, mask=rng.random(len(keeper)) >= _KEPT
            ),
            "state": [str(states[s]) for s in state.tolist()],
            "since": since,
            "until": until,
        },
    )


def _types(on: Grounds, scale: Scale) -> Ints:
    """As many of each type as its weight says, one at least."""
    weights = np.array([term.weight for term in on.ground.pack.point_types], dtype=float)
    counts = np.maximum(1, np.round(weights / weights.sum() * scale.points)).astype(int)
    return np.repeat(np.arange(len(weights)), counts)


def _places(on: Grounds, of_type: Ints, rng: np.random.Generator) -> Ints:
    """The practice place that a point is, each once; -1 for every other point."""
    codes = [term.code for term in on.ground.pack.point_types]
    found = np.full(len(of_type), -1)
    if "practice-place" not in codes:
        return found
    wanted = np.flatnonzero(of_type == codes.index("practice-place"))
    lies_low = np.isin(on.places.tiers, (INSTITUTE, STATION)) & (on.places.states == 0)
    own = rng.permutation(np.flatnonzero(lies_low))[: len(wanted)]
    found[wanted[: len(own)]] = own
    return found


def _divisions(on: Grounds, of_type: Ints, rng: np.random.Generator) -> Ints:
    """Communities for what towns have, villages for the rest, a township for a township."""
    land = on.ground
    names = [land.names[v] for v in land.villages.tolist()]
    urban = np.array([any(word in name for word in _URBAN) for name in names])
    pools = {
        True: np.flatnonzero(urban) if urban.any() else np.arange(len(urban)),
        False: np.flatnonzero(~urban) if (~urban).any() else np.arange(len(urban)),
    }
    townships = land.codes[land.of_level(Level.TOWNSHIP)]
    codes = [term.code for term in land.pack.point_types]
    made = []
    for one in of_type.tolist():
        if codes[one] == "township":
            made.append(int(rng.choice(townships)))
            continue
        pool = pools[codes[one] not in RURAL]
        weights = land.weights[pool]
        made.append(int(land.village_codes[rng.choice(pool, p=weights / weights.sum())]))
    return np.array(made)


def _positions(
    on: Grounds, place: Ints, division: Ints, chance: Chance
) -> tuple[places.Masked, places.Masked]:
    """Beside the middle of the village; a practice place where that place lies."""
    rng, land = chance("positions of points"), on.ground
    at = np.searchsorted(land.codes, division)
    nowhere = np.isnan(land.lon[at])
    own_lat, own_lon = places.positions(on.places, land, chance)
    made = []
    for of, own in ((land.lat, own_lat), (land.lon, own_lon)):
        beside = np.nan_to_num(of[at]) + np.clip(rng.normal(0, _NEAR, len(at)), -0.002, 0.002)
        value = np.round(beside * 1e6).astype(np.int64)
        known = (place >= 0) & ~np.ma.getmaskarray(own)[np.maximum(place, 0)]
        value = np.where(known, np.ma.getdata(own)[np.maximum(place, 0)], value)
        made.append(np.ma.array(value, mask=nowhere & ~known))
    return made[0], made[1]


def _names(on: Grounds, of_type: Ints, place: Ints, division: Ints) -> list[str]:
    terms, seen = on.ground.pack.point_types, Counter[str]()
    made = []
    for one, at, code in zip(of_type.tolist(), place.tolist(), division.tolist(), strict=True):
        if at >= 0:
            made.append(on.places.names[at])
            continue
        ending = TYPES.get(terms[one].code, ("", terms[one].name))[1] or terms[one].name
        name = stem(on.ground.name_of(code)) + ending
        seen[name] += 1
        made.append(name if seen[name] == 1 else f"{name}（{seen[name]}）")
    return made


def _answering(units: list[_Unit], on: Grounds, of_type: Ints, division: Ints) -> Ints:
    """The department of the county, or of the city where the county has none."""
    by_key = {(unit.key, unit.division): at for at, unit in enumerate(units)}
    terms, city = on.ground.pack.point_types, on.ground.pack.code
    found = []
    for one, code in zip(of_type.tolist(), division.tolist(), strict=True):
        key = TYPES.get(terms[one].code, (DEPARTMENTS[0][0], ""))[0]
        county = code // 10**6 * 10**6
        found.append(by_key.get((key, county), by_key[key, city]))
    return np.array(found)
