"""Households that did not answer, and those of their class that answer for them too.

Weighting classes (Oh and Scheuren 1983) of strata; dispositions are counted as AAPOR's Standard
Definitions (10th ed., 2023) do it, with the share e of eligible ones among those known.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .rows import Asked

# What an attempt came to, by the words of `models.Disposition`.
NOT_ELIGIBLE = frozenset({"VACANT", "NOT_A_HOME", "NO_ADULT"})
# Nobody knows whether anybody lives there.
UNKNOWN = frozenset({"NO_ACCESS", ""})
NOT_REACHED = frozenset({"NOT_AT_HOME"})


@dataclass(frozen=True)
class Class:
    """Strata that stand for each other: households asked, sheets heard, and the factor."""

    strata: tuple[str, ...]
    households: int
    answered: int
    factor: float

    def as_json(self) -> dict[str, Any]:
        return {
            "strata": list(self.strata), "households": self.households,
            "answered": self.answered, "factor": self.factor,
        }  # fmt: skip


def eligible_share(communities: Sequence[Asked]) -> float:
    """Of the households of which it is known, the share that could be asked; 1 of none."""
    found = counted(communities)
    out = sum(found[each] for each in NOT_ELIGIBLE)
    known = sum(found.values()) - sum(found[each] for each in UNKNOWN)
    return 1.0 if not known else (known - out) / known


def counted(communities: Sequence[Asked]) -> Counter[str]:
    """Households by disposition; those of which nothing is kept were never tried."""
    found: Counter[str] = Counter()
    for each in communities:
        found.update(each.dispositions)
        found[""] += max(each.taken - sum(each.dispositions.values()), 0)
    return found


def rates(communities: Sequence[Asked], counting: int) -> dict[str, float | None]:
    """Response (RR1, RR3), cooperation (COOP1) and contact (CON2), of the sheets that count."""
    found, e = counted(communities), eligible_share(communities)
    unknown = sum(found[each] for each in UNKNOWN)
    out = sum(found[each] for each in NOT_ELIGIBLE)
    silent = sum(found[each] for each in NOT_REACHED)
    known = sum(found.values()) - unknown - out
    return {
        "response": _part(counting, known + unknown),
        "response_of_eligible": _part(counting, known + e * unknown),
        "cooperation": _part(counting, known - silent),
        "contact": _part(known - silent, known + e * unknown),
        "eligible": e,
    }


def classes(communities: Sequence[Asked], sheets: Mapping[str, int], least: int) -> list[Class]:
    """`sheets` by community. A class of too few joins its neighbour, its county first."""
    strata = sorted({each.stratum for each in communities})
    county = {each.stratum: each.county for each in communities}
    heard = {
        name: sum(sheets.get(c.code, 0) for c in communities if c.stratum == name)
        for name in strata
    }
    groups = [[name] for name in strata]
    while (small := _first_small(groups, heard, least)) is not None and len(groups) > 1:
        near = _neighbour(groups, county, small)
        groups[near] = sorted(groups[near] + groups[small])
        del groups[small]
    e = eligible_share(communities)
    return [_class(communities, sheets, group, e) for group in groups]


def _first_small(
    groups: Sequence[Sequence[str]], heard: Mapping[str, int], least: int
) -> int | None:
    for place, group in enumerate(groups):
        if sum(heard[name] for name in group) < least:
            return place
    return None


def _neighbour(groups: Sequence[Sequence[str]], county: Mapping[str, str], small: int) -> int:
    beside = [place for place in (small + 1, small - 1) if 0 <= place < len(groups)]
    own = {county[name] for name in groups[small]}
    near = [place for place in beside if own & {county[name] for name in groups[place]}]
    return (near or beside)[0]


def _class(
    communities: Sequence[Asked], sheets: Mapping[str, int], group: Sequence[str], e: float
) -> Class:
    inside = [each for each in communities if each.stratum in group]
    asked = sum(_eligible(each, e, sheets) * each.household_weight for each in inside)
    heard = sum(sheets.get(each.code, 0) * each.household_weight for each in inside)
    return Class(
        tuple(group), sum(each.taken for each in inside),
        sum(sheets.get(each.code, 0) for each in inside), asked / heard if heard else 1.0,
    )  # fmt: skip


def _eligible(each: Asked, e: float, sheets: Mapping[str, int]) -> float:
    found = counted([each])
    unknown = sum(found[name] for name in UNKNOWN)
    known = sum(found.values()) - unknown - sum(found[name] for name in NOT_ELIGIBLE)
    # Whoever answered was there to be asked, whatever was written down.
    return max(known + e * unknown, float(sheets.get(each.code, 0)))


def _part(part: float, whole: float) -> float | None:
    return part / whole if whole else None
