"""A round's score: per line, method, area, unit and type, with interval; ranks with ties.

Pure arrays in, rows out. What was not looked at stands in no sum and is counted beside it.
Lines of a module (minors) have a gate and a share of their own: the round, its methods,
counties and units are scored without them, and each module by itself. Types and lines tell
what was found, so they tell all of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .intervals import Estimate, Floats, Ints, Shares, shares, together


class Scope(StrEnum):
    ROUND = "ROUND"
    METHOD = "METHOD"
    AREA = "AREA"
    UNIT = "UNIT"
    TYPE = "TYPE"
    LINE = "LINE"
    MODULE = "MODULE"


# What lines of a module are no part of.
_WITHOUT_MODULES = frozenset({Scope.ROUND, Scope.METHOD, Scope.AREA, Scope.UNIT})
# These are compared with one another.
RANKED = frozenset({Scope.AREA, Scope.UNIT})


@dataclass(frozen=True)
class Visited:
    """The points of a round: what each belongs to, and how many of the frame it stands for."""

    area: Sequence[str]
    unit: Sequence[str]
    type: Sequence[str]
    stands_for: Floats

    def __len__(self) -> int:
        return len(self.area)


@dataclass(frozen=True)
class Lines:
    """The check lines read on the round: what each is worth, and how it is looked at.

    `module`: the module each belongs to, "" for those of projects; empty: all are of projects.
    """

    code: Sequence[str]
    method: Sequence[str]
    worth: Floats
    module: Sequence[str] = ()


@dataclass(frozen=True)
class Readings:
    """The newest reading of each point and line that applies there.

    `met` is 1 or 0, and NaN where nobody knows.
    """

    point: Ints
    line: Ints
    met: Floats

    def only(self, which: NDArray[np.bool_]) -> "Readings":
        return Readings(self.point[which], self.line[which], self.met[which])


@dataclass(frozen=True)
class Scored:
    """One row of the result. `n` readings apply, `known` of them are known, at `points` points.

    `share`, `low`, `high` from 0 to 1; None: not known. `rank` is the best place that the
    intervals allow and `rank_to` the worst; `tied` are those that cannot be told from it.
    """

    scope: Scope
    key: str
    points: int
    n: int
    known: int
    met: int
    share: float | None
    low: float | None
    high: float | None
    rank: int | None = None
    rank_to: int | None = None
    tied: tuple[str, ...] = ()


def score(visited: Visited, lines: Lines, readings: Readings) -> list[Scored]:
    """Every row of a round's result."""
    of_point: dict[Scope, Sequence[str]] = {
        Scope.AREA: visited.area, Scope.UNIT: visited.unit, Scope.TYPE: visited.type,
    }  # fmt: skip
    of_line = {Scope.METHOD: lines.method, Scope.MODULE: lines.module}
    in_module = _in_module(lines, readings)
    apart, own = readings.only(in_module), readings.only(~in_module)
    rows: list[Scored] = []
    for scope in Scope if len(lines.module) else [*Scope][:-1]:
        read = own if scope in _WITHOUT_MODULES else readings
        read = apart if scope is Scope.MODULE else read
        if scope in of_point:
            keys, index = _numbered(of_point[scope])
            group = index[read.point]
        elif scope in of_line:
            keys, index = _numbered(of_line[scope])
            group = index[read.line]
        elif scope is Scope.LINE:
            keys, group = list(lines.code), read.line
        else:
            keys, group = [""], np.zeros_like(read.line)
        found = _scored(scope, keys, group, visited, lines, read)
        rows += ranked(found) if scope in RANKED else found
    # Lines of projects are of no module.
    return [row for row in rows if row.scope is not Scope.MODULE or row.key]


def _in_module(lines: Lines, readings: Readings) -> NDArray[np.bool_]:
    if not len(lines.module):
        return np.zeros(len(readings.line), dtype=bool)
    marked = np.array([bool(module) for module in lines.module])
    return np.asarray(marked[readings.line], dtype=bool)


