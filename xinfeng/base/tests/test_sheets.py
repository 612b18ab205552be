"""Tables as offices send them, and as nobody should: small files that want all memory."""

import io
import time
import zipfile

import pytest
import xlsxwriter

from xinfeng.base.sheets import BadTable, grid

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default'
    ' Extension="xml" ContentType="application/xml"/></Types>'
)


def a_book(write) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        write(book.add_worksheet(), book)
    return out.getvalue()


def with_sheet(xml: str | bytes) -> bytes:
    """A book whose first sheet holds these rows, written as they stand."""
    whole = a_book(lambda sheet, _book: sheet.write(0, 0, "a"))
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                head, _rows, tail = content.partition(b"<sheetData>")
                tail = tail.partition(b"</sheetData>")[2]
                rows = xml if isinstance(xml, bytes) else xml.encode()
                content = head + b"<sheetData>" + rows + b"</sheetData>" + tail
            new.writestr(part.filename, content)
    return out.getvalue()


def far(sheet, _book):
    sheet.write(0, 0, "a")
    sheet.write(1_048_575, 16_383, "b")


def test_an_ordinary_table_is_read_cell_by_cell():
    def write(sheet, book):
        grey = book.add_format({"bg_color": "gray"})
        sheet.write_row(0, 0, ["编号", "名称"])
        sheet.write_row(1, 0, ["P1", 3.0])
        # Painted to the end of the sheet, as people do: nothing stands there.
        for column in range(2, 16_384):
            sheet.write_blank(2_000, column, None, grey)

    assert [line[:2] for line in grid(a_book(write))][:2] == [["编号", "名称"], ["P1", "3"]]


def test_a_table_of_many_rows_has_room_whatever_is_painted_beside_it():
    def write(sheet, book):
        grey = book.add_format({"bg_color": "gray"})
        for column in range(10, 400):
            sheet.write_blank(5, column, None, grey)
        for row in range(30_000):
            sheet.write_number(row, 9, row)

    assert len(grid(a_book(write))) == 30_000


@pytest.mark.parametrize(
    "content",
    [
        a_book(far),
        with_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">'
                   + "<c><v>1</v></c>" * 900 + "</row>"),
        with_sheet("<row r='9000'><c s='0' r='ZZZ9000' t='n'><v>1</v></c></row>"),
        with_sheet('<x:row r="1048576"><x:c r="XFD1048576"><v>1</v></x:c></x:row>'),
        with_sheet('<row r="1"><c r="A1"><v>' + "1" * (2**20 - 40)
                   + '</v></c><c\nr="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c>'
                   "</row>"),
    ],
    ids=["far corner", "cells without a name", "other quotes", "prefixed", "over a seam"],
)  # fmt: skip
def test_one_cell_in_the_far_corner_does_not_take_all_memory(content):
    assert len(content) < 20_000

    with pytest.raises(BadTable) as refused:
        grid(content)

    assert refused.value.mend


def test_another_kind_of_book_is_refused_before_it_is_opened():
    for name in ("content.xml", "xl/workbook.bin", "a.txt"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            packed.writestr("[Content_Types].xml", TYPES)
            packed.writestr(name, b"x" * 2000)
        with pytest.raises(BadTable):
            grid(out.getvalue())


@pytest.mark.parametrize(
    "rows",
    [b"<c " * 700_000, b"<c " + b" " * 2**21, b"<row " * 400_000, b'<c r="A' * 300_000],
    ids=["cells", "spaces", "rows", "names"],
)
def test_looking_takes_no_longer_than_reading(rows):
    content = with_sheet(rows)
    begun = time.perf_counter()

    with pytest.raises(BadTable):
        grid(content)

    assert time.perf_counter() - begun < 2
