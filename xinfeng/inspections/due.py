"""What a place still has to enter now: read from the standard's own lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xinfeng.base.figures import Window

from . import periods
from .figures import FIGURE_OF
from .models import Filing, Item
from .tree import Line, Tree

_ITEM_OF = {figure: item for item, figure in FIGURE_OF.items()}


@dataclass(frozen=True)
class Due:
    """One item of a place in its present stretch: how often asked, and what stands entered."""

    line: Line
    item: Item
    stretch: Window
    wanted: int
    entered: Sequence[Filing]

    @property
    def is_done(self) -> bool:
        return len(self.entered) >= self.wanted

    @property
    def last_day(self) -> date:
        return self.stretch.as_of


def due(tree: Tree, tier: str, filings: Sequence[Filing], today: date) -> list[Due]:
    """Everything a place of this tier files, what is not yet entered first, soonest first."""
    found = [
        _of_line(line, item, tier, filings, today)
        for line in tree.lines_for(tier)
        if (item := _ITEM_OF.get(line.rule.figure)) is not None
    ]
    return sorted(found, key=lambda each: (each.is_done, each.last_day))


def item_of(line: Line) -> Item | None:
    return _ITEM_OF.get(line.rule.figure)


def earliest(today: date) -> date:
    """From which day on entries can matter to what is due."""
    return periods.shifted(today, -36)


def _of_line(line: Line, item: Item, tier: str, filings: Sequence[Filing], today: date) -> Due:
    amounts = line.rule.for_tier(tier)
    stretch = _stretch(amounts, line.rule.over_months, today)
    entered = [f for f in filings if f.item == item and _counts(f, stretch, today)]
    return Due(line, item, stretch, amounts.get("at_least", 1), entered)


def _counts(filing: Filing, stretch: Window, today: date) -> bool:
    if filing.valid_until is not None:
        return filing.on <= today < filing.valid_until
    return stretch.since <= filing.on < stretch.until


def _stretch(amounts: dict[str, int], over_months: int | None, today: date) -> Window:
    """The week, month, quarter or year that today lies in."""
    if "every_weeks" in amounts:
        monday = today - timedelta(days=today.weekday())
        return Window(monday, monday + timedelta(weeks=amounts["every_weeks"]))
    months = amounts.get("every_months", over_months or 12)
    if 12 % months:
        return Window(periods.shifted(today, -months), today + timedelta(days=1))
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    return Window(first, periods.shifted(first, months))
