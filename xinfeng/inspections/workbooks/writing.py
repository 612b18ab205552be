"""The values of a standard's document as a workbook."""

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xinfeng.base.books import OPTIONS
from xinfeng.base.refusal import Refusal

from .columns import (
    CONTENTS,
    HEAD,
    LINES,
    MODULES,
    NEGATIVE,
    POINTS,
    PROJECTS,
    RULES,
    TIERS,
    UNITS,
    WORDS,
    Kind,
    Sheet,
    written,
)
from .notes import EXAMPLE, NOTES

Values = Mapping[str, Any]
Row = dict[str, Any]
# What only a standard of places has, and only one of points.
_OF_PLACES = {*TIERS, "rule_kind", "figure", "over_months", "missing"}
_OF_POINTS = {"weight", "answer", "at_least", "at_most", "photo", "effort_minutes",
              "deadline",
              "papers_at_least", "papers_months", "papers_stamped", "question",
              "asked_permille"}  # fmt: skip
_ON_THE_LINE = ("answer", "at_least", "at_most", "photo", "effort_minutes", "deadline")
_SPARE = 200
LONGEST_CELL = 32_767


def workbook(values: Values, type_names: Mapping[str, str]) -> bytes:
    """Every sheet it needs; what cells may say is offered as a list."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E4E0D8", "text_wrap": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        _notes(book.add_worksheet("说明 Read me"), values, bold, wrap)
        for sheet, rows in _sheets(values, type_names):
            _sheet(book.add_worksheet(sheet.title), sheet, rows, (bold, wrap))
    return file.getvalue()


def _notes(paper: Worksheet, values: Values, bold: Format, wrap: Format) -> None:
    paper.set_column(0, 0, 26)
    paper.set_column(1, 2, 70)
    lines = list(NOTES)
    if values.get("example"):
        lines.insert(0, EXAMPLE)
    for at, (what, zh, en) in enumerate(lines):
        paper.write_string(at, 0, what, bold)
        paper.write_string(at, 1, zh, wrap)
        paper.write_string(at, 2, en, wrap)


def _sheets(
    values: Values, type_names: Mapping[str, str]
) -> Iterator[tuple[Sheet, Iterable[Row]]]:
    left_out = _OF_PLACES if values.get("grain") == "point" else _OF_POINTS
    parts = [*_list(values, "projects"), *_list(values, "modules")]
    contents = [(part, each) for part in parts for each in _list(part, "contents")]
    lines = [(each, line) for _part, each in contents for line in _list(each, "lines")]
    yield HEAD, _head(values)
    yield _without(PROJECTS, left_out), map(_project, _list(values, "projects"))
    yield (
        _without(CONTENTS, left_out),
        ({"part": str(part["code"]), **_coded(each)} for part, each in contents),
    )
    yield _without(LINES, left_out), (_line(content, line) for content, line in lines)
    if values.get("grain") == "point":
        yield MODULES, map(_module, _list(values, "modules"))
        yield POINTS, _types([line for _c, line in lines], type_names)
        yield UNITS, _units([line for _c, line in lines])
        yield NEGATIVE, map(_entry, _list(values, "negative"))
    else:
        yield RULES, _amounts([line for _c, line in lines])


def _without(sheet: Sheet, names: set[str]) -> Sheet:
    kept = {name: each for name, each in sheet.columns.items() if name not in names}
    return Sheet(sheet.zh, sheet.en, kept)


def _head(values: Values) -> Iterator[Row]:
    for item in ("name", "version", "title", "source", "example", "grain", "tiers", "missing"):
        value = values.get(item)
        if item == "grain":
            yield {"item": item, "value": written(Kind.GRAIN, str(value))}
        elif item == "missing":
            yield {"item": item, "value": written(Kind.POLICY, str(value))}
        elif item == "tiers":
            if value is not None:
                yield {"item": item, "value": "、".join(map(str, value))}
        elif value is not None:
            yield {"item": item, **_both("value", value)}
    for method, share in (values.get("methods") or {}).items():
        yield {"item": f"methods.{method}", "value": share}
    for year, share in enumerate(values.get("cycle") or [], 1):
        yield {"item": f"cycle.{year}", "value": share}


def _project(values: Values) -> Row:
    return _coded(values) | _weights(values.get("weight"))


def _module(values: Values) -> Row:
    return _coded(values) | {name: values.get(name) for name in ("gate", "share")}


def _line(content: Values, values: Values) -> Row:
    row = {"content": str(content["code"]), **_coded(values), **_both("mend", values["mend"])}
    row |= _both("unit", values.get("unit")) | {"method": values.get("method")}
    row |= _weights(values.get("weight"))
    row |= {name: values.get(name) for name in _ON_THE_LINE}
    rule = values.get("rule") or {}
    row |= {name: rule.get(name) for name in ("figure", "over_months", "missing")}
    row["rule_kind"] = rule.get("kind")
    papers, asked = values.get("papers") or {}, values.get("asked") or {}
    row |= {
        "papers_at_least": papers.get("at_least"),
        "papers_months": papers.get("window_months"),
        "papers_stamped": papers.get("stamped"),
        "question": asked.get("question"),
        "asked_permille": asked.get("at_least_permille"),
    }
    return row


def _types(lines: list[Values], names: Mapping[str, str]) -> Iterator[Row]:
    for line in lines:
        for each in map(str, line.get("points") or []):
            yield {"line": str(line["code"]), "type": each, "type_name": names.get(each, "")}


def _units(lines: list[Values]) -> Iterator[Row]:
    for line in lines:
        for each in line.get("units") or []:
            yield {"line": str(line["code"]), **_both("unit", each)}


def _amounts(lines: list[Values]) -> Iterator[Row]:
    for line in lines:
        for name, amount in line["rule"].items():
            if name in WORDS[Kind.AMOUNT].values():
                row = {"line": str(line["code"]), "amount": name}
                yield row | (dict(amount) if isinstance(amount, dict) else {"value": amount})


def _entry(values: Values) -> Row:
    sanction = values.get("sanction") or {}
    return _coded(values) | {
        "window_months": values.get("window_months"),
        "deduct": sanction.get("deduct"),
        "suspend": sanction.get("suspend"),
    }


def _coded(values: Values) -> Row:
    return {"code": str(values["code"]), **_both("title", values["title"])}


def _both(name: str, value: Any) -> Row:
    """A text in both languages in two cells; one that needs no translation in the first."""
    if isinstance(value, Mapping):
        return {name: value.get("zh"), f"{name}_en": value.get("en")}
    return {name: value}


def _weights(value: Any) -> Row:
    return dict(value) if isinstance(value, Mapping) else {"weight": value}


def _list(values: Values, key: str) -> list[Values]:
    return list(values.get(key) or [])


def _sheet(
    paper: Worksheet, sheet: Sheet, rows: Iterable[Row], formats: tuple[Format, Format]
) -> None:
    bold, wrap = formats
    number = 0
    for number, row in enumerate(rows, 1):
        for at, (name, column) in enumerate(sheet.columns.items()):
            _cell(paper, (number, at), column.kind, row.get(name), wrap)
    for at, column in enumerate(sheet.columns.values()):
        paper.write_string(0, at, column.head, bold)
        paper.set_column(at, at, column.width)
        _offer(paper, at, column.kind, number + _SPARE)
    paper.freeze_panes(1, 2)
    paper.autofilter(0, 0, max(1, number), len(sheet.columns) - 1)


def _cell(paper: Worksheet, at: tuple[int, int], kind: Kind, value: Any, wrap: Format) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        paper.write_string(*at, "是/yes" if value else "否/no", wrap)
    elif isinstance(value, int):
        paper.write_number(*at, value, wrap)
    else:
        said = written(kind, str(value)) if kind in WORDS else str(value)
        if len(said) > LONGEST_CELL:
            raise Refusal("text_is_too_long", _("A text is too long for a cell of Excel."))
        paper.write_string(*at, said, wrap)


def _offer(paper: Worksheet, at: int, kind: Kind, last: int) -> None:
    """What the cells of a column may say; Excel takes at most 255 characters of it."""
    words = ["是/yes", "否/no"] if kind == Kind.FLAG else []
    if kind in (Kind.METHOD, Kind.ANSWER, Kind.DEADLINE, Kind.POLICY, Kind.RULE):
        words = [written(kind, code) for code in WORDS[kind].values()]
    if words and len(",".join(words)) <= 255:
        paper.data_validation(1, at, last, at, {"validate": "list", "source": words})
