"""Excel and CSV as offices send them, brought to one shape: a grid of texts."""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime, time
from typing import IO, Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

Grid = list[list[str]]
LARGEST_UNPACKED = 200 * 2**20
# Rows times columns. What reads a sheet makes room for every cell up to the last one, so one
# stray cell in the far corner would take all memory, and the program with it.
MOST_CELLS = 4_000_000
_CHUNK = 2**20
# At a glance: every name of a cell or row, and of the numbers those of five digits and more.
_LETTERS = re.compile(rb"""\sr=["']([A-Z]{1,9})[0-9]""")
_NUMBERS = re.compile(rb"""\sr=["'][A-Z]{0,9}([0-9]{5,9})["']""")
# Exactly, and slower: cells that are only painted say nothing and do not count.
_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^<>]*?\s)?r=["']([A-Z]{1,9})([0-9]{1,9})["'][^<>]*(?<!/)>"""
)
_ROW = re.compile(rb"""<(?:\w+:)?row\s(?:[^<>]*?\s)?r=["']([0-9]{1,9})["']""")
# Cells may do without a name: each is one further to the right.
_NAMELESS = re.compile(rb"<(?:\w+:)?c(?! r=)(?=[\s>])(?![^<>]*\sr=)")
_ROW_BEGINS = re.compile(rb"<(?:\w+:)?row(?=[\s>])")


class BadTable(Exception):
    """The file as a whole cannot be read: why, in which row, and what to do."""

    def __init__(self, reason: str, mend: str = "", row: int = 1) -> None:
        super().__init__(reason)
        self.mend = mend
        self.row = row


def grid(data: bytes) -> Grid:
    """The first table of a file; merged cells each say what their first cell says."""
    is_excel = data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0"
    return _excel(data) if is_excel else _csv(data)


def pages(data: bytes) -> dict[str, list[list[object]]]:
    """Every sheet of a workbook by its name, its cells as they are, neither folded nor cut."""
    refuse_bombs(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found: dict[str, list[list[object]]] = {}
        left = MOST_CELLS
        for name in book.sheet_names:
            found[name] = _page(book, name, left)
            left -= sum(map(len, found[name]))
        return found
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(error) from None


def _page(book: CalamineWorkbook, name: str, most: int) -> list[list[object]]:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > most:
        raise _too_wide()
    cells: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    _unmerge(cells, sheet.merged_cell_ranges or [])
    return cells


def text(value: object) -> str:
    """A cell as text: full-width digits become digits, whole numbers lose their .0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() != time.min:
        return value.isoformat(" ", "seconds")
    if isinstance(value, date | datetime):
        return value.isoformat()[:10]
    said = str(value)
    # Most cells are plain already, and a large table has many of them.
    return (said if said.isascii() else unicodedata.normalize("NFKC", said)).strip()


def plain(title: str) -> str:
    """A column's title without what people decorate it with."""
    folded = unicodedata.normalize("NFKC", title).lower()
    return "".join(folded.replace("*", "").split())


def _excel(data: bytes) -> Grid:
    refuse_bombs(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        if sheet.total_height * sheet.total_width > MOST_CELLS:
            raise _too_wide()
        cells = [[text(v) for v in row] for row in sheet.to_python(skip_empty_area=False)]
        merged = sheet.merged_cell_ranges or []
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise _unreadable(error) from None
    _unmerge(cells, merged)
    return cells


def refuse_bombs(data: bytes) -> None:
    """Told before anything reads it: an Excel file that unfolds to more than any table."""
    if data[:2] != b"PK":
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise BadTable(
                    _("This Excel file unfolds to more than 200 MB."), _("Split it.")
                )
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names or names & {"content.xml", "xl/workbook.bin"}:
                raise _damaged()
            for part in parts:
                _refuse_far(packed, part)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        raise _damaged() from None


def _refuse_far(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    for measure in (_glance, _exactly):
        with packed.open(part) as unpacked:
            if _extent(unpacked, measure) <= MOST_CELLS:
                return
    raise _too_wide()


def _extent(part: IO[bytes], measure: Callable[[bytes], tuple[int, int]]) -> int:
    """Rows times columns up to the last cell, if the part is a sheet."""
    rows = columns = nameless = 0
    rest = b""
    while chunk := part.read(_CHUNK):
        whole, tag, rest = (rest + chunk).rpartition(b">")
        # Only what is no sheet goes on so long without a tag.
        piece, rest = whole + tag, rest[-_CHUNK:]
        if _NAMELESS.search(piece):
            for n, line in enumerate(_ROW_BEGINS.split(piece)):
                nameless = (0 if n else nameless) + len(_NAMELESS.findall(line))
                columns = max(columns, nameless)
        right, down = measure(piece)
        columns, rows = max(columns, right), max(rows, down)
    return rows * columns


def _glance(piece: bytes) -> tuple[int, int]:
    """Not less than the columns and rows that are named."""
    letters, numbers = {*_LETTERS.findall(piece)}, {*_NUMBERS.findall(piece)}
    return max(map(_column, letters), default=0), max(map(int, numbers), default=9_999)


def _exactly(piece: bytes) -> tuple[int, int]:
    named = {*_CELL.findall(piece)}
    right = max((_column(letters) for letters in {one for one, _n in named}), default=0)
    down = {number for _l, number in named} | {*_ROW.findall(piece)}
    return right, max(map(int, down), default=0)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _unreadable(error: Exception) -> BadTable:
    return BadTable(
        _("This Excel file cannot be read: %(why)s") % {"why": error},
        _("Save it anew as .xlsx and send that."),
    )


def _damaged() -> BadTable:
    return BadTable(_("This Excel file is damaged."), _("Save it anew as .xlsx and send that."))


def _too_wide() -> BadTable:
    return BadTable(
        _("This sheet reaches too far to the right or down."),
        _("Delete everything beside and below the table, and save it anew."),
    )


def _unmerge(
    cells: list[list[Any]], merged: list[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    for (top, left), (bottom, right) in merged:
        if top >= len(cells) or left >= len(cells[top]):
            continue
        value = cells[top][left]
        for row in cells[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = row[column] or value


def _csv(data: bytes) -> Grid:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            said = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in said:
            break
        separator = "\t" if said.count("\t") > said.count(",") else ","
        lines = csv.reader(io.StringIO(said, newline=""), delimiter=separator)
        try:
            return [[text(cell) for cell in line] for line in lines]
        except csv.Error as error:
            raise BadTable(
                _("This CSV file cannot be read: %(why)s") % {"why": error},
                row=lines.line_num,
            ) from None
    raise BadTable(
        _("This is neither an Excel file nor a CSV file in UTF-8 or GB 18030."),
        _("Save it as .xlsx and send that."),
    )
