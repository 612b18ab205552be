"""Sample documents of a simulated city: made here, and marked as samples on their face."""

import io
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import typst
from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

_TYPST = Path(__file__).parent / "typst"
_FONTS = settings.ROOT / "xinfeng" / "hours" / "fonts"
_SIZE = (960, 720)
_SKY, _GROUND, _BOARD = (214, 226, 235), (196, 190, 178), (251, 250, 247)
_INK, _QUIET, _AMBER = (30, 35, 41), (91, 102, 114), (168, 106, 0)


@dataclass(frozen=True)
class Sample:
    """What stands on one document."""

    title: str
    unit: str
    number: str
    standard: str
    code: str
    line: str
    mend: str
    day: str
    is_stamped: bool


def document(sample: Sample) -> bytes:
    """One page as PDF; no seal is drawn, only the place for one."""
    stamp = "盖章处（示例，不绘制印章）" if sample.is_stamped else "未盖章（示例）"
    told = json.dumps(asdict(sample) | {"stamp": stamp}, ensure_ascii=False)
    made = _compiler().compile(format="pdf", sys_inputs={"data": told})
    assert isinstance(made, bytes)
    return made


def picture(sample: Sample) -> bytes:
    """A drawn notice board as JPEG; no photograph of anything."""
    drawn = Image.new("RGB", _SIZE, _SKY)
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, 560, *_SIZE), fill=_GROUND)
    pen.rectangle((250, 470, 270, 640), fill=_QUIET)
    pen.rectangle((690, 470, 710, 640), fill=_QUIET)
    pen.rectangle((150, 110, 810, 480), fill=_BOARD, outline=_QUIET, width=6)
    pen.text((480, 170), "示例图片", font=_font(44), fill=_AMBER, anchor="mm")
    for row, said in enumerate((sample.unit, f"{sample.code} {sample.line}"[:26], sample.day)):
        pen.text((480, 260 + 66 * row), said, font=_font(28), fill=_INK, anchor="mm")
    note = "由系统绘制，不是真实照片"
    pen.text((480, 680), note, font=_font(22), fill=_INK, anchor="mm")
    file = io.BytesIO()
    drawn.save(file, "JPEG", quality=82)
    return file.getvalue()


@cache
def _compiler() -> typst.Compiler:
    """One a process: what it has learnt of the typeface makes the next page quick."""
    return typst.Compiler(
        str(_TYPST / "paper.typ"),
        root=str(_TYPST),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
    )


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / "NotoSansCJKsc-Regular.otf"), size)
