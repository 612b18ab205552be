"""Builders for tables of the hotline."""

from io import BytesIO
from itertools import count

import xlsxwriter

from xinfeng.base import scope, short_code
from xinfeng.findings import commands
from xinfeng.findings.models import HotlineTicket
from xinfeng.places.tests.build import a_city

from .build import HOUR, MONDAY, an_office_here

HEADS = ("工单编号", "受理时间", "诉求类别", "诉求内容", "区划代码", "来电人", "联系电话")
_codes = count(1)


def a_row(number="RX-1", **changes):
    """Somebody called on Monday about litter in 茶山村."""
    said = {
        "工单编号": number, "受理时间": "2022-07-18 09:05", "诉求类别": "卫生脏乱",
        "诉求内容": "菜市场门口垃圾无人清运。", "区划代码": str(a_city().village.pk),
        "来电人": "张小梅", "联系电话": "13812345678",
    }  # fmt: skip
    return said | changes


def a_table(*rows, heads=None):
    """An Excel file with these rows; every key of a row is a column."""
    heads = heads or list(dict.fromkeys([*HEADS, *(key for row in rows for key in row)]))
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, heads)
        for n, row in enumerate(rows, 1):
            sheet.write_row(n, 0, [row.get(head, "") for head in heads])
    return file.getvalue()


def added(content, actor=None, at=MONDAY + HOUR):
    return commands.add_hotline_sheet(
        code=f"H{next(_codes):04d}", name="7月18日.xlsx", content=content,
        actor=actor or an_office_here(), at=at,
    )  # fmt: skip


def imported(content, actor=None, joins=None, at=MONDAY + HOUR):
    sheet = added(content, actor, at)
    return commands.import_hotline(
        code=sheet.code, joins=joins or {}, draw=lambda n: short_code.many(n, 8),
        actor=actor or an_office_here(), at=at,
    )  # fmt: skip


def tickets():
    with scope.whole_city():
        found = HotlineTicket.objects.select_related("finding__merged_into", "contact")
        return list(found.order_by("pk"))
