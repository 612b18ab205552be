"""The order in which a city comes about: ground, places, people, teams, activities, credits."""

from dataclasses import dataclass

import numpy as np

from xinfeng.base.pack import Pack
from xinfeng.places.models import Division

from . import (
    activities,
    attendance,
    cast,
    crowd,
    duties,
    filings,
    ground,
    people,
    places,
    projects,
    stars,
    teams,
    titles,
    venues,
)
from .cast import SignIn
from .ground import Ground, Ints
from .loading import Loader
from .quality import Quality
from .scale import Chance, Scale


@dataclass(frozen=True)
class Founded:
    """The city before anybody does anything."""

    on: activities.Grounds
    duties: duties.Duties
    first_stranger: int


def load(loader: Loader, pack: Pack, scale: Scale, seed: int) -> list[SignIn]:
    """Make everything and hand it to the loader; the same seed makes the same city."""
    chance = Chance(seed)
    land = ground.of(pack, chance)
    _load_divisions(loader, land)
    projects.load_terms(loader, pack)
    founded = _found(loader, land, scale, chance)
    made = activities.made(founded.on, scale, chance)
    titles.load(loader, made, founded.on, chance)
    who, quotas = stars.candidates(founded.on.people, founded.on.teams.leader, scale, chance)
    sign_ins = _load_people(loader, founded, made, int(who[0]), chance)
    teams.load_members(loader, founded.on.teams, founded.on.people, land, chance)
    _attend(loader, founded, made, (who, quotas), scale, chance)
    return sign_ins


def _found(loader: Loader, land: Ground, scale: Scale, chance: Chance) -> Founded:
    everywhere = places.made(land, scale, chance)
    quality = Quality(everywhere.divisions, everywhere.tiers, chance)
    places.load(loader, everywhere, land, chance)
    venues.load(loader, everywhere, quality, chance)
    charge = duties.made(everywhere, quality, chance)
    homes = land.village_of(everywhere.divisions[charge.place], chance("officials"))
    persons = people.made(land, scale, homes, chance)
    first_stranger = len(persons)
    duties.load(loader, charge)
    groups = teams.made(land, everywhere, persons, charge.keepers, quality, scale, chance)
    teams.load(loader, groups)
    library = projects.made(land.pack, everywhere, quality, chance)
    projects.load(loader, library, land.pack, everywhere, chance)
    filings.load(loader, everywhere, charge.keepers, quality, chance)
    persons = people.joined_by(persons, np.zeros(len(cast.STRANGERS), dtype=np.int32))
    leaders = _leaders_of_places(groups, everywhere, charge, chance)
    on = activities.Grounds(land, everywhere, groups, persons, library, quality, leaders)
    return Founded(on, charge, first_stranger)


def _leaders_of_places(
    groups: teams.Teams, everywhere: places.Places, charge: duties.Duties, chance: Chance
) -> Ints:
    """The keeper, else the chief, else the leader of a team near by."""
    units = ground.units_of(everywhere.divisions)
    near = teams.near(groups, everywhere.divisions, units, chance("leaders of places"))
    chief = np.where(charge.chiefs >= 0, charge.chiefs, groups.leader[near])
    return np.where(charge.keepers >= 0, charge.keepers, chief)


def _load_people(
    loader: Loader, founded: Founded, made: activities.Activities, star: int, chance: Chance
) -> list[SignIn]:
    on = founded.on
    home = cast.station(on.ground, on.places, founded.duties, on.quality)
    village = int(np.searchsorted(on.ground.village_codes, on.places.divisions[home]))
    on.people.homes[founded.first_stranger :] = village
    parts = cast.parts(
        on.ground, on.places, founded.duties, on.teams, made, home, star, founded.first_stranger
    )
    sign_ins = cast.dressed(on.people, parts)
    people.load(loader, on.people, on.ground, chance)
    cast.load_grants(loader, on.places, founded.duties, parts)
    return sign_ins


def _attend(
    loader: Loader,
    founded: Founded,
    made: activities.Activities,
    regulars: tuple[Ints, Ints],
    scale: Scale,
    chance: Chance,
) -> None:
    on = founded.on
    who, quotas = regulars
    crowded = crowd.made(on.ground, on.people, who, chance)
    pairs = crowd.regulars(on.people, made, on.ground, who, quotas, chance("regulars"))
    pack = on.ground.pack
    offset = pack.demo_start.utcoffset()
    assert offset is not None
    book = attendance.ledger(made, len(on.people), int(offset.total_seconds()) // 60)
    attendance.load(loader, book, crowded, pairs, scale, chance)
    attendance.load_shifts(loader, book, chance)
    stars.load(loader, on.people, on.ground, who, book.by_person, chance)


def _load_divisions(loader: Loader, land: Ground) -> None:
    rows = sorted(land.pack.divisions, key=lambda row: row.code)
    loader.add(
        Division,
        {
            "code": land.codes,
            "level": land.levels,
            "name": land.names,
            "name_en": [row.name_en for row in rows],
            "valid_from": np.array([row.valid_from for row in rows], dtype="M8[D]"),
            "valid_until": None,
            "successor_id": None,
        },
    )
