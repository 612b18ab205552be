"""The list that is drawn from: communities in strata, with their households."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from xinfeng.base.sampling import ordered

from .numbered import Numbered


@dataclass(frozen=True)
class Community:
    """A community of a stratum, and the households that stood on its list."""

    code: str
    stratum: str
    households: Sequence[str]

    @property
    def size(self) -> int:
        return len(self.households)


@dataclass(frozen=True)
class Frame:
    """All that could be drawn, as of a day. Communities without households cannot be."""

    communities: Mapping[str, Community]
    as_of: date

    def __post_init__(self) -> None:
        for community in self.communities.values():
            # Numbers cannot stand there twice, and a million of them are not looked through.
            if isinstance(community.households, Numbered):
                continue
            if len(set(community.households)) < community.size:
                raise ValueError(f"community {community.code} lists a household twice")

    def digest(self) -> str:
        """SHA-256 of what is drawn from, published before the seed is known.

        Over the day, then for each community in the order of codes' bytes a line
        `code<TAB>stratum<TAB>how many households`, then a line for each household.
        """
        found = sha256(f"{self.as_of.isoformat()}\n".encode())
        for text in self._texts():
            found.update(text.encode())
        return found.hexdigest()

    def by_stratum(self) -> dict[str, list[Community]]:
        found: dict[str, list[Community]] = defaultdict(list)
        for code in ordered(self.communities):
            if self.communities[code].size:
                found[self.communities[code].stratum].append(self.communities[code])
        return dict(sorted(found.items()))

    def _texts(self) -> Iterator[str]:
        for code in ordered(self.communities):
            community = self.communities[code]
            yield f"{code}\t{community.stratum}\t{community.size}\n"
            yield "".join(f"{household}\n" for household in community.households)
