"""Households of a community, each with the same chance."""

from enum import StrEnum

from xinfeng.base.sampling import number, start

from .frame import Community


class Way(StrEnum):
    # Every so-many-th house of the list: spread over it, but not free of its pattern.
    SYSTEMATIC = "SYSTEMATIC"
    # The smallest SHA-256 numbers: simple random.
    RANDOM = "RANDOM"


def draw_households(community: Community, wanted: int, seed: str, way: Way) -> list[str]:
    """So many households, or all if there are no more; in the order of the list."""
    size, households = community.size, community.households
    if wanted >= size:
        return list(households)
    if way is Way.SYSTEMATIC:
        first = start(seed, community.code, size)
        return [households[(first + turn * size) // wanted] for turn in range(wanted)]
    ranked = sorted(
        range(size), key=lambda i: number(seed, f"{community.code}\t{households[i]}")
    )
    return [households[place] for place in sorted(ranked[:wanted])]
