"""A round of inspection: the draw and who visits what, on a random city; no database."""

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from bench.measure import Measured
from xinfeng.inspections.rounds import Frame, Inspectors, Points, assign, draw

SIDE_M = 120_000
POINTS, DRAWN, INSPECTORS = 1_200, 300, 20
COUNTIES, TYPES, UNITS = 14, 29, 118


def answers() -> Iterator[Measured]:
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
    yield Measured(
        f"draw {DRAWN} of {POINTS:,} points, assign {INSPECTORS} inspectors",
        f"{seconds:.1f} s; {routes.metres / 1000:,.0f} km, {loads[0]} to {loads[-1]} each",
        "≤ 5 s",
        seconds <= 5,
    )
