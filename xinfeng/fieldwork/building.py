"""A checklist as an XLSForm workbook: pure data in, bytes out.

    xlsx(Checklist(
        form_id="civilised-city.farm-market", version="2026-1", title=Words("农贸市场", "…"),
        subjects=(Subject("round", Words("轮次")), Subject("point", Words("点位"), scan=True)),
        sections=(Section(Words("环境卫生"), (
            Line("1.1.2", Words("地面干净"), method=Words("看"), answer=Answer.VERDICT),)),)))

For each line there are the questions `l_1_1_2` (MET, NOT_MET, NOT_APPLICABLE, NOT_KNOWN), where
something is counted or measured `l_1_1_2_value` (of a share also `l_1_1_2_of`), and, asked when
it is not met, `l_1_1_2_photo` and `l_1_1_2_note`. What it is about is asked as `round_code`,
`point_code`, and stands in `Submission.subjects` under "round", "point". `start`, `end`, the
place (`place`) and the phone's own record of the filling in (audit.csv) come with every form.
"""

import io
import re
from dataclasses import dataclass
from enum import StrEnum

import xlsxwriter

VERDICTS = (
    ("MET", "符合", "Met"),
    ("NOT_MET", "不符合", "Not met"),
    ("NOT_APPLICABLE", "不适用", "Not applicable"),
    ("NOT_KNOWN", "未测", "Not measured"),
)
_ZH, _EN = "label::中文 (zh)", "label::English (en)"
_HINT_ZH, _HINT_EN = "hint::中文 (zh)", "hint::English (en)"
_COLUMNS = (
    "type", "name", _ZH, _EN, _HINT_ZH, _HINT_EN, "required", "relevant", "constraint",
    "constraint_message::中文 (zh)", "constraint_message::English (en)", "appearance",
    "parameters", "bind::line",
)  # fmt: skip
_PHOTO = "max-pixels=2560"
Row = dict[str, str]


@dataclass(frozen=True)
class Words:
    """Chinese first; English where somebody wrote it."""

    zh: str
    en: str = ""


class Answer(StrEnum):
    """What a line asks for beside the verdict."""

    VERDICT = "VERDICT"
    COUNT = "COUNT"
    MINUTES = "MINUTES"
    NUMBER = "NUMBER"
    SHARE = "SHARE"


@dataclass(frozen=True)
class Subject:
    """What a submission is about, by its code; read from a code on paper, or typed."""

    name: str
    label: Words
    scan: bool = False


@dataclass(frozen=True)
class Line:
    """One line to be judged on the spot."""

    code: str
    text: Words
    method: Words = Words("")
    answer: Answer = Answer.VERDICT
    photo_when_not_met: bool = True


@dataclass(frozen=True)
class Section:
    title: Words
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Checklist:
    form_id: str
    version: str
    title: Words
    sections: tuple[Section, ...]
    subjects: tuple[Subject, ...] = ()
    asks_place: bool = True


def name_of(code: str) -> str:
    """A line's code as the name of its question: letters, digits and underscores.

    Signs such as Ⅱ and Ⅲ stand as their numbers, so that they stay apart.
    """
    return "l_" + re.sub(r"[^A-Za-z0-9]", _plainly, code)


def _plainly(sign: re.Match[str]) -> str:
    return "_" if sign[0].isascii() else f"{ord(sign[0]):x}"


def xlsx(checklist: Checklist) -> bytes:
    """The workbook; the same checklist gives the same form."""
    names = [name_of(line.code) for part in checklist.sections for line in part.lines]
    assert len(names) == len(set(names)), "two lines have codes that look alike"
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        _sheet(book, "survey", _COLUMNS, _survey(checklist))
        columns = ("list_name", "name", _ZH, _EN)
        _sheet(book, "choices", columns, _choices())
        settings = {
            "form_title": checklist.title.zh, "form_id": checklist.form_id,
            "version": checklist.version, "default_language": "中文 (zh)",
            "instance_name": "concat(${point_code}, ' ', ${start})" if _has_point(checklist)
            else "",
        }  # fmt: skip
        _sheet(book, "settings", tuple(settings), [settings])
    return out.getvalue()


def _choices() -> list[Row]:
    return [
        {"list_name": "verdict", "name": name, _ZH: zh, _EN: en} for name, zh, en in VERDICTS
    ]


def _has_point(checklist: Checklist) -> bool:
    return any(subject.name == "point" for subject in checklist.subjects)


def _survey(checklist: Checklist) -> list[Row]:
    rows: list[Row] = [{"type": name, "name": name} for name in ("start", "end", "audit")]
    for subject in checklist.subjects:
        kind = "barcode" if subject.scan else "text"
        rows.append(
            {"type": kind, "name": f"{subject.name}_code", "required": "yes"}
            | _label(subject.label)
        )
    if checklist.asks_place:
        where = Words("所在位置", "Where you are")
        rows.append({"type": "geopoint", "name": "place"} | _label(where))
    for number, section in enumerate(checklist.sections, start=1):
        group = {"type": "begin_group", "name": f"part_{number}", "appearance": "field-list"}
        rows.append(group | _label(section.title))
        for line in section.lines:
            rows.extend(_line(line))
        rows.append({"type": "end_group"})
    return rows


def _line(line: Line) -> list[Row]:
    name = name_of(line.code)
    wrong = f"${{{name}}} = 'NOT_MET'"
    verdict = {
        "type": "select_one verdict", "name": name, "required": "yes", "bind::line": line.code,
        _HINT_ZH: line.method.zh, _HINT_EN: line.method.en,
    }  # fmt: skip
    photo = {
        "type": "image", "name": f"{name}_photo", "relevant": wrong, "parameters": _PHOTO,
        "required": "yes" if line.photo_when_not_met else "",
    }  # fmt: skip
    note = {
        "type": "text",
        "name": f"{name}_note",
        "relevant": wrong,
        "appearance": "multiline",
    }
    return [
        verdict | _label(line.text),
        *_value(name, line.answer),
        photo | _label(Words("问题照片", "Photo of what is wrong")),
        note | _label(Words("说明", "Note")),
    ]


def _value(name: str, answer: Answer) -> list[Row]:
    if answer == Answer.VERDICT:
        return []
    label = {
        Answer.COUNT: Words("数量", "Count"),
        Answer.MINUTES: Words("分钟", "Minutes"),
        Answer.NUMBER: Words("数值", "Value"),
        Answer.SHARE: Words("其中符合的数量", "How many of them are as they should be"),
    }[answer]
    of = [_whole(f"{name}_of", Words("查看的总数", "How many were looked at"))]
    return [*(of if answer == Answer.SHARE else []), _whole(f"{name}_value", label)]


def _whole(name: str, label: Words) -> Row:
    return {
        "type": "integer", "name": name, "constraint": ". >= 0",
        "constraint_message::中文 (zh)": "不能小于 0",
        "constraint_message::English (en)": "Not below 0",
    } | _label(label)  # fmt: skip


def _label(words: Words) -> Row:
    return {_ZH: words.zh, _EN: words.en or words.zh}


def _sheet(
    book: xlsxwriter.Workbook, name: str, columns: tuple[str, ...], rows: list[Row]
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column)
        sheet.set_column(at, at, 24 if "::" in column else 16)
    for number, row in enumerate(rows, start=1):
        for at, column in enumerate(columns):
            if row.get(column):
                sheet.write_string(number, at, row[column])
