"""Tables that leave the program as an Excel workbook, which an import reads back."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

import xlsxwriter

_WIDTH = 12
# What a cell says is never a formula and never a link, whoever typed it.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def table(
    title: str,
    heads: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    widths: Mapping[str, int],
) -> bytes:
    """One sheet: a head by column, then the rows, whose empty cells stay empty."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        sheet = book.add_worksheet(title)
        bold = book.add_format({"bold": True})
        for at, (column, head) in enumerate(heads.items()):
            sheet.write_string(0, at, head, bold)
            sheet.set_column(at, at, widths.get(column, _WIDTH))
        sheet.freeze_panes(1, 2)
        number = 0
        for number, row in enumerate(rows, 1):
            for at, column in enumerate(heads):
                value = row.get(column, "")
                if isinstance(value, float):
                    sheet.write_number(number, at, value)
                elif value:
                    sheet.write_string(number, at, value)
        sheet.autofilter(0, 0, max(1, number), len(heads) - 1)
    return file.getvalue()
