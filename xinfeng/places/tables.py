"""Excel and CSV as offices send them, brought to one shape: rows of cells by known column."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from xinfeng.base import sheets
from xinfeng.base.sheets import BadTable, Grid, plain

from .columns import COLUMNS, NEEDED

HEAD_WITHIN = 10


@dataclass(frozen=True)
class Table:
    """Rows by column with their numbers in the file; titles as written, in plain width."""

    titles: dict[str, str]
    rows: list[tuple[int, dict[str, str]]]
    first: int


def read(data: bytes, name: str) -> Table:
    """The one table of a file."""
    return _table(sheets.grid(data))


def _table(grid: Grid) -> Table:
    head, columns, titles = _head(grid)
    rows = [
        (number, {column: line[i] for i, column in columns.items() if i < len(line)})
        for number, line in enumerate(grid[head:], head + 1)
        if any(line)
    ]
    if not rows:
        raise BadTable(_("There is no row under the head of the table."), row=head)
    return Table(titles, rows, head + 1)


def _head(grid: Grid) -> tuple[int, dict[int, str], dict[str, str]]:
    """How many rows the head takes, and which column stands where."""
    best: dict[int, str] = {}
    for number in range(1, min(HEAD_WITHIN, len(grid)) + 1):
        columns = _columns(grid[number - 1])
        # A head of two rows: what the upper row did not say, the lower one may.
        if best and len(columns) >= 2 and not set(columns.values()) <= set(best.values()):
            lower = {i: c for i, c in columns.items() if c not in best.values()}
            if any(i not in best for i in lower) or not columns.keys() - best.keys():
                best |= lower
                return number, best, _titles(best, grid, number)
        if best:
            return number - 1, _whole(best, number - 1), _titles(best, grid, number - 1)
        if len(columns) >= 3:
            best = columns
    if best:
        return len(grid), _whole(best, len(grid)), _titles(best, grid, len(grid))
    raise BadTable(
        _("No row of the first ten is the head of a table of places."),
        _("Head the columns 编号, 名称, 层级, 区划代码 as an export does."),
    )


def _whole(columns: dict[int, str], row: int) -> dict[int, str]:
    missing = [COLUMNS[c][0] for c in NEEDED if c not in columns.values()]
    if missing:
        raise BadTable(
            _("These columns are missing: %(columns)s.") % {"columns": "、".join(missing)},
            row=row,
        )
    return columns


def _columns(line: list[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for i, cell in enumerate(line):
        column = _KNOWN.get(plain(cell))
        if column and column not in found.values():
            found[i] = column
    return found


def _titles(columns: dict[int, str], grid: Grid, head: int) -> dict[str, str]:
    return {
        column: next(
            (grid[r][i] for r in range(head - 1, -1, -1) if i < len(grid[r]) and grid[r][i]), ""
        )
        for i, column in columns.items()
    }


_KNOWN = {plain(title): column for column, titles in COLUMNS.items() for title in titles}
