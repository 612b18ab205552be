"""Surveys: estimates from a million respondents, and a draw of a million households."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from time import perf_counter

import numpy as np

from bench.measure import Measured
from bench.surveys_data import AREAS, PEOPLE, STRATA, UNITS, data
from bench.surveys_in_r import beside_r
from xinfeng.surveys.drawing import Community, Frame, Way, draw
from xinfeng.surveys.estimates import (
    Margin,
    Stage,
    declare,
    domains,
    mean,
    rake,
    share,
)

COMMUNITIES, HOMES, DRAWN, PER_COMMUNITY = 4_000, 250, 100, 20


def answers() -> Iterator[Measured]:
    yield _estimated(beside_r(data()))
    yield _drawn()


def _estimated(beside: str) -> Measured:
    # In a process of its own, so that its memory is its own.
    done = subprocess.run(
        [sys.executable, "-m", "bench.surveys"], capture_output=True, text=True, check=True
    )
    seconds, mib = (float(part) for part in done.stdout.split())
    return Measured(
        f"{PEOPLE:,} respondents, {STRATA} strata × {UNITS} units: design, mean, {AREAS}"
        " domains, raking and mean",
        f"{seconds:.2f} s, {mib:,.0f} MiB at the peak of the process; {beside}",
        "≤ 4 s, ≤ 1 GiB",
        seconds <= 4 and mib <= 1024,
    )


def _once() -> tuple[float, float]:
    asked = data()
    margins = [
        Margin(name, labels, {str(cell): 2 * PEOPLE / many for cell in range(many)})
        for name, labels, many in (
            ("area", asked.area, AREAS), ("sex", asked.sex, 2), ("age", asked.age, 6),
        )
    ]  # fmt: skip
    started = perf_counter()
    design = declare(
        Stage(asked.unit, asked.unit // UNITS, np.full(PEOPLE, 400)), weights=asked.weights
    )
    mean(design, asked.satisfied)
    by_area = share(design, asked.satisfied, domains(asked.area))
    raked = rake(design, *margins)
    mean(raked, asked.satisfied)
    seconds = perf_counter() - started
    assert len(by_area) == AREAS
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _drawn() -> Measured:
    frame = Frame(
        {
            f"{n:04}": Community(
                f"{n:04}", f"{n % 20:02}", [f"{n:04}-{h}" for h in range(HOMES)]
            )
            for n in range(COMMUNITIES)
        },
        date(2021, 9, 1),
    )
    wanted = {f"{n:02}": DRAWN // 20 for n in range(20)}
    started = perf_counter()
    samples = [draw(frame, wanted, PER_COMMUNITY, "bench", way) for way in Way]
    seconds = (perf_counter() - started) / len(samples)
    assert all(len(sample.households) == DRAWN * PER_COMMUNITY for sample in samples)
    return Measured(
        f"draw {DRAWN} communities × {PER_COMMUNITY} of {COMMUNITIES * HOMES:,} households,"
        " with the digest of the frame",
        f"{seconds:.1f} s",
        "≤ 5 s",
        seconds <= 5,
    )


if __name__ == "__main__":
    sys.stdout.write("{:.3f} {:.1f}\n".format(*_once()))
