"""Ranking by shares: an interval for each, and a tie where two intervals overlap."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

# Of the normal distribution, for 95 of 100.
_Z: Final = 1.959964
# With fewer an interval is so wide that a place would mean nothing.
FEWEST: Final = 30


@dataclass(frozen=True)
class Standing:
    """A share with what it stands on; places count from 1, `None` where there is too little."""

    key: int
    hits: int
    n: int
    low: int
    high: int
    # The first and the last place that the interval allows.
    rank: int | None = None
    rank_to: int | None = None

    @property
    def permille(self) -> int:
        return round(1000 * self.hits / self.n)

    @property
    def is_tied(self) -> bool:
        return self.rank is not None and self.rank != self.rank_to


def wilson(hits: int, n: int) -> tuple[int, int]:
    """Wilson's interval (1927) of a share, in permille; it never leaves 0 to 1000."""
    assert 0 <= hits <= n
    assert n > 0
    share, square = hits / n, _Z * _Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    reach = _Z / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    return round(1000 * max(0.0, middle - reach)), round(1000 * min(1.0, middle + reach))


def ranked(shares: Mapping[int, tuple[int, int]], *, most_is_best: bool) -> list[Standing]:
    """Best first; those with too few come last and have no place.

    Somebody is before another only where their intervals do not overlap.
    """
    rows = [Standing(key, hits, n, *wilson(hits, n)) for key, (hits, n) in shares.items() if n]
    many = [row for row in rows if row.n >= FEWEST]
    few = [row for row in rows if row.n < FEWEST]
    placed = [_placed(row, many, most_is_best) for row in many]
    sign = -1 if most_is_best else 1

    def order(row: Standing) -> tuple[float, int, int]:
        return sign * row.hits / row.n, -row.n, row.key

    return sorted(placed, key=order) + sorted(few, key=order)


def _placed(row: Standing, among: list[Standing], most_is_best: bool) -> Standing:
    above = sum(other.low > row.high for other in among)
    below = sum(other.high < row.low for other in among)
    if not most_is_best:
        above, below = below, above
    return Standing(row.key, row.hits, row.n, row.low, row.high, 1 + above, len(among) - below)
