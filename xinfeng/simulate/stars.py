"""Star-rated volunteers: those who serve most, with as many stars as their hours give."""

import numpy as np

from xinfeng.hours.models import Star

from . import days
from .ground import Ground, Ints
from .loading import Loader
from .people import People
from .scale import Chance, Scale

HOURS = [100, 300, 600, 1000, 1500]
# Of all star-rated, how many serve towards one to five stars, and how many hours each.
_SHARES = [0.53, 0.28, 0.13, 0.048, 0.012]
_UP_TO = [240, 520, 880, 1300, 1700]
_MINUTES_A_TIME = 134


def candidates(
    people: People, leaders: Ints, scale: Scale, chance: Chance
) -> tuple[Ints, Ints]:
    """The most active, and how many activities each of them attends."""
    rng = chance("star candidates")
    old = people.registered < days.at("2019-07-01")
    if old.sum() < 3 * scale.stars:
        old = people.registered < days.at("2020-06-01")
    old &= np.isnat(people.left)
    # Children have school; none of them is among the most active.
    old &= people.born < days.at("2001-07-01")
    old[: people.officials] = False
    old[leaders] = False
    who = rng.choice(np.flatnonzero(old), scale.stars, replace=False)
    level = rng.choice(5, scale.stars, p=_SHARES)
    # Always enough for the stars aimed at.
    hours = rng.uniform(np.array(HOURS)[level] * 1.12, np.array(_UP_TO)[level])
    quota = np.ceil(hours * 60 / _MINUTES_A_TIME).astype(np.int64)
    most = 0.62 * scale.credits
    if quota.sum() > most:
        quota = np.maximum((quota * (most / quota.sum())).astype(np.int64), 1)
    order = np.argsort(who)
    return who[order], quota[order]


def load(
    loader: Loader, people: People, ground: Ground, who: Ints, minutes: Ints, chance: Chance
) -> Ints:
    """One current star each; returns how many have one to five."""
    rng = chance("stars")
    level = np.maximum(np.searchsorted(np.array(HOURS) * 60, minutes[who], side="right"), 1)
    awarded = days.drawn_between(rng, "2020-12-05", "2022-07-08", len(who))
    # The highest are the latest: hours come first.
    awarded = np.where(level >= 3, np.maximum(awarded, days.at("2022-03-05")), awarded)
    order = np.argsort(awarded, kind="stable")
    who, level, awarded = who[order], level[order], awarded[order]
    city = str(ground.pack.code)[:4]
    years = awarded.astype("M8[Y]").astype(int) + 1970
    loader.add(
        Star,
        {
            "id": np.arange(1, len(who) + 1),
            "number": [f"{city}-{y}-{i:05}" for i, y in enumerate(years, start=1)],
            "person_id": who + 1,
            "division_id": ground.village_codes[people.homes[who]],
            "level": level,
            "awarded_on": awarded.astype("M8[D]"),
            "ended_on": None,
        },
    )
    return np.bincount(level, minlength=6)[1:]
