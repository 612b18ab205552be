"""Setting a certificate's page: typst with a typeface that has every character of a name."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst

ROOM = Path(__file__).parent
# Beyond it the page would be a book; the attached proof has all.
MOST_LINES = 300


@dataclass(frozen=True)
class Sheet:
    """Everything that stands on the paper."""

    city: str
    unit: str
    name: str
    person: int
    number: str
    first_on: date
    last_on: date
    issued_on: date
    service_minutes: int
    training_minutes: int
    # Day, content, organiser, minutes, whether it is training; the latest first.
    lines: list[tuple[date, str, str, int, bool]]
    address: str
    log: str
    line: int
    size: int
    signer: str
    is_trial: bool


@cache
def _compiler() -> typst.Compiler:
    """One a process: what it has learnt of the typeface makes the next page quick."""
    return typst.Compiler(
        str(ROOM / "typst" / "certificate.typ"),
        root=str(ROOM / "typst"),
        font_paths=[str(ROOM / "fonts")],
        ignore_system_fonts=True,
    )


def page(sheet: Sheet) -> bytes:
    """The certificate as an unsigned PDF."""
    made = _compiler().compile(
        format="pdf", sys_inputs={"data": json.dumps(_words(sheet), ensure_ascii=False)}
    )
    assert isinstance(made, bytes)
    return made


def grouped(code: str) -> str:
    """A code as it is printed and typed: in groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _words(sheet: Sheet) -> dict[str, Any]:
    shown = sheet.lines[:MOST_LINES]
    return {
        "city": sheet.city,
        "unit": sheet.unit,
        "name": sheet.name,
        "person": f"{sheet.person:08}",
        "number": grouped(sheet.number),
        "period": f"{_day(sheet.first_on)} — {_day(sheet.last_on)}",
        "issued": _day(sheet.issued_on),
        "service": _hours(sheet.service_minutes),
        "training": _hours(sheet.training_minutes),
        "count": f"{len(sheet.lines):,}",
        "lines": [_line(*line) for line in shown],
        "more": len(sheet.lines) - len(shown),
        "qr": _code(sheet.address),
        "address": sheet.address,
        "log": sheet.log,
        "line": f"{sheet.line:,}",
        "size": f"{sheet.size:,}",
        "signer": sheet.signer,
        "trial": sheet.is_trial,
    }


def _line(on: date, title: str, organiser: str, minutes: int, is_training: bool) -> list[str]:
    hours, unit = _hours(minutes)
    return [
        on.isoformat(),
        f"{title}（培训）" if is_training else title,
        organiser,
        hours + unit,
    ]


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _hours(minutes: int) -> tuple[str, str]:
    """Hours with the minutes left over, as certificates write them: 12 小时 30 分."""
    whole, rest = divmod(minutes, 60)
    return f"{whole:,}", f" 小时 {rest} 分" if rest else " 小时"


def _code(address: str) -> str:
    drawn = segno.make(address, error="m").svg_inline(border=0, dark="#1E2329")
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
