"""Communities drawn with chances in proportion to their households.

Systematic sampling with probability proportional to size (Madow 1949; Särndal, Swensson and
Wretman 1992, §3.6.2), in whole numbers: each community is a stretch of a line, n times its
households long; a point is set every M, the households of all, from a start between 0 and M.
In the order of codes, which is that of the map, so that the points spread over townships.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from xinfeng.base.sampling import TooFew, start

from .frame import Community


@dataclass(frozen=True)
class Chosen:
    """A community that was drawn, and the chance that it had."""

    community: Community
    chance: Fraction

    @property
    def is_certain(self) -> bool:
        return self.chance == 1


def draw_communities(
    strata: Mapping[str, Sequence[Community]], wanted: Mapping[str, int], seed: str
) -> list[Chosen]:
    """As many communities of each stratum as wanted. Raises TooFew.

    Those so large that a point could not miss them are drawn with certainty, and the others
    share the points that are left.
    """
    found: list[Chosen] = []
    for stratum, communities in strata.items():
        points = wanted.get(stratum, 0)
        if points > len(communities):
            raise TooFew(f"{stratum} has {len(communities)} communities, not {points}")
        found += _of_stratum(stratum, list(communities), points, seed)
    missing = sorted(wanted.keys() - strata.keys())
    if missing:
        raise TooFew(f"the frame has no stratum {missing[0]}")
    return found


def _of_stratum(
    stratum: str, communities: list[Community], points: int, seed: str
) -> list[Chosen]:
    certain: list[Chosen] = []
    while points:
        whole = sum(community.size for community in communities)
        large = [community for community in communities if points * community.size >= whole]
        if not large:
            break
        certain += [Chosen(community, Fraction(1)) for community in large]
        taken = {community.code for community in large}
        communities = [c for c in communities if c.code not in taken]
        points -= len(large)
    if not points:
        return certain
    drawn = systematic([c.size for c in communities], points, start(seed, stratum, whole))
    return certain + [
        Chosen(communities[place], Fraction(points * communities[place].size, whole))
        for place in drawn
    ]


def systematic(sizes: Sequence[int], points: int, first: int) -> list[int]:
    """The places where the points fall: one every Σ sizes on a line of `points` × Σ sizes."""
    whole, found = sum(sizes), []
    point, end = first, 0
    for place, size in enumerate(sizes):
        end += points * size
        while point < end:
            found.append(place)
            point += whole
    return found
