"""The people: officials of the places first, then volunteers in the order they registered."""

import os
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from xinfeng.people.models import Identity, Person

from . import days, names
from .copy_binary import Text, coded
from .ground import Ground, Ints
from .loading import Loader
from .scale import Chance, Scale

_ROWS_AT_ONCE = 400_000


@dataclass(frozen=True)
class People:
    """Everybody by index; the id is the index and one."""

    # Index of the home village, in the order of village codes.
    homes: NDArray[np.int32]
    registered: days.Days
    left: days.Days
    born: days.Days
    officials: int
    # Persons who can sign in: index → (username, password as stored).
    cast: dict[int, tuple[str, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.homes)


def made(ground: Ground, scale: Scale, official_homes: Ints, chance: Chance) -> People:
    """Exactly the registered of March and of today, with those who left beside them."""
    rng = chance("people")
    left_late = max(1, scale.left // 12)
    left_early = scale.left - left_late
    first = scale.volunteers_in_march + left_early
    later = scale.volunteers + scale.left - first
    assert first > len(official_homes), "more officials than volunteers"
    registered = np.concatenate(
        [
            np.sort(days.drawn_between(rng, "2018-09-01", "2019-03-01", len(official_homes))),
            _grown(rng, first - len(official_homes)),
            np.sort(days.drawn_between(rng, days.MARCH_END + 1, days.YESTERDAY, later)),
        ]
    )
    others = len(registered) - len(official_homes)
    drawn = rng.choice(len(ground.villages), others, p=ground.weights)
    left = np.full(len(registered), days.NEVER)
    # Only those leave who registered before 2021, so that each leaves after a while.
    old = int(np.searchsorted(registered[len(official_homes) :], days.at("2021-01-01")))
    who = len(official_homes) + rng.choice(old, scale.left, replace=False)
    left[who[:left_early]] = days.drawn_between(rng, "2021-02-01", days.MARCH_END, left_early)
    left[who[left_early:]] = days.drawn_between(
        rng, days.MARCH_END + 1, days.YESTERDAY, left_late
    )
    homes = np.concatenate([official_homes, drawn]).astype(np.int32)
    born = _born(registered, len(official_homes), chance("ages"))
    return People(homes, registered, left, born, len(official_homes))


def _born(registered: days.Days, officials: int, rng: np.random.Generator) -> days.Days:
    """Pupils, students and workers, and the retired; officials are of working age."""
    n = len(registered)
    middle = rng.choice([15.0, 24.0, 38.0, 52.0, 65.0], n, p=[0.1, 0.17, 0.33, 0.25, 0.15])
    age = np.clip(middle + rng.normal(0, 6, n), 8, 84)
    age[:officials] = np.clip(age[:officials], 26, 59)
    return np.asarray(registered - (age * 365.25).astype(np.int64), "M8[D]")


def joined_by(people: People, homes: NDArray[np.int32]) -> People:
    """With further persons at the end who are no volunteers."""
    none = np.full(len(homes), days.NEVER)
    return People(
        np.concatenate([people.homes, homes]),
        np.concatenate([people.registered, none]),
        np.concatenate([people.left, none]),
        np.concatenate([people.born, np.full(len(homes), days.at("1984-05-06"))]),
        people.officials,
        people.cast,
    )


def _grown(rng: np.random.Generator, n: int) -> days.Days:
    """Registration days until March 2022: two great waves, and a flow between them."""
    knots = ["2018-11-01", "2019-03-01", "2019-07-01", "2019-12-31", "2020-03-31", "2020-12-31",
             "2021-06-30", "2021-12-31", "2022-03-31"]  # fmt: skip
    share = [0, 0.10, 0.36, 0.55, 0.64, 0.76, 0.87, 0.965, 1.0]
    on = np.array(knots, dtype="M8[D]").astype(np.int64)
    drawn = np.interp(rng.random(n), share, on)
    return np.sort(np.floor(drawn).astype(np.int64).astype("M8[D]"))


def load(loader: Loader, people: People, ground: Ground, chance: Chance) -> None:
    rng = chance("identities")
    passwords = ["!", *sorted({stored for _, stored in people.cast.values()})]
    for first in range(0, len(people), _ROWS_AT_ONCE):
        part = slice(first, min(first + _ROWS_AT_ONCE, len(people)))
        divisions = ground.village_codes[people.homes[part]]
        _load_persons(loader, people, divisions, part, passwords)
        _load_identities(loader, people, divisions, part, rng)


def _load_persons(
    loader: Loader, people: People, divisions: Ints, part: slice, passwords: list[str]
) -> None:
    rows = part.stop - part.start
    usernames = names.usernames(rows, part.start + 1)
    password = np.zeros(rows, dtype=np.uint8)
    for index, (username, stored) in people.cast.items():
        if part.start <= index < part.stop:
            usernames[index - part.start] = username.encode()
            password[index - part.start] = passwords.index(stored)
    gone = ~np.isnat(people.left[part])
    loader.add(
        Person,
        {
            "id": np.arange(part.start + 1, part.stop + 1),
            # Nobody of these can sign in, the cast excepted.
            "password": coded(password, passwords),
            "last_login": None,
            "username": Text([(usernames, None)]),
            "state": coded(gone.astype(np.uint8), ["ACTIVE", "CLOSED"]),
            "division_id": divisions,
            "registered_on": people.registered[part],
            "left_on": people.left[part],
        },
    )


def _load_identities(
    loader: Loader, people: People, divisions: Ints, part: slice, rng: np.random.Generator
) -> None:
    rows = part.stop - part.start
    female = rng.random(rows) < 0.54
    loader.add(
        Identity,
        {
            "person_id": np.arange(part.start + 1, part.stop + 1),
            "division_id": divisions,
            "name": names.people(rng, female),
            "sex": coded(female.astype(np.uint8), ["M", "F"]),
            "born_on": people.born[part],
            # A secret is never drawn from the city's seed.
            "secret": np.frombuffer(os.urandom(32 * rows), dtype="V32"),
        },
    )
