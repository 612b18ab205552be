"""Sheets to print: the QR codes of points, twelve to a page."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import segno
import typst
from django.conf import settings

from .models import Point

MOST = 600
_SHEET = Path(__file__).parent / "typst" / "codes.typ"


def code_sheet(points: Sequence[Point], address: str) -> bytes:
    """A PDF with a code, the name, the unit and the number of each point."""
    rows = [
        {
            "svg": _code(f"{address}{point.code}/"), "code": point.code, "name": point.name,
            "type": point.type.name, "unit": point.unit.short_name,
        }
        for point in points
    ]  # fmt: skip
    told = json.dumps({"points": rows}, ensure_ascii=False)
    made = _compiler().compile(sys_inputs={"data": told})
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    """One a process: what it has learnt of the typeface makes the next sheet quick."""
    return typst.Compiler(
        str(_SHEET),
        root=str(_SHEET.parent),
        font_paths=[str(settings.ROOT / "xinfeng" / "hours" / "fonts")],
        ignore_system_fonts=True,
    )


def _code(address: str) -> str:
    drawn = segno.make(address, error="m").svg_inline(border=0, dark="#1E2329")
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
