"""The rows of such a workbook, and its cells as the document would say them."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from xinfeng.base.sheets import plain

from .columns import FLAGS, WORDS, Column, Kind, Sheet, meant

Page = list[list[object]]


@dataclass(frozen=True)
class Spot:
    """Where a value stands: sheet, row, and the column by letter and head."""

    sheet: str
    row: int
    column: str = ""


@dataclass(frozen=True)
class Row:
    sheet: Sheet
    name: str
    number: int
    raw: Mapping[str, object]
    letters: Mapping[str, str]

    def spot(self, column: str = "") -> Spot:
        if not column:
            return Spot(self.name, self.number)
        head = self.sheet.columns[column].head
        return Spot(self.name, self.number, f"{self.letters.get(column, '')} {head}".strip())

    def said(self, column: str, kind: Kind | None = None) -> Any:
        """The cell as the document says it; None when nothing stands there."""
        value = self.raw.get(column)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        kind = kind or self.sheet.columns[column].kind
        if kind == Kind.WHOLE:
            return _whole(value)
        if kind == Kind.FLAG:
            return _flag(value)
        return meant(kind, _text(value)) if kind in WORDS else _text(value)


@dataclass(frozen=True)
class Pages:
    """The sheets of one workbook as they were sent."""

    pages: Mapping[str, Page]

    def name_of(self, sheet: Sheet) -> str | None:
        known = {plain(title) for title in sheet.titles}
        return next((name for name in self.pages if plain(name) in known), None)

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Every row on which something of the sheet's own columns stands."""
        name = self.name_of(sheet)
        if name is None:
            return
        at = _columns(sheet.columns, self.pages[name])
        letters = {column: xl_col_to_name(index) for column, index in at.items()}
        for number, line in enumerate(self.pages[name][1:], 2):
            raw = {column: line[index] for column, index in at.items() if index < len(line)}
            if any(str(value).strip() for value in raw.values()):
                yield Row(sheet, name, number, raw, letters)

    def not_read(self, sheet: Sheet) -> list[str]:
        """Columns of a known sheet that nobody asked for."""
        name = self.name_of(sheet)
        heads = self.pages[name][0] if name is not None and self.pages[name] else []
        known = {plain(head) for column in sheet.columns.values() for head in column.heads}
        told = [str(head).strip() for head in heads]
        return [f"{name}: {head}" for head in told if head and plain(head) not in known]


def _columns(columns: Mapping[str, Column], page: Page) -> dict[str, int]:
    titles = {plain(head): name for name, column in columns.items() for head in column.heads}
    found: dict[str, int] = {}
    for index, head in enumerate(page[0] if page else []):
        name = titles.get(plain(str(head)))
        if name is not None:
            found.setdefault(name, index)
    return found


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.isoformat()[:10]
    return str(value).strip()


def _whole(value: object) -> Any:
    """A whole number where one stands; anything else as it is, for the reader to refuse."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else str(value)
    digits = unicodedata.normalize("NFKC", str(value)).strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else digits


def _flag(value: object) -> Any:
    if isinstance(value, bool):
        return value
    word = plain(str(value)).split("/")[0]
    return FLAGS.get(word, str(value))
