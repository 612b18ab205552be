"""How a sample is shared out over the strata.

Equal makes every area as sure as the next; proportional makes the whole sure and weights even;
Neyman's (1934), proportional to size × spread, makes the whole as sure as it can be (Cochran
1977, §5.5). A minimum is kept in each stratum, so that it can be estimated at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from xinfeng.base.sampling import TooFew, allocate


class Rule(StrEnum):
    EQUAL = "EQUAL"
    PROPORTIONAL = "PROPORTIONAL"
    NEYMAN = "NEYMAN"


@dataclass(frozen=True)
class Stratum:
    """How many units there are, and how much they differ: √(p(1−p)) for a share.

    `measure`: what its part is in proportion to, if not the number of units: households, where
    communities are shared out that are drawn by their size.
    """

    size: int
    spread: float = 1.0
    measure: float | None = None


def share_out(
    strata: Mapping[str, Stratum], total: int, rule: Rule, least: int = 2
) -> dict[str, int]:
    """How many units of each stratum, `total` together. Raises TooFew.

    A stratum whose share is below the minimum gets the minimum; the others share the rest.
    Two is the least of which a variance can be estimated.
    """
    sizes = {name: stratum.size for name, stratum in strata.items()}
    weights = {name: _weight(stratum, rule) for name, stratum in strata.items()}
    floor = {name: min(least, size) for name, size in sizes.items()}
    if total < sum(floor.values()):
        raise TooFew(f"{total} are too few: {least} of each of {len(strata)} strata are wanted")
    fixed: dict[str, int] = {}
    while True:
        free = {name: size for name, size in sizes.items() if name not in fixed}
        if not free:
            return _in_order(strata, fixed)
        given = allocate(free, total - sum(fixed.values()), 0, by=weights)
        short = [name for name in free if given[name] < floor[name]]
        if not short:
            return _in_order(strata, fixed | given)
        fixed |= {name: floor[name] for name in short}


def _weight(stratum: Stratum, rule: Rule) -> float:
    if rule is Rule.EQUAL:
        return 1.0
    if rule is Rule.PROPORTIONAL:
        return _measure(stratum)
    return _measure(stratum) * stratum.spread


def _measure(stratum: Stratum) -> float:
    return float(stratum.size if stratum.measure is None else stratum.measure)


def _in_order(strata: Mapping[str, Stratum], given: Mapping[str, int]) -> dict[str, int]:
    return {name: given[name] for name in strata}
