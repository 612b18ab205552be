"""From which day on a paper counts for a line."""

from datetime import date, timedelta

from xinfeng.base.figures import Window
from xinfeng.inspections import periods
from xinfeng.inspections.tree import Line

MONTHS = 12


def of(line: Line, today: date) -> Window:
    """The months before a day that a line looks back on, this day included."""
    months = line.papers.window_months if line.papers else MONTHS
    until = today + timedelta(days=1)
    return Window(periods.shifted(until, -months), until)
