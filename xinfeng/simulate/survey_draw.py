"""Who could be asked, and who is: a frame of communities, and samples drawn from it by lot.

The draw is the program's own, from a seed that is kept, so that whoever checks it draws the
same. How many households a village has is simulated: by its weight among all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256

import numpy as np

from xinfeng.surveys import drawing
from xinfeng.surveys.designing import Rule, share_out
from xinfeng.surveys.designing import Stratum as Part
from xinfeng.surveys.drawing import Chosen, Community, Frame, Way

from . import days
from .findings import Flags
from .ground import Ground, Ints
from .scale import Chance, Scale

AS_OF = date(2019, 1, 1)
# Adults of the age that is asked, to a household of the list.
ADULTS = 1.9
_PERSONS_TO_A_HOUSEHOLD = 3
_FEWEST = 60
_URBAN = ("街道", "社区", "居委会", "居民委员会")
_DICE = "3 5 2 6 1"
LEAST = 2


@dataclass(frozen=True)
class Listed:
    """The list of communities with their households, in the order of codes."""

    code: Ints
    is_urban: Flags
    households: Ints

    @property
    def county(self) -> Ints:
        return np.asarray(self.code // 10**6 * 10**6)

    @cached_property
    def keys(self) -> list[str]:
        """The stratum of each: "430405-urban"."""
        return [
            key_of(county, is_urban)
            for county, is_urban in zip(
                self.county.tolist(), self.is_urban.tolist(), strict=True
            )
        ]

    @cached_property
    def frame(self) -> Frame:
        # One list of numbers, of which every community has the first so many.
        numbers = [str(number) for number in range(1, int(self.households.max()) + 1)]
        return Frame(
            {
                str(code): Community(str(code), key, numbers[:size])
                for code, key, size in zip(
                    self.code.tolist(), self.keys, self.households.tolist(), strict=True
                )
            },
            AS_OF,
        )

    @cached_property
    def digest(self) -> str:
        return self.frame.digest()


@dataclass(frozen=True)
class Taken:
    """A sample of it: communities with their chance, and households one after another."""

    chosen: Sequence[Chosen]
    wanted: Mapping[str, int]
    # Per household: the community's place among the chosen, and its number in the list.
    community: Ints
    number: Ints

    def __len__(self) -> int:
        return len(self.number)

    @cached_property
    def taken(self) -> Ints:
        return np.bincount(self.community, minlength=len(self.chosen))

    @cached_property
    def county(self) -> Ints:
        """Of each community."""
        return np.array([int(each.community.code) // 10**6 * 10**6 for each in self.chosen])


def key_of(county: int, is_urban: bool) -> str:
    return f"{str(county)[:6]}-{'urban' if is_urban else 'rural'}"


def listed(ground: Ground, scale: Scale, chance: Chance) -> Listed:
    """As many households as the city has people for, or fewer in a smaller city."""
    rng = chance("households")
    most = scale.households_each * len(ground.villages)
    whole = min(ground.pack.population // _PERSONS_TO_A_HOUSEHOLD, most)
    weights = ground.weights * rng.lognormal(0, 0.1, len(ground.villages))
    households = np.maximum(days.shared_out(whole, weights), _FEWEST)
    names = [ground.names[at] for at in ground.villages.tolist()]
    urban = np.array([any(word in name for word in _URBAN) for name in names], np.bool_)
    return Listed(ground.village_codes, urban, households)


def secret_of(year: int, seed: int) -> str:
    """The half of the seed that was bound before the draw; the other half are the dice."""
    return sha256(f"simulated survey {year} {seed}".encode()).hexdigest()[:32]


def seed_of(year: int, seed: int) -> tuple[str, str]:
    """The secret, and what was thrown."""
    return secret_of(year, seed), _DICE


def drawn(known: Listed, seed: str, scale: Scale) -> Taken:
    """As `surveys.drawing.draw` does it, without the digest of the list at every draw."""
    strata = known.frame.by_stratum()
    wanted = _wanted(strata, scale.survey_communities)
    chosen = drawing.draw_communities(strata, wanted, seed)
    community: list[int] = []
    number: list[int] = []
    for place, each in enumerate(chosen):
        own = drawing.draw_households(
            each.community, scale.survey_households, seed, Way.SYSTEMATIC
        )
        community += [place] * len(own)
        number += [int(household) for household in own]
    return Taken(chosen, wanted, np.array(community), np.array(number))


def _wanted(strata: Mapping[str, Sequence[Community]], total: int) -> dict[str, int]:
    """Communities of each stratum in proportion to households; all where it has too few."""
    full: dict[str, int] = {}
    while True:
        parts = {
            key: Part(sum(each.size for each in there))
            for key, there in strata.items()
            if key not in full
        }
        given = share_out(parts, total - sum(full.values()), Rule.PROPORTIONAL, LEAST)
        short = {key: len(strata[key]) for key in given if given[key] > len(strata[key])}
        if not short:
            return {key: (full | given)[key] for key in strata}
        full |= short
