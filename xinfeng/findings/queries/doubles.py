"""What is open and looks like something that just comes in, asked for many at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from xinfeng.base import pack, positions
from xinfeng.base.scope import Span, reached
from xinfeng.findings.models import Finding

MOST_ALIKE = 3
# More open ones of a week than any city has; what lies beyond is not compared.
_MOST = 20_000
Spot = tuple[int | None, int | None]


@dataclass(frozen=True)
class Known:
    """An open finding, as far as it is compared and told."""

    pk: int
    code: str
    text: str
    category_id: int | None
    division_id: int
    lat_e6: int | None
    lon_e6: int | None
    found_at: datetime


class Doubles:
    """Open findings of the last days within a reach, read once."""

    def __init__(self, at: datetime, spans: Sequence[Span]) -> None:
        rules = pack.load(settings.CITY_PACK).rules
        self.reach_m = rules.snap_duplicate_m
        since = at - timedelta(days=rules.snap_duplicate_days)
        within = Finding.objects.open().filter(reached(spans))
        lately = within.filter(found_at__gte=since, is_praise=False)
        names = [*Known.__dataclass_fields__]
        rows = lately.order_by("-found_at", "-pk").values_list(*names)[:_MOST]
        self._of_class: dict[int | None, list[Known]] = defaultdict(list)
        for row in rows:
            known = Known(*row)
            self._of_class[known.category_id].append(known)

    def of(self, category_id: int, division_id: int, spot: Spot) -> tuple[Known, ...]:
        """Of the class and close by; where a position is missing, in the same division."""
        found = [
            known
            for known in self._of_class[category_id]
            if self._is_near(known, division_id, spot)
        ]
        return tuple(found[:MOST_ALIKE])

    def _is_near(self, known: Known, division_id: int, spot: Spot) -> bool:
        lat, lon = spot
        if None in (lat, lon, known.lat_e6, known.lon_e6):
            return known.division_id == division_id
        assert lat is not None
        assert lon is not None
        assert known.lat_e6 is not None
        assert known.lon_e6 is not None
        # Cheap first: a thousandth of a degree is more than a hundred metres.
        if abs(lat - known.lat_e6) > 10 * self.reach_m:
            return False
        return positions.metres((lat, lon), (known.lat_e6, known.lon_e6)) <= self.reach_m
