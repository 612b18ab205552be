"""The teams, their leaders and their members."""

from dataclasses import dataclass

import numpy as np

from xinfeng.teams.models import Membership, Team, TeamKind, TeamState

from . import days
from .copy_binary import coded
from .ground import Ground, Ints, units_of
from .loading import Loader
from .people import People
from .places import BASE, CENTRE, INSTITUTE, Places
from .quality import Kept, Quality
from .scale import Chance, Scale

_KINDS = [TeamKind.STANDING, TeamKind.PROFESSIONAL, TeamKind.COMMUNITY]
_CENTRE_FIELDS = [
    "理论宣讲",
    "文化文艺",
    "助学支教",
    "医疗健身",
    "科学普及",
    "法律服务",
    "卫生环保",
    "扶贫帮困",
    "应急救援",
    "文明交通",
    "移风易俗",
    "为老服务",
    "心理疏导",
    "关爱儿童",
    "消防宣传",
    "农技服务",
]
_ROWS_AT_ONCE = 400_000


@dataclass(frozen=True)
class Teams:
    """All teams; those of today and some dissolved ones. `place` and `leader` are indexes."""

    divisions: Ints
    place: Ints
    kinds: Ints
    founded: days.Days
    dissolved: days.Days
    names: list[str]
    leader: Ints

    def __len__(self) -> int:
        return len(self.divisions)

    @property
    def living(self) -> Ints:
        return np.flatnonzero(np.isnat(self.dissolved))


