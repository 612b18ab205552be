"""What a board says: figures against target and past, ranking, trend; read from roll-ups."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from xinfeng.base import codes, figures
from xinfeng.base.asked import Answered
from xinfeng.base.figures import Figure, Missing, Text, Time
from xinfeng.places.models import Division

from .models import MonthlyFigure, RollUp

TREND_MONTHS = 25


class Cell(NamedTuple):
    """One stored value; None is "not known"."""

    numerator: int | None
    denominator: int | None

    @property
    def permille(self) -> int | None:
        if not self.denominator or self.numerator is None:
            return None
        return round(1000 * self.numerator / self.denominator)


@dataclass(frozen=True)
class Reading:
    """A figure on a board: value now, value before, history, target."""

    figure: Figure
    now: Cell
    before: Cell | None
    before_on: date | None
    history: tuple[tuple[date, Cell], ...]
    target: int | None = None
    # Of an estimate: what must stand beside its value.
    estimated: Answered | None = None

    @property
    def value(self) -> int | None:
        return self.now.permille if self.figure.ratio else self.now.numerator

    @property
    def past(self) -> int | None:
        if self.before is None:
            return None
        return self.before.permille if self.figure.ratio else self.before.numerator

    @property
    def change(self) -> int | None:
        if self.value is None or self.past is None:
            return None
        return self.value - self.past

    @property
    def series(self) -> list[int | None]:
        return [c.permille if self.figure.ratio else c.numerator for _, c in self.history]

    @property
    def shown(self) -> tuple[Hashable, ...]:
        """All that a tile can be drawn from: whatever a reading holds."""
        return self.figure.name, *(getattr(self, held) for held in _HELD)

    @property
    def plotted_unit(self) -> Text:
        return _("hours") if self.figure.in_minutes else self.figure.unit

    @property
    def plotted(self) -> list[int | None]:
        """The history as a chart shows it: minutes as whole hours."""
        if not self.figure.in_minutes:
            return self.series
        return [None if minutes is None else minutes // 60 for minutes in self.series]


_HELD = [each.name for each in fields(Reading) if each.name != "figure"]


@dataclass(frozen=True)
class Rank:
    """One division in a ranking; equal values share a place."""

    place: int | None
    shared: bool
    division: Division
    cell: Cell
    value: int | None

    @property
    def shown(self) -> tuple[Hashable, ...]:
        """All that a line of the ranking is drawn from."""
        return self.division.code, self.division.name, self.value


@dataclass(frozen=True)
class Board:
    """Everything a board page shows of one division."""

    division: Division
    trail: list[Division]
    children: list[Division]
    as_of: date
    readings: list[Reading]
    ranking: list[Rank] = field(default_factory=list)
    ranked_by: Figure | None = None


def month_of(day: date) -> date:
    return day.replace(day=1)


def months_before(month: date, count: int) -> date:
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def read(
    code: int, *, names: Sequence[str], ranked_by: str, targets: dict[str, int]
) -> Board | None:
    """A division's board as of the last roll-up; None when there is no such division.

    Four queries whatever the size of the city: roll-up, divisions, own values, children's; and
    one for each figure that is an estimate.
    """
    state = RollUp.objects.order_by("pk").first()
    if state is None:
        return None
    trail, children = family(code, state.as_of)
    if not trail or trail[-1].code != code:
        return None
    ranking = rank(ranked_by, children, state.as_of) if children else []
    return Board(
        division=trail[-1],
        trail=trail,
        children=children,
        as_of=state.as_of,
        readings=readings(code, names, state.as_of, targets),
        ranking=ranking,
        ranked_by=figures.get(ranked_by),
    )


def readings(
    code: int, names: Sequence[str], as_of: date, targets: dict[str, int]
) -> list[Reading]:
    """The stored values of a division with their history, in the order asked for.

    One query, and one for each that is an estimate.
    """
    values = _values(code, names, as_of)
    this = month_of(as_of)
    months = [months_before(this, back) for back in range(TREND_MONTHS - 1, -1, -1)]
    read = [_reading(name, values.get(name, {}), months, targets) for name in names]
    return [
        replace(each, estimated=each.figure.interval(code, as_of))
        if each.figure.interval
        else each
        for each in read
    ]


def family(code: int, day: date) -> tuple[list[Division], list[Division]]:
    """The division with those above it, city first, and those one level below it."""
    level = codes.level_of(code)
    lo, hi = codes.span(code, level)
    above = Division.objects.as_of(day).filter(code__in=[*codes.ancestors(code, level), code])
    below = Division.objects.as_of(day).filter(level=level + 1).inside(lo, hi)
    found = sorted(above.union(below), key=lambda division: division.code)
    trail = [division for division in found if division.level <= level]
    return sorted(trail, key=lambda d: d.level), [d for d in found if d.level > level]


def _values(code: int, names: Sequence[str], as_of: date) -> dict[str, dict[date, Cell]]:
    first = months_before(month_of(as_of), TREND_MONTHS - 1)
    rows = MonthlyFigure.objects.filter(
        division_id=code, figure__in=names, month__gte=first
    ).order_by("figure", "month")
    values: dict[str, dict[date, Cell]] = {}
    for name, month, numerator, denominator in rows.values_list(
        "figure", "month", "numerator", "denominator"
    ):
        values.setdefault(name, {})[month] = Cell(numerator, denominator)
    return values


def _reading(
    name: str, values: dict[date, Cell], months: list[date], targets: dict[str, int]
) -> Reading:
    """`months` end with the current one."""
    figure = figures.get(name)
    this = months[-1]
    known_months = [m for m in months if m in values]
    # A figure kept for few months has no history before its first value.
    months = [m for m in months if known_months and m >= known_months[0]]
    history = tuple((m, values.get(m, nothing(figure))) for m in months)
    if figure.time is Time.FLOW:
        now, before = (
            _year(values, this, figure),
            _year(values, months_before(this, 12), figure),
        )
        past: Cell | None = before if months and months[0] <= months_before(this, 23) else None
        return Reading(figure, now, past, months_before(this, 12), history, targets.get(name))
    past_month = months_before(this, 12 if len(months) > 12 else max(len(months) - 1, 0))
    past = values.get(past_month) if past_month != this else None
    now = values.get(this, nothing(figure))
    return Reading(figure, now, past, past_month, history, targets.get(name))


def _year(values: dict[date, Cell], last: date, figure: Figure) -> Cell:
    """The sum of twelve months of a flow, the last one included."""
    cells = [values[m] for back in range(12) if (m := months_before(last, back)) in values]
    if not cells:
        return nothing(figure)
    return Cell(
        sum(cell.numerator or 0 for cell in cells),
        sum(cell.denominator or 0 for cell in cells) if figure.ratio else None,
    )


def nothing(figure: Figure) -> Cell:
    """What no stored value means: none of it, or not known."""
    return Cell(0, None) if figure.missing is Missing.ZERO else Cell(None, None)


def rank(name: str, children: Iterable[Division], as_of: date) -> list[Rank]:
    """Divisions by a figure, greatest first; ties share a place, the unknown come last."""
    figure = figures.get(name)
    children = list(children)
    cells = _latest(figure, [division.code for division in children], as_of)
    rows = [(division, cells.get(division.code, nothing(figure))) for division in children]
    valued = [(d, c, c.permille if figure.ratio else c.numerator) for d, c in rows]
    known = sorted(
        ((d, c, v) for d, c, v in valued if v is not None),
        key=lambda row: (-row[2], row[0].code),
    )
    values = [value for _, _, value in known]
    ranking = [
        Rank(values.index(value) + 1, values.count(value) > 1, division, cell, value)
        for division, cell, value in known
    ]
    return ranking + [Rank(None, False, d, c, None) for d, c, v in valued if v is None]


def _latest(figure: Figure, divisions: list[int], as_of: date) -> dict[int, Cell]:
    this = month_of(as_of)
    first = months_before(this, 11) if figure.time is Time.FLOW else this
    rows = MonthlyFigure.objects.filter(
        figure=figure.name, month__gte=first, month__lte=this, division_id__in=divisions
    ).order_by("division_id", "month")
    cells: dict[int, Cell] = {}
    for code, numerator, denominator in rows.values_list(
        "division_id", "numerator", "denominator"
    ):
        old = cells.get(code, Cell(0, None))
        total = None if denominator is None else (old.denominator or 0) + denominator
        cells[code] = Cell((old.numerator or 0) + numerator, total)
    return cells
