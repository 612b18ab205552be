"""The draw of a round: stratified, and repeatable by anybody with a pencil and SHA-256.

Every point has a number (`base.sampling.number`); each stratum takes its smallest numbers, and
the next ones are the substitutes, in order: simple random sampling.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from xinfeng.base.sampling import allocate, number, ordered

Stratum = tuple[str, ...]


@dataclass(frozen=True)
class Frame:
    """All points that could be drawn: the stratum (e.g. county and type) of each code."""

    strata: Mapping[str, Stratum]

    def digest(self) -> str:
        """What is published before the seed is known, so that nobody chooses one for the other.

        SHA-256 in hexadecimal over lines `code<TAB>stratum…`, in the order of the codes' bytes.
        """
        lines = ("\t".join((code, *self.strata[code])) + "\n" for code in ordered(self.strata))
        return sha256("".join(lines).encode()).hexdigest()

    def by_stratum(self) -> dict[Stratum, list[str]]:
        found: dict[Stratum, list[str]] = defaultdict(list)
        for code in ordered(self.strata):
            found[self.strata[code]].append(code)
        return dict(sorted(found.items()))


@dataclass(frozen=True)
class Drawn:
    """Per stratum the points to visit, and those that may take their place, in order."""

    chosen: Mapping[Stratum, tuple[str, ...]]
    substitutes: Mapping[Stratum, tuple[str, ...]]

    def codes(self) -> list[str]:
        return [code for codes in self.chosen.values() for code in codes]


def draw(frame: Frame, size: int, seed: str, *, least: int = 1) -> Drawn:
    """`size` points, shared out in proportion to the strata, `least` from each that has them.

    Raises TooFew. The same frame, size and seed give the same points, whatever the order in
    which the frame is read.
    """
    points = frame.by_stratum()
    share = allocate({stratum: len(codes) for stratum, codes in points.items()}, size, least)
    chosen, substitutes = {}, {}
    for stratum, codes in points.items():
        ranked = sorted(codes, key=lambda code: number(seed, code))
        chosen[stratum] = tuple(ranked[: share[stratum]])
        substitutes[stratum] = tuple(ranked[share[stratum] :])
    return Drawn(chosen, substitutes)