def _numbered(names: Sequence[str]) -> tuple[list[str], Ints]:
    if not len(names):
        return [], np.zeros(0, dtype=np.int64)
    keys, index = np.unique(np.asarray(names, dtype=object).astype(str), return_inverse=True)
    return [str(key) for key in keys], index.reshape(-1).astype(np.int64)


def _scored(
    scope: Scope,
    keys: Sequence[str],
    group: Ints,
    visited: Visited,
    lines: Lines,
    readings: Readings,
) -> list[Scored]:
    known = ~np.isnan(readings.met)
    point, line = readings.point[known], readings.line[known]
    weight = visited.stands_for[point] * lines.worth[line]
    found = shares(group[known], point, readings.met[known], weight, len(keys))
    applies = np.bincount(group, minlength=len(keys))
    return [_row(scope, key, int(applies[i]), found, i) for i, key in enumerate(keys)]


def _row(scope: Scope, key: str, n: int, found: Shares, i: int) -> Scored:
    return Scored(
        scope, key, int(found.clusters[i]), n, int(found.known[i]), int(found.met[i]),
        _known(found.share, i), _known(found.low, i), _known(found.high, i),
    )  # fmt: skip


def _known(values: NDArray[np.float64], i: int) -> float | None:
    return None if np.isnan(values[i]) else float(values[i])


def ranked(rows: Sequence[Scored]) -> list[Scored]:
    """The rows best first, each with the places it may hold and those it is tied with.

    One is surely better than another only if their intervals do not touch. Without an interval
    (one point, or nothing known) there is no place: that is said, not guessed.
    """
    told = sorted(
        (row for row in rows if row.low is not None),
        key=lambda row: (-(row.share or 0), row.key),
    )
    low = np.array([row.low for row in told])
    high = np.array([row.high for row in told])
    places: list[Scored] = []
    for i, row in enumerate(told):
        better, worse = low > high[i], high < low[i]
        tied = ~(better | worse)
        tied[i] = False
        places.append(
            Scored(
                row.scope, row.key, row.points, row.n, row.known, row.met, row.share, row.low,
                row.high, 1 + int(better.sum()), len(told) - int(worse.sum()),
                tuple(told[j].key for j in np.flatnonzero(tied)),
            )
        )  # fmt: skip
    untold = [row for row in rows if row.low is None]
    return places + sorted(
        untold, key=lambda row: (row.share is None, -(row.share or 0), row.key)
    )


@dataclass(frozen=True)
class Total:
    """A total of 100 from parts of which some may not be known.

    `of` is how much of the 100 is known; `least` and `most` are what the total can be whatever
    the unknown parts turn out to be. `estimate` is there only when all parts are.
    """

    of: float
    least: float
    most: float
    estimate: Estimate | None


def total(
    weights: Mapping[str, int], parts: Mapping[str, Estimate | None],
    open_shares: Mapping[str, float] | None = None,
) -> Total:  # fmt: skip
    """Parts by their weights (methods 40/40/20, years 15/25/60); what is missing stays open.

    `open_shares`: of a part that is known in part only, how much of it stays open, 0 to 1.
    """
    still_open = {name: share for name, share in (open_shares or {}).items() if share > 0}
    whole = sum(weights.values())
    known = [
        (weight * (1 - still_open.get(name, 0.0)), part)
        for name, weight in weights.items()
        if (part := parts.get(name)) is not None
    ]
    of = sum(weight for weight, _part in known)
    got = sum(weight * part.share for weight, part in known)
    is_whole = not still_open and of == whole
    return Total(
        of, 100 * got / whole, 100 * (got + whole - of) / whole,
        together(known) if is_whole else None,
    )  # fmt: skip


METHODS = {"filing": 40, "field": 40, "survey": 20}
YEARS = {"1": 15, "2": 25, "3": 60}
