"""What volunteers say they can do, speak and like, and when; few say all of it."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from xinfeng.base.pack import Pack
from xinfeng.base.policies import Policy, in_force
from xinfeng.people.models import Consent, ConsentKind, Profile, Qualification
from xinfeng.people.models.consents import Channel
from xinfeng.people.models.profile import MOST_CATEGORIES, SLOTS

from . import days
from .activities import Grounds, offset_minutes
from .copy_binary import coded, sets
from .ground import Ints
from .loading import Loader
from .scale import Chance

Flags = NDArray[np.bool_]

# One of five volunteers has filled in a profile; of these not everybody said when.
_WITH_PROFILE, _WITH_TIMES = 0.2, 0.84
_WITH_PAPERS, _CHECKED = 0.09, 0.86
# The asking began when the texts of 2022 came into force.
_SINCE = np.datetime64("2022-01-01")
_NEVER, _A_DAY = np.datetime64("NaT", "s"), np.timedelta64(86_400, "s")
_YOUNG, _OLD = 22, 60
_ELDERS_MORNINGS, _WORKERS_EVENINGS, _PUPILS_WEEKENDS = range(3)
# How often somebody of each kind is free: on mornings, afternoons and evenings of weekdays,
# then of weekends.
_FREE = np.array([
    [0.42, 0.34, 0.12, 0.20, 0.18, 0.08],
    [0.03, 0.05, 0.24, 0.46, 0.48, 0.22],
    [0.02, 0.04, 0.06, 0.40, 0.52, 0.14],
])  # fmt: skip
# A code of the pack and how many of a hundred with a profile have it; other codes: one.
_SKILLS = {
    "driving": 19, "cooking": 15, "computing": 11, "teaching": 9, "performing": 8, "sports": 8,
    "farming": 7, "photography": 5, "first-aid": 5, "calligraphy": 4, "repairs": 4,
    "mediation": 4, "nursing": 3.5, "hairdressing": 3, "counselling": 1.6, "law": 1.2,
    "interpreting": 0.8, "sign-language": 0.3,
}  # fmt: skip
_LANGUAGES = {"mandarin": 93, "hengyang": 71, "cantonese": 6, "english": 5, "sign": 0.3,
              "japanese": 0.3, "korean": 0.2}  # fmt: skip
# Share of all papers, from which age, and for how many years; 0: for good.
_PAPERS = {
    "driver": (48, 19, 6), "teacher": (15, 23, 0), "first-aid-certificate": (9, 18, 3),
    "nurse": (6, 22, 5), "doctor": (4, 26, 0), "electrician": (5, 20, 6),
    "counsellor": (3, 24, 0), "social-worker": (3, 22, 3), "food-handler": (3, 18, 1),
    "lawyer": (2, 26, 0), "lifeguard": (1, 18, 3), "fire-safety": (1, 18, 0),
}  # fmt: skip


@dataclass(frozen=True)
class Abilities:
    """Those with a profile, by person index in order, and what each of them said."""

    person: Ints
    # Bit k: the pack's k-th skill, category, language.
    skills: Ints
    categories: Ints
    languages: Ints
    # Bit `weekday * 3 + part of day`; -1: not said.
    free: Ints

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Papers:
    """Certificates: whose, which of the pack's codes, and who has seen it (-1: nobody)."""

    codes: list[str]
    person: Ints
    code: Ints
    until: days.Days
    entered: NDArray[np.datetime64]
    checker: Ints

    def holders(self, code: str) -> Ints:
        """Whose certificate of this kind was seen and is valid today."""
        if code not in self.codes:
            return np.zeros(0, dtype=np.int64)
        valid = np.isnat(self.until) | (self.until >= days.TODAY)
        valid &= (self.checker >= 0) & (self.code == self.codes.index(code))
        return self.person[valid]


def made(on: Grounds, first_stranger: int, cast: Ints, chance: Chance) -> Abilities:
    """Those of the cast say it when they are equipped."""
    rng = chance("abilities")
    person = np.setdiff1d(_who(on, first_stranger, rng), cast)
    age = _ages(on, person)
    pack = on.ground.pack
    eager = rng.gamma(1.6, 1 / 1.6, len(person))
    return Abilities(
        person,
        _drawn([t.code for t in pack.skills], _SKILLS, eager, rng),
        _liked(len(pack.categories), len(person), rng),
        _drawn([t.code for t in pack.languages], _LANGUAGES, np.ones(len(person)), rng),
        _free(age, rng),
    )


