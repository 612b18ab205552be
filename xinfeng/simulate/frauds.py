"""False hours, planted and labelled: among the existing sign-ups, so that no figure moves.

The labels are kept outside the program's tables, so that no rule can peek at them. Cases vary
around what a rule asks for; some are too tame to be found, and `invented` fits no rule at all.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from . import witness
from .activities import HELD, Activities, Grounds, offset_minutes
from .ground import Ints
from .scale import Chance, Scale
from .weaving import Weaver
from .witness import Month

Moments = NDArray[np.datetime64]
# Told to the program before anybody serves: they change the activity itself.
AT_ONCE, AFTERWARDS, LATE = "entered_at_once", "created_afterwards", "entered_late"
# Unplanned help, told the same evening: it looks like fraud and is none.
HONEST = "unplanned"
_NONE = ""
_UNPLANNED = 0.003
_MANY, _FEW = 12, 2
_ENOUGH = 50_000
# Full scale alone has teams large enough for five hundred hours in a week.
_CROWDED = 60


@dataclass
class Frauds:
    """What is planted: kinds by activity beforehand, credit ids by kind in the end."""

    activities: Activities
    on: Grounds
    by_code: NDArray[np.bool_]
    kinds: NDArray[np.str_]
    cases: int
    chance: Chance
    labels: dict[str, list[int]] = field(default_factory=dict)
    _rows: dict[str, list[int]] = field(default_factory=dict)

    def woven_into(
        self, month: Month, start: Moments, minutes: Ints, first_shift: Ints
    ) -> None:
        """Witness a month's rows, then bend some of them; which ones is remembered by row."""
        rng = self.chance(f"frauds {self.activities.day[month.activity[0]]}")
        last = first_shift + self.activities.shifts - 1
        ends = start[last] + (minutes[last] * 60).astype("m8[s]")
        offset = offset_minutes(self.on.ground)
        witness.seen(month, self.activities, self.by_code, ends, offset, rng)
        weaver = Weaver(month, self.activities, self.on, self.by_code, start, minutes, rng)
        for kind in (AT_ONCE, AFTERWARDS, LATE, "new_team"):
            weaver.told(kind, np.flatnonzero(self.kinds == kind))
        weaver.told("", np.flatnonzero(self.kinds == HONEST))
        weaver.slip()
        weaver.weave(max(1, self.cases // 2))
        self._rows = weaver.rows

    def credited(self, own: Ints, first_id: int) -> None:
        """The credits of a month got their ids, in the order of the rows that earn."""
        for kind, rows in self._rows.items():
            at = np.searchsorted(own, np.unique(rows))
            self.labels.setdefault(kind, []).extend((first_id + at).tolist())
        self._rows = {}


def planned(activities: Activities, on: Grounds, scale: Scale, chance: Chance) -> Frauds:
    """Choose the activities whose telling is itself the fraud, before they are loaded."""
    rng = chance("frauds")
    cases = _MANY if scale.credits >= _ENOUGH else _FEW
    by_code = witness.codes_used(activities, chance("codes"))
    kinds = np.full(len(activities), _NONE, dtype="U20")
    frauds = Frauds(activities, on, by_code, kinds, cases, chance)
    recent = (activities.state == HELD) & (activities.day >= witness.SINCE)
    last_days = activities.day > np.datetime64("2022-07-12")
    by_hand = np.flatnonzero(recent & ~by_code & ~last_days & (activities.shifts == 1))
    drawn = rng.permutation(by_hand)
    offset = offset_minutes(on.ground)
    for k in range(2 * cases):
        _told_late(frauds, AFTERWARDS if k % 2 else AT_ONCE, drawn[k : k + 1], offset, rng)
    unplanned = drawn[2 * cases :][: round(_UNPLANNED * len(by_hand))]
    for k in range(len(unplanned)):
        _told_late(frauds, HONEST, unplanned[k : k + 1], offset, rng)
    early = by_hand[activities.day[by_hand] < np.datetime64("2022-06-15")]
    late = rng.permutation(early[kinds[early] == _NONE])[:cases]
    kinds[late] = LATE
    activities.recorded[late] = activities.day[late] + rng.integers(16, 24, len(late))
    if scale.credits > _CROWDED * scale.activities:
        _new_teams(frauds, rng)
    return frauds


def _told_late(
    frauds: Frauds, kind: str, which: Ints, offset: int, rng: np.random.Generator
) -> None:
    """Created while it should have run, or hours and days after it was over."""
    made = frauds.activities
    frauds.kinds[which] = kind
    for a in which.tolist():
        length = int(made.minutes[a])
        after = (
            rng.integers(length // 2, length + 60)
            if kind == AT_ONCE
            else length + rng.integers(45, 300 if kind == HONEST else 3 * 24 * 60)
        )
        minute = int(made.starts[a]) - offset + int(after)
        made.created[a] = made.day[a].astype("M8[s]") + np.timedelta64(60 * minute, "s")
        recorded = made.created[a] + np.timedelta64(60 * offset, "s")
        made.recorded[a] = max(recorded.astype("M8[D]"), made.day[a])


def _new_teams(frauds: Frauds, rng: np.random.Generator) -> None:
    """Young teams that take over large activities of their county in their first week."""
    made, teams = frauds.activities, frauds.on.teams
    founded = teams.founded
    young = np.flatnonzero((founded >= witness.SINCE) & (founded < np.datetime64("2022-07-08")))
    for team in rng.permutation(young)[:4].tolist():
        county = teams.divisions[team] // 10**6
        week = (made.day >= founded[team]) & (made.day < founded[team] + 7)
        near = week & (made.divisions // 10**6 == county) & (made.team >= 0)
        own = np.flatnonzero(near & (made.state == HELD) & (frauds.kinds == _NONE))
        taken = rng.permutation(own)[:5]
        made.team[taken] = team
        made.leader[taken] = teams.leader[team]
        frauds.kinds[taken] = "new_team"
