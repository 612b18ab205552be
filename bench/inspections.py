"""Rounds of inspection: the draw and the ways, the score, and what to mend first."""

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from bench.measure import Measured
from xinfeng.inspections.rounds import (
    Frame,
    Inspectors,
    Lines,
    OpenLine,
    Points,
    Readings,
    Visited,
    assign,
    draw,
    improve,
    score,
)

SIDE_M = 120_000
POINTS, DRAWN, INSPECTORS = 1_200, 300, 20
COUNTIES, TYPES, UNITS = 14, 29, 118
VISITED, KINDS = 316, 44
OPEN, HOURS = 3_000, 400


def answers() -> Iterator[Measured]:
    yield _drawn()
    yield _scored()
    yield _improved()


def _drawn() -> Measured:
    chance = np.random.default_rng(1)
    where = chance.uniform(0, SIDE_M, (POINTS, 2))
    county, kind = chance.integers(0, COUNTIES, POINTS), chance.integers(0, TYPES, POINTS)
    frame = Frame({f"P{n:04}": (f"{county[n]:02}", f"{kind[n]:02}") for n in range(POINTS)})
    started = perf_counter()
    drawn = draw(frame, DRAWN, "bench", least=0).codes()
    rows = [int(code[1:]) for code in drawn]
    points = Points(where[rows], tuple(f"u{row % UNITS}" for row in rows))
    inspectors = Inspectors(
        chance.uniform(0, SIDE_M, (INSPECTORS, 2)),
        tuple(frozenset({f"u{n}"}) for n in range(INSPECTORS)),
    )
    routes = assign(points, inspectors)
    seconds = perf_counter() - started
    loads = sorted(len(way) for way in routes.visits)
    return Measured(
        f"draw {DRAWN} of {POINTS:,} points, assign {INSPECTORS} inspectors",
        f"{seconds:.1f} s; {routes.metres / 1000:,.0f} km, {loads[0]} to {loads[-1]} each",
        "≤ 5 s",
        seconds <= 5,
    )


def _scored() -> Measured:
    chance = np.random.default_rng(2)
    visited = Visited(
        area=[f"{n}" for n in chance.integers(0, COUNTIES, VISITED)],
        unit=[f"u{n}" for n in chance.integers(0, UNITS, VISITED)],
        type=[f"t{n}" for n in chance.integers(0, KINDS, VISITED)],
        stands_for=chance.uniform(1, 6, VISITED),
    )
    lines = Lines(
        [f"L{n}" for n in range(KINDS)], ["field"] * KINDS, chance.uniform(1, 6, KINDS)
    )
    point, line = np.meshgrid(np.arange(VISITED), np.arange(KINDS), indexing="ij")
    level = chance.beta(5, 2, VISITED)
    met = (chance.uniform(size=point.shape) < level[:, None]).astype(float)
    met[chance.uniform(size=met.shape) < 0.05] = np.nan
    started = perf_counter()
    rows = score(visited, lines, Readings(point.ravel(), line.ravel(), met.ravel()))
    seconds = perf_counter() - started
    return Measured(
        f"score {VISITED} points × {KINDS} types, all areas and units",
        f"{seconds:.2f} s, {len(rows)} rows with intervals and ties",
        "≤ 3 s",
        seconds <= 3,
    )


def _improved() -> Measured:
    chance = np.random.default_rng(3)
    lines = [
        OpenLine(
            (f"P{n % DRAWN}", f"L{n}"), f"u{n % UNITS}", float(chance.uniform(0.01, 1)),
            int(chance.choice([15, 30, 45, 60, 90, 120, 240, 480, 960])),
        )
        for n in range(OPEN)
    ]  # fmt: skip
    started = perf_counter()
    found = improve(
        lines, 60 * HOURS, per_unit={f"u{n}": 60 * HOURS // 40 for n in range(UNITS)}
    )
    seconds = perf_counter() - started
    proof = "proven best" if found.is_best else f"bound {found.bound:.1f}"
    return Measured(
        f"what-if over {OPEN:,} open lines, a limit for each unit",
        f"{seconds:.1f} s, {len(found.chosen):,} chosen, {proof}",
        "≤ 10 s",
        seconds <= 10,
    )