def load(loader: Loader, able: Abilities, papers: Papers, on: Grounds, chance: Chance) -> None:
    """Profiles, the papers some of them hold, and the consents they gave."""
    pack = on.ground.pack
    homes = on.ground.village_codes[on.people.homes[able.person]]
    loader.add(
        Profile,
        {
            "person_id": able.person + 1,
            "division_id": homes,
            "skills": sets(able.skills, [term.code for term in pack.skills]),
            "categories": sets(able.categories, [term.code for term in pack.categories]),
            "languages": sets(able.languages, [term.code for term in pack.languages]),
            "availability": np.ma.array(able.free, mask=able.free < 0),
        },
    )
    _load_papers(loader, papers, on)
    _load_consents(loader, able, on, homes, chance("consents"))


def _who(on: Grounds, first_stranger: int, rng: np.random.Generator) -> Ints:
    """Volunteers of today; officials and the newly registered are asked more often."""
    people = on.people
    share = np.full(first_stranger, _WITH_PROFILE * 0.9)
    share[: people.officials] = 0.45
    share[people.registered[:first_stranger] >= np.datetime64("2021-07-01")] = 0.31
    asked = rng.random(first_stranger) < share
    asked &= np.isnat(people.left[:first_stranger])
    # For a child under fourteen the guardian says what it can, not the child.
    asked &= people.born[:first_stranger] < days.TODAY - 14 * 366
    return np.flatnonzero(asked).astype(np.int64)


