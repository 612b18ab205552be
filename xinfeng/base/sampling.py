"""What every draw shares: numbers that anybody can repeat with SHA-256, and whole shares.

A unit's permanent random number (Ohlsson 1995, "Coordination of samples using permanent random
numbers") is the SHA-256 of seed and code, as RFC 3797 makes its numbers: no generator that only
one program has.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import sha256
from typing import TypeVar

Key = TypeVar("Key", str, tuple[str, ...])


class TooFew(ValueError):
    """Asked for more units than there are, or for fewer than there are strata to see."""


def number(seed: str, code: str) -> bytes:
    """The permanent random number of a unit: 32 bytes, compared as bytes."""
    return sha256(f"{seed}\t{code}".encode()).digest()


def start(seed: str, code: str, below: int) -> int:
    """A whole number from 0 up to `below`: the SHA-256 of seed and code, its remainder."""
    # 2^256 is so much larger than any frame that no remainder is favoured.
    return int.from_bytes(number(seed, code), "big") % below


def ordered(codes: Iterable[str]) -> list[str]:
    """By their bytes, so that no language's own order matters."""
    return sorted(codes, key=str.encode)


def allocate(
    sizes: Mapping[Key, int],
    total: int,
    least: int = 1,
    *,
    by: Mapping[Key, float | Fraction] | None = None,
) -> dict[Key, int]:
    """Share `total` out over the strata, exactly, in proportion to `by` (or to their sizes).

    By largest remainder. No stratum gives more than it has or less than `least` (or all that it
    has). Raises TooFew.
    """
    given = {stratum: min(least, size) for stratum, size in sizes.items()}
    left = total - sum(given.values())
    if left < 0 or total > sum(sizes.values()):
        raise TooFew(
            f"{total} units cannot be drawn: the {len(sizes)} strata have"
            f" {sum(sizes.values())} and need {sum(given.values())} at least"
        )
    weights = {stratum: Fraction((by or sizes)[stratum]) for stratum in sizes}
    while left:
        left -= _share_once(sizes, weights, given, left)
    return given


def _share_once(
    sizes: Mapping[Key, int], weights: Mapping[Key, Fraction], given: dict[Key, int], left: int
) -> int:
    """One pass of largest remainders over the strata that are not exhausted; what it gave."""
    room = {s: sizes[s] - given[s] for s in sorted(sizes) if sizes[s] > given[s]}
    whole = sum(weights[s] for s in room)
    due = {s: left * weights[s] / whole if whole else Fraction(left, len(room)) for s in room}
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
