"""What inspectors, residents, units and the hotline found in the year up to the demo.

Public figures that are followed: the classes of snap reports by the weights of the city's pack;
about 72 of 100 snap reports closed (one city, two months); 84 of 100 ratings of reporters good
(a county's report of its hotline). Everything else has no figure in public: how many come by
which source, how often a unit is late, sent back, reopened, given more time or appeals are
plain rates of ours, written here and in `finding_course`, with better and worse units.

No finding has more than two attempts, no duplicate is rated, and an appeal is against the order
and not against a re-check. Pictures are none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinfeng.base.snap_classes import SnapClass
from xinfeng.findings.models import REFUSALS, Source, Term

from . import days, duties
from .activities import Grounds, offset_minutes
from .errands import SECOND, Moments
from .finding_words import CLASS_UNITS
from .ground import Ints
from .orders import townships
from .scale import Chance, Scale
from .unit_names import DEPARTMENTS
from .units import Register

Flags = NDArray[np.bool_]
SOURCES = [Source.SNAP, Source.HOTLINE, Source.INSPECTION, Source.SELF]
SNAP, HOTLINE, INSPECTION, SELF = range(4)
_SOURCE_SHARES = [0.70, 0.12, 0.12, 0.06]
TERMS = list(Term)
REASONS = ["", *REFUSALS, "APPEAL", "NOT_DONE", "PARTLY", "NO_PROOF", "CAME_BACK",
           "NOT_SATISFIED", "CLOSED_WRONGLY"]  # fmt: skip
# What becomes of a report at the desk.
GOES_ON, REFUSED, MERGED, PRAISED = range(4)
_SNAP_FATES = [0.765, 0.11, 0.085, 0.04]
_REFUSED_OTHERS = 0.06
_DAYS, _NEAR = 363, 0.0009
# The nearer to today, the more: reporting has become usual.
_GROWTH = 1.6
_WITH_ACCOUNT, _NO_POSITION = 0.16, 0.06
_HOUR = 3600


@dataclass(frozen=True)
class Staff:
    """Who of the cast has a part: index of the city's office, its inspector and a resident."""

    city: int
    inspector: int
    resident: int


@dataclass
class Findings:
    """All findings by index, in the order in which they were found; -1 is nobody and none."""

    source: Ints
    fate: Ints
    category: Ints
    point: Ints
    division: Ints
    lat: Ints
    lon: Ints
    nowhere: Flags
    # Who must put it right, and within which term.
    unit: Ints
    term: Ints
    found: Moments
    found_by: Ints
    # Whose account reported it.
    reporter: Ints
    # Who answers for it at the desk; the city's office where no township does.
    office: Ints
    # Of a duplicate, what it repeats.
    original: Ints

    def __len__(self) -> int:
        return len(self.source)

    @property
    def is_snap(self) -> Flags:
        return np.asarray(self.source == SNAP)

    @property
    def is_praise(self) -> Flags:
        return np.asarray(self.fate == PRAISED)


def made(
    on: Grounds, charge: duties.Duties, known: Register, staff: Staff, scale: Scale,
    chance: Chance,
) -> Findings | None:  # fmt: skip
    """None in a city whose pack names no classes of reports."""
    classes = on.ground.pack.snap_classes
    if not classes or not scale.findings:
        return None
    rng, n = chance("findings"), scale.findings
    source = rng.choice(4, n, p=_SOURCE_SHARES)
    fate = np.where(source == SNAP, rng.choice(4, n, p=_SNAP_FATES), GOES_ON)
    by_desk = np.isin(source, [HOTLINE, SELF])
    fate = np.where(by_desk & (rng.random(n) < _REFUSED_OTHERS), REFUSED, fate)
    category = _categories(classes, source, fate, rng)
    point, division = _where(on, known, source, rng)
    lat, lon, nowhere = _positions(on, known, point, division, rng)
    unit = _units(on, known, classes, category, point, division)
    office = townships(on, charge, division)
    found = Findings(
        source, fate, category, point, division, lat, lon, nowhere, unit,
        _terms(classes, category, rng), _found(on, source, rng), np.full(n, -1),
        np.full(n, -1), np.where(office >= 0, office, staff.city), np.full(n, -1),
    )  # fmt: skip
    _name_people(found, on, known, staff, rng)
    return found


def _categories(
    classes: tuple[SnapClass, ...], source: Ints, fate: Ints, rng: np.random.Generator
) -> Ints:
    """By the pack's weights; what an inspector or the unit itself finds mostly has none."""
    weights = np.array([one.weight for one in classes], dtype=float)
    drawn = rng.choice(len(classes), len(source), p=weights / weights.sum())
    none = np.isin(source, [INSPECTION, SELF]) & (rng.random(len(source)) < 0.7)
    return np.where(none | (fate == PRAISED), -1, drawn)


