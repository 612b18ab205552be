"""What goes on paper: the sheet of a sample, and letters with personal codes."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import segno
import typst
from django.conf import settings

from xinfeng.base import books

from . import personal_codes
from .models import Survey
from .queries.samples import Sheet

_LETTERS = Path(__file__).parent / "typst" / "letters.typ"
_HEADS = {
    "community": "区划代码", "township": "乡镇（街道）", "name": "村（社区）",
    "code": "户编号", "number": "名册序号", "surveyor": "调查员", "disposition": "结果",
    "attempts": "访问次数",
}  # fmt: skip


def sample_book(sheets: Sequence[Sheet]) -> bytes:
    """One row a household, in the order of communities; its last column is for the pen."""
    rows = [
        {
            "community": str(sheet.community.division_id), "township": sheet.township,
            "name": sheet.name, "code": unit.code, "number": float(unit.number),
            "surveyor": str(sheet.community.surveyor.number)
            if sheet.community.surveyor else "",
            "disposition": str(unit.get_disposition_display()) if unit.disposition else "",
            "attempts": float(unit.attempts),
        }
        for sheet in sheets
        for unit in sheet.units
    ]  # fmt: skip
    return books.table("样本户", _HEADS, rows, {"community": 16, "township": 18, "name": 18})


def letters(
    survey: Survey, sheets: Sequence[Sheet], codes: Mapping[str, str], address: str
) -> bytes:
    """A PDF of one page a household: no name, no address, its code twice."""
    rows = [
        {
            "svg": _code(f"{address}{codes[unit.code]}/"),
            "code": personal_codes.grouped(codes[unit.code]),
            "where": f"{sheet.township} {sheet.name} {unit.number}", "unit": unit.code,
        }
        for sheet in sheets
        for unit in sheet.units
        if not unit.is_final
    ]  # fmt: skip
    told = {
        "title": survey.name, "area": survey.division.name, "address": address,
        "until": f"{survey.until:%Y-%m-%d}", "letters": rows,
    }  # fmt: skip
    made = _compiler().compile(sys_inputs={"data": json.dumps(told, ensure_ascii=False)})
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        str(_LETTERS),
        root=str(_LETTERS.parent),
        font_paths=[str(settings.ROOT / "xinfeng" / "hours" / "fonts")],
        ignore_system_fonts=True,
    )


def _code(address: str) -> str:
    drawn = segno.make(address, error="m").svg_inline(border=0, dark="#1E2329")
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
