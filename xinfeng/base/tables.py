"""Excel and CSV as offices send them, brought to one shape: rows of cells by known column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import sheets
from .sheets import BadTable, Grid, plain

HEAD_WITHIN = 10


@dataclass(frozen=True)
class Table:
    """Rows by column with their numbers in the file; titles as written, in plain width."""

    titles: dict[str, str]
    rows: list[tuple[int, dict[str, str]]]
    first: int


def read(data: bytes, columns: Mapping[str, tuple[str, ...]], needed: Sequence[str]) -> Table:
    """The one table of a file, whose columns may be headed by any of their titles."""
    return _Reader(columns, needed).table(sheets.grid(data))


class _Reader:
    """Finds the head of a table whose columns are known."""

    def __init__(self, columns: Mapping[str, tuple[str, ...]], needed: Sequence[str]) -> None:
        self.known = {
            plain(title): name for name, titles in columns.items() for title in titles
        }
        self.first = {name: titles[0] for name, titles in columns.items()}
        self.needed = needed

    def table(self, grid: Grid) -> Table:
        head, columns, titles = self._head(grid)
        rows = [
            (number, {column: line[i] for i, column in columns.items() if i < len(line)})
            for number, line in enumerate(grid[head:], head + 1)
            if any(line)
        ]
        if not rows:
            raise BadTable(_("There is no row under the head of the table."), row=head)
        return Table(titles, rows, head + 1)

    def _head(self, grid: Grid) -> tuple[int, dict[int, str], dict[str, str]]:
        """How many rows the head takes, and which column stands where."""
        best: dict[int, str] = {}
        for number in range(1, min(HEAD_WITHIN, len(grid)) + 1):
            columns = self._columns(grid[number - 1])
            # A head of two rows: what the upper row did not say, the lower one may.
            if best and len(columns) >= 2 and not set(columns.values()) <= set(best.values()):
                lower = {i: c for i, c in columns.items() if c not in best.values()}
                if any(i not in best for i in lower) or not columns.keys() - best.keys():
                    best |= lower
                    return number, best, self._titles(best, grid, number)
            if best:
                return (
                    number - 1,
                    self._whole(best, number - 1),
                    self._titles(best, grid, number - 1),
                )
            if len(columns) >= 3:
                best = columns
        if best:
            return len(grid), self._whole(best, len(grid)), self._titles(best, grid, len(grid))
        raise BadTable(
            _("No row of the first ten is the head of such a table."),
            _("Head the columns as an export does: %(columns)s.")
            % {"columns": "、".join(self.first[c] for c in self.needed)},
        )

    def _whole(self, columns: dict[int, str], row: int) -> dict[int, str]:
        missing = [self.first[c] for c in self.needed if c not in columns.values()]
        if missing:
            raise BadTable(
                _("These columns are missing: %(columns)s.") % {"columns": "、".join(missing)},
                row=row,
            )
        return columns

    def _columns(self, line: list[str]) -> dict[int, str]:
        found: dict[int, str] = {}
        for i, cell in enumerate(line):
            column = self.known.get(plain(cell))
            if column and column not in found.values():
                found[i] = column
        return found

    def _titles(self, columns: dict[int, str], grid: Grid, head: int) -> dict[str, str]:
        return {
            column: next(
                (
                    grid[r][i]
                    for r in range(head - 1, -1, -1)
                    if i < len(grid[r]) and grid[r][i]
                ),
                "",
            )
            for i, column in columns.items()
        }
