"""What units and leaders get on paper: question lists, the ranking sheet, the brief.

Offices file these in Chinese; so they are written in Chinese, whatever the reader's language.
"""

import io
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst
import xlsxwriter
from django.utils import translation
from docx import Document
from docx.opc.pkgwriter import PackageWriter
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from PIL import Image

from xinfeng.base import clock
from xinfeng.base.books import OPTIONS
from xinfeng.hours.printing import ROOM as WITH_FONTS
from xinfeng.units.models import Unit

from .models import Round, RoundScore
from .queries import Outcome, Question, Told
from .rounds.intervals import SOURCE

ROOM = Path(__file__).parent
_FONT = "SimSun"
# A brief has two pages; the sheet has all.
MOST_UNITS, MOST_LINES = 20, 12
# By point of the round and line: small copies of what was photographed.
Pictures = Mapping[tuple[int, str], Sequence[bytes]]
_PICTURES_AT, _PICTURE_PIXELS, _ROW_POINTS = 8, 112, 90
_COLUMNS = (
    "得分率", "95%区间下限", "95%区间上限", "测评点位", "应测", "已测", "符合", "未测",
    "并列说明",
)  # fmt: skip


def percent(value: int | None) -> str:
    """A share in ten-thousandths as it is written in a report."""
    return "未测" if value is None else f"{value / 100:.2f}%"


def interval(row: RoundScore) -> str:
    if row.low_e4 is None or row.high_e4 is None:
        return "样本不足，不计区间"
    return f"{row.low_e4 / 100:.1f}%—{row.high_e4 / 100:.1f}%"


def place(row: RoundScore) -> str:
    """The places that the interval allows: one, or from the best to the worst."""
    if row.rank is None or row.rank_to is None:
        return "不排名"
    return f"第{row.rank}名" if row.rank == row.rank_to else f"第{row.rank}—{row.rank_to}名"


def tie(row: RoundScore) -> str:
    if row.rank is None:
        return ""
    if not row.tied_with:
        return "与其他单位可以区分"
    return f"与{len(row.tied_with)}个单位不分先后"


def question_sheet(
    found: Round, unit: Unit, rows: Sequence[Question], pictures: Pictures | None = None
) -> bytes:
    """The question list of a unit as an Excel table with room for what was done."""
    file, book, sheet, bold = _sheet("问题清单")
    titles = (
        "序号",
        "点位编号",
        "点位名称",
        "测评条目",
        "要求",
        "现场情况",
        "整改建议",
        "整改情况",
        "现场照片",
    )
    _title(sheet, bold, f"{unit.name} {found.name}问题清单", titles)
    for column, width in enumerate((6, 12, 26, 12, 40, 26, 40, 30, 34)):
        sheet.set_column(column, column, width)
    for number, each in enumerate(rows, start=1):
        cells = _question(each)
        sheet.write_number(number + 1, 0, number)
        for column, text in enumerate(cells, start=1):
            sheet.write_string(number + 1, column, text)
        shown = _pictures(pictures, each)
        if shown:
            sheet.set_row(number + 1, _ROW_POINTS)
        for place, content in enumerate(shown):
            _place(sheet, number + 1, place, content)
    book.close()
    return file.getvalue()


def question_letter(
    found: Round, unit: Unit, rows: Sequence[Question], pictures: Pictures | None = None
) -> bytes:
    """The same as a letter in Word, as units hand it on."""
    paper = Document()
    style: Any = paper.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    for section in paper.sections:
        section.left_margin = section.right_margin = Cm(2.5)
    paper.add_heading(f"{found.name}问题清单", level=1)
    paper.add_paragraph(f"{unit.name}：")
    paper.add_paragraph(
        f"本轮测评共发现你单位负责点位问题 {len(rows)} 处，请逐项整改，"
        "整改后由非本单位人员复查。"
    )
    table: Any = paper.add_table(rows=1, cols=5, style="Table Grid")
    for cell, title in zip(
        table.rows[0].cells, ("序号", "点位", "测评条目", "现场情况", "整改建议"), strict=True
    ):
        cell.text = title
    for number, each in enumerate(rows, start=1):
        code, name, line, title, said, mend = _question(each)
        cells = table.add_row().cells
        for cell, text in zip(
            cells,
            (str(number), f"{name}（{code}）", f"{line} {title}", said, mend),
            strict=True,
        ):
            cell.text = text
        for content in _pictures(pictures, each):
            cells[3].add_paragraph().add_run().add_picture(io.BytesIO(content), width=Cm(3))
    paper.add_paragraph(
        f"测评轮次：{found.code}。对结果有异议的，可在系统内申诉，由另一名评审人员复核。"
    )
    return _packed(paper.part.package)


def _pictures(pictures: Pictures | None, each: Question) -> Sequence[bytes]:
    return (pictures or {}).get((each.point.pk, each.line.code), ())


def _place(sheet: Any, row: int, place: int, content: bytes) -> None:
    """A picture in the row of its question, side by side with the others of it."""
    with Image.open(io.BytesIO(content)) as picture:
        scale = _PICTURE_PIXELS / max(picture.size)
    sheet.insert_image(
        row, _PICTURES_AT, f"{row}-{place}.jpg",
        {
            "image_data": io.BytesIO(content), "x_scale": scale, "y_scale": scale,
            "x_offset": 4 + place * (_PICTURE_PIXELS + 4), "y_offset": 4, "object_position": 1,
        },
    )  # fmt: skip


def _packed(package: Any) -> bytes:
    """The bytes of a Word document: what its own way of keeping itself does."""
    file = io.BytesIO()
    for part in package.parts:
        part.before_marshal()
    write: Any = PackageWriter.write
    write(file, package.rels, package.parts)
    return file.getvalue()


