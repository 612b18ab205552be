"""Workbooks as people write them, sheet by sheet, with whatever is wrong in them."""

import io

import xlsxwriter

HEAD = ("type", "name", "label", "relevant", "constraint", "calculation")
CHOICES = [("list_name", "name", "label"), ("yn", "yes", "是"), ("yn", "no", "否")]
SETTINGS = [("form_title", "form_id", "version"), ("农贸市场", "market", "1")]


def a_workbook(*rows, head=HEAD, choices=CHOICES, settings=SETTINGS, **more) -> bytes:
    """A workbook whose sheet of questions holds these rows; None leaves a sheet out."""
    sheets = {"survey": [head, *rows], "choices": choices, "settings": settings} | more
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        for name, lines in sheets.items():
            if lines is None:
                continue
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)
    return out.getvalue()