def made(
    ground: Ground,
    places: Places,
    people: People,
    keepers: Ints,
    quality: Quality,
    scale: Scale,
    chance: Chance,
) -> Teams:
    rng = chance("teams")
    standing = _standing(places, quality, rng)
    rest = scale.teams - len(standing)
    assert rest > 0, "more standing teams than teams"
    gone = max(1, scale.teams // 90)
    others = _others(ground, rest + gone, rng)
    place = np.concatenate([standing, np.full(rest + gone, -1)])
    divisions = np.concatenate([places.divisions[standing], others])
    kinds = np.concatenate([np.zeros(len(standing)), rng.integers(1, 3, rest + gone)]).astype(
        int
    )
    dissolved = np.full(len(place), days.NEVER)
    dissolved[-gone:] = days.drawn_between(rng, "2021-03-01", "2022-02-20", gone)
    return Teams(
        divisions=divisions,
        place=place,
        kinds=kinds,
        founded=_founded(places, place, gone, scale, rng),
        dissolved=dissolved,
        names=_names(ground, places, place, divisions, rng),
        leader=_leaders(ground, people, divisions, _kept(place, keepers, rng), rng),
    )


def load(loader: Loader, teams: Teams) -> None:
    loader.add(
        Team,
        {
            "id": np.arange(1, len(teams) + 1),
            "code": [f"T{i:05}" for i in range(1, len(teams) + 1)],
            "name": teams.names,
            "kind": [_KINDS[kind].value for kind in teams.kinds],
            "division_id": teams.divisions,
            "place_id": np.ma.array(teams.place + 1, mask=teams.place < 0),
            "leader_id": teams.leader + 1,
            "state": coded(
                (~np.isnat(teams.dissolved)).astype(np.uint8),
                [TeamState.ACTIVE.value, TeamState.DISSOLVED.value],
            ),
            "founded_on": teams.founded,
            "dissolved_on": teams.dissolved,
        },
    )


def load_members(
    loader: Loader, teams: Teams, people: People, ground: Ground, chance: Chance
) -> None:
    """Most volunteers belong to a team near their home, some to a second one."""
    rng = chance("memberships")
    led = np.full(len(people), -1)
    led[teams.leader] = np.arange(len(teams))
    row = 1
    for first in range(0, len(people), _ROWS_AT_ONCE):
        part = np.arange(first, min(first + _ROWS_AT_ONCE, len(people)))
        codes = ground.village_codes[people.homes[part]]
        close = near(
            teams, codes, rng.choice([1, 10**3, 10**6], len(part), p=[0.6, 0.3, 0.1]), rng
        )
        close = np.where(led[part] >= 0, led[part], close)
        joins = (rng.random(len(part)) < 0.82) | (led[part] >= 0)
        joins &= ~np.isnat(people.registered[part])
        second = near(teams, codes, np.full(len(part), 10**6), rng)
        twice = joins & (second != close) & (rng.random(len(part)) < 0.09)
        who = np.concatenate([part[joins], part[twice]])
        team = np.concatenate([close[joins], second[twice]])
        _load_memberships(loader, (team, who, led), row, teams, people, ground, rng)
        row += len(who)


def _load_memberships(
    loader: Loader,
    pairs: tuple[Ints, Ints, Ints],
    first_id: int,
    teams: Teams,
    people: People,
    ground: Ground,
    rng: np.random.Generator,
) -> None:
    team, who, led = pairs
    earliest = np.maximum(people.registered[who], teams.founded[team])
    starts = np.minimum(earliest + rng.integers(0, 45, len(who)), days.YESTERDAY)
    starts = np.maximum(starts, earliest)
    ends = np.where(
        rng.random(len(who)) < 0.03, days.drawn_between(rng, starts, days.YESTERDAY), days.NEVER
    )
    ends = np.where(led[who] == team, days.NEVER, ends).astype("M8[D]")
    # Who left the register left the team, on the same day at the latest.
    gone = people.left[who]
    ends = np.where(~np.isnat(gone), np.maximum(gone, starts), ends)
    loader.add(
        Membership,
        {
            "id": np.arange(first_id, first_id + len(who)),
            "team_id": team + 1,
            "person_id": who + 1,
            "division_id": ground.village_codes[people.homes[who]],
            "starts_on": starts,
            "ends_on": ends.astype("M8[D]"),
        },
    )


def near(teams: Teams, codes: Ints, units: Ints, rng: np.random.Generator) -> Ints:
    """A living team under the code's village, town or county; wider where there is none."""
    living = teams.living
    ordered = living[np.argsort(teams.divisions[living], kind="stable")]
    sorted_codes = teams.divisions[ordered]
    found = np.full(len(codes), -1)
    for unit in (1, 10**3, 10**6, 10**8):
        lo = codes // unit * unit
        first = np.searchsorted(sorted_codes, lo)
        last = np.searchsorted(sorted_codes, lo + unit)
        take = (found < 0) & (units <= unit) & (last > first)
        drawn = ordered[
            np.minimum(rng.integers(first, np.maximum(last, first + 1)), len(ordered) - 1)
        ]
        found = np.where(take, drawn, found)
    return found


def _standing(places: Places, quality: Quality, rng: np.random.Generator) -> Ints:
    """The place of each standing team; "8+N" at centres."""
    kept = quality.line("STANDING", met=0.93)
    n = len(places)
    enough = np.select(
        [places.tiers == CENTRE, places.tiers == INSTITUTE],
        [rng.integers(8, 15, n), rng.integers(1, 4, n)],
        np.where(rng.random(n) < 0.07, 2, 1),
    )
    few = np.where(places.tiers == CENTRE, rng.integers(4, 8, n), 0)
    count = np.where(kept == Kept.MET, enough, few) * places.is_open
    return np.repeat(np.arange(n), count)


def _others(ground: Ground, n: int, rng: np.random.Generator) -> Ints:
    village = ground.village_codes[rng.choice(len(ground.villages), n, p=ground.weights)]
    unit = rng.choice([1, 10**3, 10**6], n, p=[0.2, 0.45, 0.35])
    return np.asarray(village // unit * unit)


def _founded(
    places: Places, place: Ints, gone: int, scale: Scale, rng: np.random.Generator
) -> days.Days:
    """Exactly as many founded after March as today's count exceeds March's."""
    n = len(place)
    opened = places.opened[np.maximum(place, 0)] + rng.integers(0, 50, n)
    free = days.drawn_between(rng, "2018-11-01", days.MARCH_END, n)
    founded = np.minimum(np.where(place >= 0, opened, free), days.YESTERDAY)
    founded[n - gone :] = days.drawn_between(rng, "2018-11-01", "2020-12-31", gone)
    wanted = scale.teams - scale.teams_in_march
    late = np.flatnonzero(founded > days.MARCH_END)
    founded[late[wanted:]] = days.MARCH_END
    missing = max(0, wanted - len(late))
    young = rng.choice(np.flatnonzero(place[: n - gone] < 0), missing, replace=False)
    founded[young] = days.drawn_between(rng, days.MARCH_END + 1, "2022-07-10", missing)
    return founded


def _names(
    ground: Ground, places: Places, place: Ints, divisions: Ints, rng: np.random.Generator
) -> list[str]:
    fields = [term.name for term in ground.pack.categories]
    drawn = rng.integers(0, len(fields), len(place))
    seen: dict[str, int] = {}
    names = []
    for p, code, k in zip(place.tolist(), divisions.tolist(), drawn.tolist(), strict=True):
        where = places.short[p] if p >= 0 else ground.name_of(code)
        before = seen[where] = seen.get(where, -1) + 1
        if p >= 0 and places.tiers[p] == CENTRE:
            what = _CENTRE_FIELDS[before % len(_CENTRE_FIELDS)]
        elif p >= 0 and before == 0:
            what = "员工" if places.tiers[p] == BASE else ""
        else:
            what = fields[k]
        names.append(f"{where}{what}志愿服务队")
    return names


def _kept(place: Ints, keepers: Ints, rng: np.random.Generator) -> Ints:
    """The keeper leads the first team of most places; -1: somebody else."""
    first = (place >= 0) & np.r_[True, place[1:] != place[:-1]]
    own = np.where(first, keepers[np.maximum(place, 0)], -1)
    return np.where(rng.random(len(place)) < 0.7, own, -1)


def _leaders(
    ground: Ground, people: People, divisions: Ints, leader: Ints, rng: np.random.Generator
) -> Ints:
    """A volunteer of the team's own ground for each team, nobody twice."""
    order = np.argsort(people.homes, kind="stable")
    early = people.registered[order] < days.at("2020-12-01")
    old = order[early & np.isnat(people.left[order])]
    old = old[old >= people.officials]
    homes = people.homes[old]
    units = units_of(divisions)
    for attempt in range(60):
        open_ = np.flatnonzero(leader < 0)
        if not len(open_):
            break
        unit = np.maximum(units[open_], 10 ** min(3 + attempt // 8, 8))
        lo, hi = ground.spans(divisions[open_], unit)
        first, last = np.searchsorted(homes, lo), np.searchsorted(homes, hi)
        drawn = old[np.minimum(rng.integers(first, np.maximum(last, first + 1)), len(old) - 1)]
        fresh = ~np.isin(drawn, leader)
        _, unique = np.unique(drawn, return_index=True)
        take = np.intersect1d(unique, np.flatnonzero(fresh))
        leader[open_[take]] = drawn[take]
    assert (leader >= 0).all(), "too few volunteers to lead the teams"
    return leader
