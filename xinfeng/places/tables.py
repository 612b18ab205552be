"""Excel and CSV as offices send them, brought to one shape: rows of cells by known column."""

import csv
import io
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from .columns import COLUMNS, NEEDED

Grid = list[list[str]]
HEAD_WITHIN = 10
LARGEST_UNPACKED = 200 * 2**20


class BadTable(Exception):
    """The file as a whole cannot be read: why, in which row, and what to do."""

    def __init__(self, reason: str, mend: str = "", row: int = 1) -> None:
        super().__init__(reason)
        self.mend = mend
        self.row = row


@dataclass(frozen=True)
class Table:
    """Rows by column with their numbers in the file; titles as written, in plain width."""

    titles: dict[str, str]
    rows: list[tuple[int, dict[str, str]]]
    first: int


def read(data: bytes, name: str) -> Table:
    """The one table of a file."""
    grid = _excel(data) if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0" else _csv(data)
    return _table(grid)


def _excel(data: bytes) -> Grid:
    _refuse_bombs(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        grid = [[_text(v) for v in row] for row in sheet.to_python(skip_empty_area=False)]
        merged = sheet.merged_cell_ranges or []
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise BadTable(
            _("This Excel file cannot be read: %(why)s") % {"why": error},
            _("Save it anew as .xlsx and send that."),
        ) from None
    _unmerge(grid, merged)
    return grid


def _refuse_bombs(data: bytes) -> None:
    if data[:2] != b"PK":
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:
        raise BadTable(
            _("This Excel file is damaged."), _("Save it anew as .xlsx and send that.")
        ) from None
    if size > LARGEST_UNPACKED:
        raise BadTable(_("This Excel file unfolds to more than 200 MB."), _("Split it."))


def _unmerge(grid: Grid, merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Every cell of a merged range says what its first cell says."""
    for (top, left), (bottom, right) in merged:
        if top >= len(grid) or left >= len(grid[top]):
            continue
        value = grid[top][left]
        for row in grid[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = row[column] or value


def _csv(data: bytes) -> Grid:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        separator = "\t" if text.count("\t") > text.count(",") else ","
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            return [[_text(cell) for cell in line] for line in lines]
        except csv.Error as error:
            raise BadTable(
                _("This CSV file cannot be read: %(why)s") % {"why": error},
                row=lines.line_num,
            ) from None
    raise BadTable(
        _("This is neither an Excel file nor a CSV file in UTF-8 or GB 18030."),
        _("Save it as .xlsx and send that."),
    )


def _text(value: object) -> str:
    """A cell as text: full-width digits become digits, whole numbers lose their .0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.isoformat()[:10]
    return unicodedata.normalize("NFKC", str(value)).strip()


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
        column = _KNOWN.get(_plain(cell))
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


def _plain(title: str) -> str:
    folded = unicodedata.normalize("NFKC", title).lower()
    return "".join(folded.replace("*", "").split())


_KNOWN = {_plain(title): column for column, titles in COLUMNS.items() for title in titles}
