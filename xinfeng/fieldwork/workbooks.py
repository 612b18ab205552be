"""A workbook as checking asks of it: sheets with titled columns and numbered rows."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from xinfeng.base import sheets
from xinfeng.base.sheets import BadTable

from .faults import Fault, NotAForm

MOST_BYTES, MOST_ROWS = 5 << 20, 5_000
# What the converter reads: other sheets are notes of whoever wrote the form.
READ = ("survey", "choices", "settings")


@dataclass(frozen=True)
class Row:
    """One row that says something: its number as Excel shows it, its cells by column."""

    number: int
    cells: dict[str, str]

    def said(self, *columns: str) -> str:
        """What the first of these columns says that says anything."""
        return next((value for name in columns if (value := self.cells.get(name))), "")


@dataclass(frozen=True)
class Sheet:
    name: str
    # Column titles as written, in their order; an empty title is an empty text.
    titles: tuple[str, ...]
    rows: tuple[Row, ...]

    def title(self, *columns: str) -> str:
        """The column as it is written here, or the usual title when it is missing."""
        written = {plain(title): title for title in self.titles}
        return next((written[name] for name in columns if name in written), columns[0])

    @property
    def columns(self) -> set[str]:
        return {plain(title) for title in self.titles if title}


def read(xlsx: bytes) -> dict[str, Sheet]:
    """The sheets by name in small letters; refuses what would cost more than any form."""
    try:
        sheets.refuse_bombs(xlsx)
        book = CalamineWorkbook.from_filelike(io.BytesIO(xlsx))
        return {
            name.strip().lower(): _sheet(book, name)
            for name in book.sheet_names
            if name.strip().lower() in READ
        }
    except BadTable as problem:
        raise NotAForm(Fault(str(problem), mend=problem.mend)) from problem
    except (CalamineError, OSError, ValueError) as problem:
        raise NotAForm(
            Fault(
                _("This workbook cannot be read as a form."),
                mend=_("Save it anew as .xlsx and send that."), original=str(problem)[:300],
            )
        ) from problem  # fmt: skip


def plain(title: str) -> str:
    """A column as the converter knows it: small letters, one way to write the languages."""
    parts = [part.strip() for part in title.split("::")]
    return "::".join([parts[0].lower(), *parts[1:]])


def _text(value: object) -> str:
    """As the converter reads it: a full-width sign stays what it is."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _sheet(book: CalamineWorkbook, name: str) -> Sheet:
    found = book.get_sheet_by_name(name)
    if found.total_height > MOST_ROWS:
        raise NotAForm(
            Fault(
                _("This sheet has more than %(most)s rows.") % {"most": MOST_ROWS}, name,
                MOST_ROWS + 1, mend=_("Split the form."),
            )
        )  # fmt: skip
    grid = found.to_python(skip_empty_area=False)
    titles = tuple(_text(value) for value in grid[0]) if grid else ()
    return Sheet(name.strip().lower(), titles, tuple(_rows(grid, titles)))


def _rows(grid: Sequence[Sequence[object]], titles: tuple[str, ...]) -> Iterator[Row]:
    columns = [plain(title) for title in titles]
    for number, line in enumerate(grid[1:], start=2):
        cells = {
            column: value
            for column, cell in zip(columns, line, strict=False)
            if column and (value := _text(cell))
        }
        if cells:
            yield Row(number, cells)
