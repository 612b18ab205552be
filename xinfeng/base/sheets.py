"""Excel and CSV as offices send them, brought to one shape: a grid of texts."""

import csv
import io
import unicodedata
import zipfile
from datetime import date, datetime

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

Grid = list[list[str]]
LARGEST_UNPACKED = 200 * 2**20


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


def text(value: object) -> str:
    """A cell as text: full-width digits become digits, whole numbers lose their .0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
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
    _refuse_bombs(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        cells = [[text(v) for v in row] for row in sheet.to_python(skip_empty_area=False)]
        merged = sheet.merged_cell_ranges or []
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise BadTable(
            _("This Excel file cannot be read: %(why)s") % {"why": error},
            _("Save it anew as .xlsx and send that."),
        ) from None
    _unmerge(cells, merged)
    return cells


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


def _unmerge(cells: Grid, merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
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