def _where(
    on: Grounds, known: Register, source: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """At a point what inspectors and units find; in a village what residents do."""
    n = len(source)
    village = on.ground.village_codes[
        rng.choice(len(on.ground.villages), n, p=on.ground.weights)
    ]
    at = rng.integers(0, len(known.division), n)
    point = np.where(np.isin(source, [INSPECTION, SELF]), at, -1)
    return point, np.where(point >= 0, known.division[np.maximum(point, 0)], village)


def _positions(
    on: Grounds, known: Register, point: Ints, division: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints, Flags]:
    """Where the point lies, or beside the middle of the village; some tell no position."""
    land, own, n = on.ground, np.maximum(point, 0), len(point)
    at = np.searchsorted(land.codes, division)
    nowhere = np.where(
        point >= 0,
        np.ma.getmaskarray(known.lat)[own],
        np.isnat(np.full(n, days.NEVER)) & (np.isnan(land.lon[at])
                                            | (rng.random(n) < _NO_POSITION)),
    )  # fmt: skip
    both = []
    for of, of_point in ((land.lat, known.lat), (land.lon, known.lon)):
        beside = np.nan_to_num(of[at]) + np.clip(rng.normal(0, _NEAR, n), -0.0025, 0.0025)
        value = np.where(point >= 0, np.ma.getdata(of_point)[own], np.round(beside * 1e6))
        both.append(value.astype(np.int64))
    return both[0], both[1], np.asarray(nowhere, np.bool_)


def _units(
    on: Grounds, known: Register, classes: tuple[SnapClass, ...], category: Ints, point: Ints,
    division: Ints,
) -> Ints:  # fmt: skip
    first = DEPARTMENTS[0][0]
    keys = [
        CLASS_UNITS.get(classes[kind].code, first) if kind >= 0 else first
        for kind in category.tolist()
    ]
    by_class = known.answering(keys, division, on.ground.pack.code)
    return np.where(point >= 0, known.unit[np.maximum(point, 0)], by_class)


def _terms(classes: tuple[SnapClass, ...], category: Ints, rng: np.random.Generator) -> Ints:
    """As the desk is offered them; without a class three days, seven or thirty."""
    own = np.array([TERMS.index(Term(one.term)) for one in classes])
    drawn = rng.choice([TERMS.index(Term.WD3), TERMS.index(Term.D7), TERMS.index(Term.D30)],
                       len(category), p=[0.6, 0.3, 0.1])  # fmt: skip
    return np.where(category >= 0, own[np.maximum(category, 0)], drawn)


def _found(on: Grounds, source: Ints, rng: np.random.Generator) -> Moments:
    """By day; what offices write down in office hours. In order."""
    n, now = len(source), days.moment(on.ground.pack.demo_start)
    ahead = 60 * offset_minutes(on.ground)
    back = (_DAYS * rng.random(n) ** _GROWTH * 86_400).astype(np.int64)
    day = ((now - back * SECOND) + ahead * SECOND).astype("M8[D]")
    minute = np.where(source == SNAP, rng.normal(850, 200, n), rng.normal(640, 90, n))
    minute = minute.clip(400, 1290)
    at = day.astype("M8[s]") + ((minute * 60).astype(np.int64) - ahead) * SECOND
    at = np.where(at >= now - 600 * SECOND, at - 86_400 * SECOND, at)
    return np.sort(at.astype("M8[s]"))


def _name_people(
    found: Findings, on: Grounds, known: Register, staff: Staff, rng: np.random.Generator
) -> None:
    n = len(found)
    first = np.searchsorted(known.member_of, found.unit)
    last = np.searchsorted(known.member_of, found.unit, side="right")
    member = known.member[rng.integers(first, np.maximum(last, first + 1))]
    found.found_by = np.select(
        [found.source == INSPECTION, found.source == SELF], [staff.inspector, member], -1
    )
    homes = np.argsort(on.people.homes, kind="stable")
    here = np.searchsorted(on.ground.village_codes, found.division)
    sorted_homes = on.people.homes[homes]
    lo = np.searchsorted(sorted_homes, here)
    hi = np.searchsorted(sorted_homes, here, side="right")
    who = homes[np.minimum(rng.integers(lo, np.maximum(hi, lo + 1)), len(homes) - 1)]
    grown = on.people.born[who] < days.TODAY - 18 * 366
    able = grown & ~np.isnat(on.people.registered[who]) & np.isnat(on.people.left[who])
    able &= (who >= on.people.officials) & ~np.isin(who, known.member) & (hi > lo)
    told = found.is_snap & able & (rng.random(n) < _WITH_ACCOUNT)
    found.reporter = np.where(told, who, -1)
    # The resident of the cast has reported, too: lately, and some time ago.
    own = np.flatnonzero(found.is_snap & (found.fate == GOES_ON))
    shown = (
        own[[-1, -len(own) // 12 - 1, -len(own) // 6 - 1, len(own) // 2]] if len(own) else own
    )
    found.reporter[shown] = staff.resident


def join_duplicates(
    found: Findings, ends: Moments, now: np.datetime64, rng: np.random.Generator
) -> None:
    """Each duplicate repeats what was found not long before near by, and is still open."""
    open_long = found.is_snap & (found.fate == GOES_ON)
    open_long &= (ends - found.found).astype(np.int64) > 8 * _HOUR
    pool = np.flatnonzero(open_long & (found.found < now - 9 * _HOUR * SECOND))
    own = np.flatnonzero(found.fate == MERGED)
    if not len(pool):
        found.fate[own] = REFUSED
        return
    of = rng.choice(pool, len(own))
    last = np.minimum(ends[of], now) - 3 * _HOUR * SECOND
    room = (last - found.found[of]).astype("m8[s]").astype(np.int64)
    later = (rng.random(len(own)) * np.minimum(room, 4 * 86_400)).astype(np.int64)
    found.original[own] = of
    found.found[own] = found.found[of] + later * SECOND
    for name in ("category", "division", "nowhere", "unit", "term", "office"):
        getattr(found, name)[own] = getattr(found, name)[of]
    # Within thirty metres or so.
    for name in ("lat", "lon"):
        aside = np.clip(rng.normal(0, 120, len(own)), -220, 220).astype(np.int64)
        getattr(found, name)[own] = getattr(found, name)[of] + aside