def _ages(on: Grounds, person: Ints) -> Ints:
    days_old = (days.TODAY - on.people.born[person]).astype(np.int64)
    return np.asarray(days_old * 100 // 36525)


def _drawn(
    codes: list[str], weights: dict[str, float], eager: NDArray[np.float64],
    rng: np.random.Generator,
) -> Ints:  # fmt: skip
    mask = np.zeros(len(eager), dtype=np.int64)
    for bit, code in enumerate(codes):
        has = rng.random(len(eager)) < eager * weights.get(code, 1.0) / 100
        mask |= has.astype(np.int64) << bit
    return mask


def _liked(kinds: int, n: int, rng: np.random.Generator) -> Ints:
    """None to four of the kinds of service; a kind drawn twice is one."""
    count = rng.choice(MOST_CATEGORIES + 1, n, p=[0.34, 0.22, 0.22, 0.13, 0.09])
    mask = np.zeros(n, dtype=np.int64)
    for turn in range(MOST_CATEGORIES if kinds else 0):
        drawn = np.int64(1) << rng.integers(0, kinds, n)
        mask |= np.where(turn < count, drawn, 0)
    return mask


def _free(age: Ints, rng: np.random.Generator) -> Ints:
    kind = np.select(
        [age < _YOUNG, age >= _OLD], [_PUPILS_WEEKENDS, _ELDERS_MORNINGS], _WORKERS_EVENINGS
    )
    # The willing are free more often than the busy, whatever their age.
    ease = rng.uniform(0.4, 1.6, len(age))
    mask = np.zeros(len(age), dtype=np.int64)
    for slot in range(SLOTS):
        column = slot % 3 + (3 if slot // 3 >= 5 else 0)
        mask |= (rng.random(len(age)) < ease * _FREE[kind, column]).astype(np.int64) << slot
    return np.where(rng.random(len(age)) < _WITH_TIMES, mask, -1)


def papers_of(able: Abilities, on: Grounds, chiefs: Ints, chance: Chance) -> Papers:
    """One certificate for a few; most have shown it to the head of their county's centre."""
    rng = chance("papers")
    codes = [term.code for term in on.ground.pack.qualifications if term.code in _PAPERS]
    if not codes:
        nobody, never = np.zeros(0, dtype=np.int64), np.zeros(0, "M8[s]")
        return Papers(codes, nobody, nobody, never.astype("M8[D]"), never, nobody)
    weight = np.array([_PAPERS[code][0] for code in codes], dtype=np.float64)
    paper = rng.choice(len(codes), len(able), p=weight / weight.sum())
    from_age = np.array([_PAPERS[code][1] for code in codes])[paper]
    rows = np.flatnonzero(
        (rng.random(len(able)) < _WITH_PAPERS) & (_ages(on, able.person) >= from_age)
    )
    person, paper = able.person[rows], paper[rows]
    checker = _checkers(on, chiefs, on.ground.village_codes[on.people.homes[person]])
    seen = (rng.random(len(rows)) < _CHECKED) & (checker >= 0) & (checker != person)
    years = np.array([_PAPERS[code][2] for code in codes])[paper]
    left = (rng.random(len(rows)) * years * 365).astype(np.int64) - 40
    until = np.where(years > 0, days.TODAY + left, days.NEVER).astype("M8[D]")
    entered = _moments(on, person, rng)
    return Papers(codes, person, paper, until, entered, np.where(seen, checker, -1))


def _load_papers(loader: Loader, papers: Papers, on: Grounds) -> None:
    seen = papers.checker >= 0
    loader.add(
        Qualification,
        {
            "id": np.arange(1, len(papers.person) + 1),
            "person_id": papers.person + 1,
            "division_id": on.ground.village_codes[on.people.homes[papers.person]],
            "code": coded(papers.code.astype(np.uint8), papers.codes),
            "number_sealed": "",
            "valid_until": papers.until,
            "entered_at": papers.entered,
            "checked_at": np.where(seen, papers.entered + _A_DAY, _NEVER),
            "checked_by_id": np.ma.array(papers.checker + 1, mask=~seen),
        },
    )


def _moments(on: Grounds, person: Ints, rng: np.random.Generator) -> NDArray[np.datetime64]:
    """Some day since the texts hold and the person is there, in waking hours, in UTC."""
    first = np.maximum(_SINCE, on.people.registered[person]).astype("M8[D]")
    day = days.drawn_between(rng, first, days.YESTERDAY - 1)
    minute = rng.integers(450, 1310, len(person)) - offset_minutes(on.ground)
    return np.asarray(day.astype("M8[s]") + (minute * 60).astype("m8[s]"), "M8[s]")


def _checkers(on: Grounds, chiefs: Ints, homes: Ints) -> Ints:
    """The head of the centre of each home's county; -1 where there is none."""
    centre = (on.places.divisions % 10**6 == 0) & (chiefs >= 0)
    at = np.flatnonzero(centre)
    order = at[np.argsort(on.places.divisions[at], kind="stable")]
    own = on.places.divisions[order]
    if not len(own):
        return np.full(len(homes), -1)
    county = homes // 10**6 * 10**6
    found = np.minimum(np.searchsorted(own, county), len(own) - 1)
    return np.where(own[found] == county, chiefs[order[found]], -1)


def _load_consents(
    loader: Loader, able: Abilities, on: Grounds, homes: Ints, rng: np.random.Generator
) -> None:
    """Everybody with a profile agreed to the registration; every other consent is free."""
    pack = on.ground.pack
    given = _moments(on, able.person, rng)
    n = len(able)
    wanted = {
        ConsentKind.REGISTRATION: np.ones(n, np.bool_),
        ConsentKind.LOCATION: rng.random(n) < 0.38,
        ConsentKind.PUBLICATION: rng.random(n) < 0.11,
    }
    parts = [(np.flatnonzero(has), _policy(pack, kind)) for kind, has in wanted.items()]
    parts = [(rows, policy) for rows, policy in parts if policy is not None]
    first = 1
    for rows, policy in parts:
        assert policy is not None
        gone = rng.random(len(rows)) < (0.004 if policy.kind != "registration" else 0)
        loader.add(
            Consent,
            {
                "id": np.arange(first, first + len(rows)),
                "person_id": able.person[rows] + 1,
                "division_id": homes[rows],
                "kind": policy.kind.upper(),
                "version": policy.code,
                "text_digest": policy.digest,
                "channel": Channel.PAGE.value,
                "given_at": given[rows],
                "given_by_id": able.person[rows] + 1,
                "withdrawn_at": np.where(gone, given[rows] + _A_DAY, _NEVER),
                "withdrawn_by_id": np.ma.array(able.person[rows] + 1, mask=~gone),
            },
        )  # fmt: skip
        first += len(rows)


def _policy(pack: Pack, kind: ConsentKind) -> Policy | None:
    today = days.TODAY.item()
    assert isinstance(today, date)
    return in_force(pack.policies, kind.lower(), today)
