"""The findings of the desk as points of a map, and which of them may be the same thing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from xinfeng.base import pack, positions
from xinfeng.base.scope import Span
from xinfeng.findings.models import Source

from .desk import Choice, chosen, ordered

# More points than this no screen tells apart; the list beside the map has them all.
MOST = 3_000
_COLUMNS = (
    "code", "source", "state", "warned", "lat_e6", "lon_e6", "category_id", "found_at",
    "point__name", "category__name", "category__name_en",
)  # fmt: skip
# A degree of longitude is as long as this up to about 44 degrees north, one of latitude longer.
_LEAST_METRES_A_DEGREE = 80_000


@dataclass(frozen=True)
class Spot:
    """One finding on the map, and how many others look like the same thing."""

    code: str
    name: str
    state: str
    warned: int
    lat_e6: int
    lon_e6: int
    alike: int


def spots(spans: Sequence[Span], choice: Choice) -> list[Spot]:
    """Where the chosen findings are, the most pressing ones; without a position: nowhere.

    One query, whatever is chosen.
    """
    english = (get_language() or "").startswith("en")
    rows = ordered(chosen(spans, choice), choice, None).filter(cell__isnull=False)
    found = list(rows.select_related(None).values(*_COLUMNS)[:MOST])
    counts = alike([_Place(row) for row in found])
    return [
        Spot(
            code=row["code"], name=_name(row, english), state=row["state"],
            warned=row["warned"], lat_e6=row["lat_e6"], lon_e6=row["lon_e6"], alike=count,
        )
        for row, count in zip(found, counts, strict=True)
    ]  # fmt: skip


class _Place:
    """Where and when one was found, and of which class."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.category: int | None = row["category_id"]
        self.at: datetime = row["found_at"]
        self.here: tuple[int, int] = (row["lat_e6"], row["lon_e6"])


def alike(places: Sequence[_Place]) -> list[int]:
    """How many others of each one's class were found so close and so soon, as a city takes
    two reports for one."""
    rules = pack.load(settings.CITY_PACK).rules
    reach, lasts = rules.snap_duplicate_m, timedelta(days=rules.snap_duplicate_days)
    side = max(1, round(reach / _LEAST_METRES_A_DEGREE * 1e6))
    squares: dict[tuple[int, int, int | None], list[_Place]] = {}
    for one in places:
        y, x = (part // side for part in one.here)
        squares.setdefault((y, x, one.category), []).append(one)

    def close_to(one: _Place) -> Iterator[_Place]:
        y, x = (part // side for part in one.here)
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                yield from squares.get((y + dy, x + dx, one.category), ())

    return [
        sum(
            other is not one
            and abs(other.at - one.at) <= lasts
            and positions.metres(one.here, other.here) <= reach
            for other in close_to(one)
        )
        for one in places
    ]


def _name(row: dict[str, Any], english: bool) -> str:
    """Its point, else its class, else where it came from."""
    own = row["point__name"] or (english and row["category__name_en"]) or row["category__name"]
    return own or str(Source(row["source"]).label)
