"""How large a simulated city is; small and full differ in people and what they do alone."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Exact numbers as of the demo's first morning."""

    name: str
    volunteers: int
    volunteers_in_march: int
    left: int
    teams: int
    teams_in_march: int
    bases: int
    activities: int
    upcoming: int
    credits: int
    stars: int
    lecturers: int
    classes: int
    # Those that wait for the next timetable.
    class_requests: int
    orders_past: int
    orders_open: int
    # Responsible units, and the points they answer for.
    units: int
    points: int
    # What inspectors, residents, units and the hotline found in the year.
    findings: int
    # A yearly survey: communities drawn, households of each, and who answers what is open to
    # all. The city's list of households is no longer than so many for each village.
    survey_communities: int
    survey_households: int
    survey_open: int
    households_each: int


_CITY = {
    "teams": 4_984,
    "teams_in_march": 4_800,
    "bases": 536,
    "activities": 81_000,
    "upcoming": 420,
    "stars": 1_840,
    "lecturers": 260,
    "classes": 520,
    "class_requests": 330,
    "units": 118,
    "survey_communities": 100,
    "survey_households": 20,
    "survey_open": 620,
    "households_each": 800,
}
FULL = Scale(
    name="full",
    volunteers=1_440_000,
    volunteers_in_march=1_430_000,
    left=11_400,
    credits=10_000_000,
    orders_past=60_000,
    orders_open=5_000,
    points=1_200,
    findings=13_500,
    **_CITY,
)
# A tenth of the people and of what they do: pages must cost here what they cost at full scale.
TENTH = Scale(
    name="tenth",
    volunteers=144_000,
    volunteers_in_march=143_000,
    left=1_140,
    credits=1_000_000,
    orders_past=20_000,
    orders_open=5_000,
    points=1_200,
    findings=9_000,
    **_CITY,
)
SMALL = Scale(
    name="small",
    volunteers=20_000,
    volunteers_in_march=19_861,
    left=160,
    credits=500_000,
    orders_past=8_000,
    orders_open=700,
    points=600,
    findings=5_000,
    **_CITY,
)
TINY = Scale(
    name="tiny",
    volunteers=900,
    volunteers_in_march=893,
    left=8,
    teams=90,
    teams_in_march=86,
    bases=6,
    activities=440,
    upcoming=16,
    credits=6_000,
    stars=12,
    lecturers=8,
    classes=14,
    class_requests=6,
    orders_past=160,
    orders_open=48,
    units=18,
    points=60,
    findings=260,
    survey_communities=5,
    survey_households=40,
    survey_open=60,
    households_each=700,
)
SCALES = {scale.name: scale for scale in (FULL, TENTH, SMALL, TINY)}


class Chance:
    """Independent streams of random numbers by name, so that one part never moves another."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, crc32(name.encode())])
