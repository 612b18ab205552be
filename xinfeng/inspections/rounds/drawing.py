"""The draw of a round: stratified, and repeatable by anybody with a pencil and SHA-256.

Every point has a number, the SHA-256 of seed and code; each stratum takes its smallest
numbers, and the next ones are the substitutes, in order. This is simple random sampling with
permanent random numbers (Ohlsson 1995, "Coordination of samples using permanent random
numbers"), with the numbers made as in RFC 3797: no generator that only one program has.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

Stratum = tuple[str, ...]


class TooFew(ValueError):
    """Asked for more points than there are, or for fewer than there are strata to see."""


@dataclass(frozen=True)
class Frame:
    """All points that could be drawn: the stratum (e.g. county and type) of each code."""

    strata: Mapping[str, Stratum]

    def digest(self) -> str:
        """What is published before the seed is known, so that nobody chooses one for the other.

        SHA-256 in hexadecimal over lines `code<TAB>stratum…`, in the order of the codes' bytes.
        """
        lines = ("\t".join((code, *self.strata[code])) + "\n" for code in _ordered(self.strata))
        return sha256("".join(lines).encode()).hexdigest()

    def by_stratum(self) -> dict[Stratum, list[str]]:
        found: dict[Stratum, list[str]] = defaultdict(list)
        for code in _ordered(self.strata):
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


def number(seed: str, code: str) -> bytes:
    """The permanent random number of a point: 32 bytes, compared as bytes."""
    return sha256(f"{seed}\t{code}".encode()).digest()


def allocate(sizes: Mapping[Stratum, int], total: int, least: int = 1) -> dict[Stratum, int]:
    """Share `total` out in proportion to the sizes, by largest remainder, exactly.

    No stratum gives more than it has or less than `least` (or all that it has).
    """
    given = {stratum: min(least, size) for stratum, size in sizes.items()}
    left = total - sum(given.values())
    if left < 0 or total > sum(sizes.values()):
        raise TooFew(
            f"{total} points cannot be drawn: the {len(sizes)} strata have"
            f" {sum(sizes.values())} and need {sum(given.values())} at least"
        )
    while left:
        left -= _share_once(sizes, given, left)
    return given


def _share_once(sizes: Mapping[Stratum, int], given: dict[Stratum, int], left: int) -> int:
    """One pass of largest remainders over the strata that are not exhausted; what it gave."""
    room = {s: sizes[s] - given[s] for s in sorted(sizes) if sizes[s] > given[s]}
    whole = sum(sizes[s] for s in room)
    due = {s: Fraction(left * sizes[s], whole) for s in room}
    taken = {s: min(room[s], int(due[s])) for s in room}
    # Strata that are full leave their part to the next pass.
    spare = left - sum(taken.values())
    for stratum in sorted(room, key=lambda s: (int(due[s]) - due[s], s)):
        if spare and taken[stratum] < room[stratum] and taken[stratum] == int(due[stratum]):
            taken[stratum] += 1
            spare -= 1
    for stratum, count in taken.items():
        given[stratum] += count
    return sum(taken.values())


def _ordered(codes: Mapping[str, object]) -> list[str]:
    # By their bytes, so that no language's own order matters.
    return sorted(codes, key=str.encode)