def _question(each: Question) -> tuple[str, str, str, str, str, str]:
    """Point code and name, line code and words, what was found, what to do."""
    read = each.reading
    said = ""
    if read is not None:
        whole = "" if read.out_of is None else f"/{read.out_of}"
        counted = "" if read.value is None else f"实测 {read.value}{whole}"
        said = "；".join(part for part in (counted, read.note) if part)
    with translation.override("zh-hans"):
        title, mend = str(each.line.title), str(each.line.mend)
    point = each.point.point
    return point.code, point.name, each.line.code, title, said or "不符合", mend


def ranking_sheet(found: Round, outcome: Outcome) -> bytes:
    """Everything the round has scored, a sheet for each question."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    bold = book.add_format({"bold": True})
    parts = (
        ("责任单位", outcome.units), ("县（市、区）", outcome.areas),
        ("点位类型", outcome.types), ("测评条目", outcome.lines),
        *([("模块（单独计分）", outcome.modules)] if outcome.modules else []),
    )  # fmt: skip
    for name, rows in parts:
        sheet = book.add_worksheet(name)
        titles = ("名次", "代码", name, *_COLUMNS)
        _title(sheet, bold, f"{found.name} {name}得分", titles)
        sheet.set_column(0, 0, 12)
        sheet.set_column(2, 2, 40)
        sheet.set_column(11, 11, 26)
        for number, each in enumerate(rows, start=2):
            _ranking_row(sheet, number, each)
        last = len(rows) + 3
        sheet.write_string(
            last,
            0,
            f"区间按点位整群计算（{SOURCE}），区间重叠的不分先后；未测不计入分母，不补填。",
        )
    book.close()
    return file.getvalue()


def _ranking_row(sheet: Any, number: int, each: Told) -> None:
    row = each.row
    sheet.write_string(number, 0, place(row))
    sheet.write_string(number, 1, row.key)
    sheet.write_string(number, 2, each.name)
    for column, share in ((3, row.score_e4), (4, row.low_e4), (5, row.high_e4)):
        if share is None:
            sheet.write_string(number, column, "未测" if column == 3 else "")
        else:
            sheet.write_number(number, column, share / 100)
    counts = (row.points, row.n, row.known, row.met, row.n - row.known)
    for column, count in enumerate(counts, start=6):
        sheet.write_number(number, column, count)
    sheet.write_string(number, 11, tie(row))


def _sheet(name: str) -> tuple[io.BytesIO, Any, Any, Any]:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    return file, book, book.add_worksheet(name), book.add_format({"bold": True})


def _title(sheet: Any, bold: Any, title: str, titles: Sequence[str]) -> None:
    sheet.write_string(0, 0, title, bold)
    for column, text in enumerate(titles):
        sheet.write_string(1, column, text, bold)
    sheet.freeze_panes(2, 0)


def brief(found: Round, outcome: Outcome) -> bytes:
    """The result on two pages of paper."""
    words = json.dumps(_brief(found, outcome), ensure_ascii=False)
    made = _compiler().compile(format="pdf", sys_inputs={"data": words})
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    """One a process: what it has learnt of the typeface makes the next page quick."""
    return typst.Compiler(
        str(ROOM / "typst" / "brief.typ"),
        root=str(ROOM / "typst"),
        font_paths=[str(WITH_FONTS / "fonts")],
        ignore_system_fonts=True,
    )


def _brief(found: Round, outcome: Outcome) -> dict[str, Any]:
    whole = outcome.whole
    ranked = outcome.ranked_units
    worst = sorted(
        (each for each in outcome.lines if each.row.score_e4 is not None),
        key=lambda each: (each.row.score_e4 or 0, each.key),
    )
    published = clock.local_date(found.published_at) if found.published_at else None
    return {
        "title": f"{found.name}测评简报",
        "city": found.division.name,
        "code": found.code,
        "days": f"{found.since:%Y年%m月%d日}—{found.until:%Y年%m月%d日}",
        "published": f"{published:%Y年%m月%d日}" if published else "尚未公布",
        "score": percent(whole.score_e4),
        "interval": interval(whole),
        "counts": f"测评点位 {whole.points} 个，应测 {whole.n} 项，已测 {whole.known} 项，"
        f"符合 {whole.met} 项，未测 {whole.n - whole.known} 项",
        "apart": _apart(outcome),
        "areas": [_brief_row(each) for each in outcome.areas],
        "units": [_brief_row(each) for each in ranked[:MOST_UNITS]],
        "more": max(0, len(ranked) - MOST_UNITS),
        "lines": [_brief_row(each) for each in worst[:MOST_LINES]],
        "method": "得分率为已测项目按条目分值和抽样权重加权的符合率。"
        f"区间为 95% 区间，以点位为群计算（{SOURCE}）。"
        "区间重叠的单位不分先后；未测项目不补填、不计入分母。",
    }


def _apart(outcome: Outcome) -> str:
    ranked = len(outcome.ranked_units)
    if not ranked:
        return "各单位测评点位均不足两个，不作排名。"
    if not outcome.surely_apart:
        return f"{ranked} 个单位的区间互相重叠，本轮不能分出先后。"
    return f"{ranked} 个参加排名的单位中，{outcome.surely_apart} 个至少与一个单位可以分出先后。"


def _brief_row(each: Told) -> dict[str, str]:
    row = each.row
    return {
        "name": each.name, "place": place(row), "score": percent(row.score_e4),
        "interval": interval(row), "tie": tie(row), "points": str(row.points),
    }  # fmt: skip
