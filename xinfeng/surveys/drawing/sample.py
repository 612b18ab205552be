"""The whole draw, and the columns that the estimator asks of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from .communities import Chosen, draw_communities
from .frame import Frame
from .households import Way, draw_households


@dataclass(frozen=True)
class Drawn:
    """A household of the sample, with the chance that its community and it had."""

    household: str
    community: str
    stratum: str
    community_chance: Fraction
    household_chance: Fraction

    @property
    def chance(self) -> Fraction:
        return self.community_chance * self.household_chance

    @property
    def design_stratum(self) -> str:
        """One drawn with certainty is a stratum of its own, and its households the units."""
        return f"{self.stratum}/{self.community}" if self._is_certain else self.stratum

    @property
    def design_unit(self) -> str:
        return f"{self.community}/{self.household}" if self._is_certain else self.community

    @property
    def _is_certain(self) -> bool:
        return self.community_chance == 1


@dataclass(frozen=True)
class Sample:
    """What was drawn, and all that is needed to draw it again."""

    seed: str
    frame_digest: str
    wanted: Mapping[str, int]
    per_community: int
    way: Way
    communities: tuple[Chosen, ...]
    households: tuple[Drawn, ...]


def draw(
    frame: Frame, wanted: Mapping[str, int], per_community: int, seed: str, way: Way
) -> Sample:
    """`wanted` communities of each stratum, and so many households of each. Raises TooFew.

    The same frame, numbers and seed give the same sample, whatever the order in which the
    communities are read.
    """
    chosen = draw_communities(frame.by_stratum(), wanted, seed)
    households = [
        Drawn(
            household, each.community.code, each.community.stratum, each.chance,
            Fraction(min(per_community, each.community.size), each.community.size),
        )
        for each in chosen
        for household in draw_households(each.community, per_community, seed, way)
    ]  # fmt: skip
    return Sample(
        seed, frame.digest(), dict(wanted), per_community, way, tuple(chosen), tuple(households)
    )
