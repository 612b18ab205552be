"""How units and areas stand: what the figures of findings say of each, and a ranking with ties.

Every number here is a figure, so that it opens; closing never stands without satisfaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from xinfeng.base import clock, codes, figures, scope
from xinfeng.base.figures import Figure, Value, Window
from xinfeng.base.ranking import Standing, ranked
from xinfeng.base.scope import Span
from xinfeng.findings.models import FindingStep
from xinfeng.places.models import Division
from xinfeng.units.models import Unit

COLUMNS: Final = (
    "findings_found", "findings_closed", "snap_satisfaction", "findings_verified",
    "findings_on_time", "findings_sent_back", "findings_reopened", "findings_days",
)  # fmt: skip
# What units and areas can be ranked by; of the others more is neither better nor worse.
RANKABLE: Final = (
    "findings_on_time", "findings_verified", "findings_sent_back", "findings_reopened",
    "snap_satisfaction",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One unit or division with its figures; None stands for what nobody knows."""

    key: int
    name: str
    code: str
    values: Mapping[str, Value]
    # Where it stands; None: nothing is known to rank it by.
    standing: Standing | None

    def reading(self, name: str) -> int | None:
        value = self.values[name]
        if not figures.get(name).ratio:
            return value.numerator
        return None if value.share is None else round(1000 * value.share)

    def of(self, name: str) -> int:
        """What a share is a share of."""
        return self.values[name].denominator or 0


@dataclass(frozen=True)
class Table:
    ranked_by: Figure
    window: Window
    lines: list[Line]

    @property
    def columns(self) -> list[Figure]:
        return [figures.get(name) for name in COLUMNS]

    @property
    def placed(self) -> list[Line]:
        return [line for line in self.lines if line.standing and line.standing.rank]

    @property
    def few(self) -> list[Line]:
        """Something is known of them, and too little to rank them by."""
        return [line for line in self.lines if line.standing and not line.standing.rank]

    @property
    def unknown(self) -> list[Line]:
        return [line for line in self.lines if line.standing is None]

    def of(self, key: int) -> Line | None:
        return next((line for line in self.lines if line.key == key), None)


def year_to(today: date) -> Window:
    """The twelve months that a figure's own page shows first."""
    month = today.replace(day=1)
    return Window((month - timedelta(days=330)).replace(day=1), today + timedelta(days=1))


def of_units(today: date, ranked_by: str = RANKABLE[0]) -> Table:
    """All units in use, best first; ten queries however many there are."""
    units = Unit.objects.filter(is_active=True).order_by("code", "pk")
    named = {unit.pk: (unit.short_name, unit.code) for unit in units}
    window = year_to(today)
    return _table(named, window, ranked_by, _values(COLUMNS, window, 0, None, _stamp()))


def of_areas(within: int, today: date, ranked_by: str = RANKABLE[0]) -> Table:
    """The divisions one level below, best first."""
    level = codes.Level(codes.level_of(within) + 1)
    lo, hi = span = codes.span(within, codes.level_of(within))
    found = Division.objects.as_of(today).filter(level=level).inside(lo, hi)
    named = {one.code: (one.name, str(one.code)) for one in found.order_by("code")}
    window, size = year_to(today), _SIZES[level]
    values = _values(COLUMNS, window, size, span, _stamp())
    return _table(named, window, ranked_by, values)


# So many codes lie under a division of each level.
_SIZES = {codes.Level.COUNTY: 10**6, codes.Level.TOWNSHIP: 10**3, codes.Level.VILLAGE: 1}


@lru_cache(maxsize=8)
def _values(
    names: tuple[str, ...], window: Window, size: int, span: Span | None, stamp: object
) -> dict[str, dict[int, Value]]:
    """Every figure of every unit (`size` 0), or of every area, as of one moment of the city."""
    with scope.whole_city():
        if not size:
            return {name: figures.by_unit(name, window) for name in names}
        return {name: figures.by_area(name, window, size, span=span) for name in names}


def _stamp() -> object:
    """Another one whenever a finding moves, and every minute for what only reporters say.

    Eight figures over fifty thousand findings take longer than a page may.
    """
    newest = FindingStep.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest, int(clock.now().timestamp()) // 60


def _table(
    named: Mapping[int, tuple[str, str]],
    window: Window,
    ranked_by: str,
    values: Mapping[str, Mapping[int, Value]],
) -> Table:
    nothing = {name: figures.known(figures.get(name), Value(None, None, 0)) for name in COLUMNS}
    shares = {
        key: (value.numerator or 0, value.denominator or 0)
        for key, value in values[ranked_by].items()
        if key in named
    }
    by = figures.get(ranked_by)
    standings = ranked(shares, most_is_best=by.good == "up")
    order = {one.key: at for at, one in enumerate(standings)}
    standing = {one.key: one for one in standings}
    lines = [
        Line(
            key, name, code,
            {column: values[column].get(key, nothing[column]) for column in COLUMNS},
            standing.get(key),
        )
        for key, (name, code) in named.items()
    ]  # fmt: skip
    lines.sort(key=lambda line: (order.get(line.key, len(order)), line.code))
    return Table(by, window, lines)
