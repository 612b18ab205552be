"""Who answers for a place: the four levels of secretaries, keepers and staff."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from xinfeng.places.models import Duty, DutyKind

from . import days
from .ground import Ints
from .loading import Loader
from .places import BASE, CENTRE, Places
from .quality import Kept, Quality
from .scale import Chance
from .venues import has_started

_KINDS = [DutyKind.SECRETARY, DutyKind.HEAD, DutyKind.KEEPER, DutyKind.STAFF]
SECRETARY, HEAD, KEEPER, STAFF = range(4)


@dataclass(frozen=True)
class Duties:
    """One official per row: the person's index is the row's."""

    place: Ints
    kind: Ints
    # Handed over to the next row on a day of 2021, or never.
    ends: days.Days
    starts: days.Days
    # Per place: the keeper's and the chief's person index, or -1.
    keepers: Ints
    chiefs: Ints


def made(places: Places, quality: Quality, chance: Chance) -> Duties:
    rng = chance("duties")
    chief = quality.line("HEAD", met=0.94, unknown=0.02)
    quality.lines["HEAD"] = np.where(places.tiers == BASE, Kept.MET, chief)
    chief = np.where((places.tiers == BASE) & (chief == Kept.MET), Kept.NOT_MET, chief)
    kept = quality.line("STAFF", met=0.93, unknown=0.02)
    least = np.where(places.tiers == CENTRE, 2, 1)
    more = rng.choice(4, len(places), p=[0.5, 0.3, 0.15, 0.05])
    staff = np.where(kept == Kept.MET, least + more, least - 1)
    rows: list[tuple[int, int, Any, Any]] = []
    for i in has_started(places).tolist():
        rows += _of_place(i, (int(chief[i]), int(staff[i])), places.opened[i], rng)
    place, kind, starts, ends = zip(*rows, strict=True)
    return _with_lookups(
        len(places),
        np.array(place),
        np.array(kind),
        np.array(starts, dtype="M8[D]"),
        np.array(ends, dtype="M8[D]"),
    )


def load(loader: Loader, duties: Duties) -> None:
    rows = len(duties.place)
    loader.add(
        Duty,
        {
            "id": np.arange(1, rows + 1),
            "place_id": duties.place + 1,
            "person_id": np.arange(1, rows + 1),
            "kind": [_KINDS[kind].value for kind in duties.kind],
            "starts_on": duties.starts,
            "ends_on": duties.ends,
        },
    )


def _of_place(
    i: int, who: tuple[int, int], opened: Any, rng: np.random.Generator
) -> list[tuple[int, int, Any, Any]]:
    chief, staff = who
    start = max(opened, days.at("2019-03-02"))
    rows = []
    if chief != Kept.UNKNOWN:
        kind = SECRETARY if chief == Kept.MET else HEAD
        handed = days.at("2021-03-01") + int(rng.integers(0, 120))
        # The elections of 2021 changed one secretary of three.
        if start < days.at("2020-12-01") and rng.random() < 0.33:
            rows.append((i, kind, start, handed))
            start = handed
        rows.append((i, kind, start, days.NEVER))
    for k in range(staff):
        since = max(opened, days.at("2019-03-02")) + int(rng.integers(0, 60))
        rows.append((i, KEEPER if k == 0 else STAFF, min(since, days.YESTERDAY), days.NEVER))
    return rows


def _with_lookups(
    places: int, place: Ints, kind: Ints, starts: days.Days, ends: days.Days
) -> Duties:
    keepers, chiefs = np.full(places, -1), np.full(places, -1)
    current = np.isnat(ends)
    for found, wanted in ((keepers, kind == KEEPER), (chiefs, kind <= HEAD)):
        rows = np.flatnonzero(wanted & current)
        found[place[rows]] = rows
    return Duties(place, kind, ends, starts, keepers, chiefs)
