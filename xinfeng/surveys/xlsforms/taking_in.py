"""From a workbook to a checked questionnaire, or to all its faults by sheet, row and column."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base.document import BadDocument, Document, Path, Problem
from xinfeng.fieldwork import workbooks
from xinfeng.fieldwork import xlsforms as forms
from xinfeng.fieldwork.faults import Fault, NotAForm
from xinfeng.fieldwork.workbooks import Row, Sheet
from xinfeng.surveys.asking import reading
from xinfeng.surveys.asking.reading import Taken

from .columns import LANGUAGES, OWN_HEAD

Said = dict[str, Any]
_YES = {"yes", "true", "true()", "1", "是"}
_SELECT = re.compile(r"select[ _](one|multiple)\s+(\S+)")
_TERM = re.compile(
    r"selected\(\s*\$\{(\w+)\}\s*,\s*['\"](\w+)['\"]\s*\)|\$\{(\w+)\}\s*=\s*['\"](\w+)['\"]"
)
_LIMIT = re.compile(r"(\.|count-selected\(\s*\.\s*\))\s*(>=|<=)\s*(-?\d{1,9})")
_KINDS = {"integer": "number", "int": "number", "text": "text", "string": "text"}
_NOTES = {"note", "start", "end", "today", "deviceid", "audit"}


def read(content: bytes, source: str) -> Taken:
    """A workbook that other programs can ask from, too; BadDocument with every fault."""
    try:
        sheets = workbooks.read(content)
        forms.convert(content)
    except NotAForm as wrong:
        raise BadDocument(source, [_told(each) for each in wrong.faults]) from None
    return _Book(sheets, source).taken()


def _told(fault: Fault) -> Problem:
    return Problem(fault.row or 1, _place(fault.sheet, fault.row, fault.column), fault.words,
                   fault.mend)  # fmt: skip


def _place(sheet: str, row: int | None, column: str) -> str:
    return " · ".join(part for part in (sheet, str(row or ""), column) if part)


class _Book:
    """One workbook being read; `places` remembers the cell that each value came from."""

    def __init__(self, sheets: dict[str, Sheet], source: str) -> None:
        self.sheets, self.source = sheets, source
        self.problems: list[Problem] = []
        self.places: list[tuple[str, int, str]] = [("survey", 1, "")]
        self.document = Document({})
        self.lists = self._lists()
        self.scales = {
            name for name, rows in self.lists.items() if any("score" in r.cells for r in rows)
        }

    def taken(self) -> Taken:
        said = self._head()
        code = said.pop("code")
        self.document.values = said
        self._scales(said)
        self._survey(said)
        self._screening(said)
        if self.problems:
            raise BadDocument(self.source, self.problems)
        try:
            taken = reading.checked_at(self.document, self.source)
        except BadDocument as wrong:
            raise BadDocument(self.source, [self._placed(p) for p in wrong.problems]) from None
        return Taken(code, taken.document, taken.unfinished, taken.lines)

    def _placed(self, problem: Problem) -> Problem:
        """Where a thing of the document stands in the workbook."""
        sheet, row, column = self.places[problem.line - 1]
        return Problem(row, _place(sheet, row, column), problem.reason, problem.mend)

    def _wrong(self, sheet: str, row: Row, column: str, reason: str, mend: str = "") -> None:
        place = _place(sheet, row.number, column)
        self.problems.append(Problem(row.number, place, reason, mend))

    def _stands(self, path: Path, sheet: str, row: Row, column: str) -> None:
        self.places.append((sheet, row.number, column))
        self.document.lines[path] = len(self.places)

    def _lists(self) -> dict[str, list[Row]]:
        sheet = self.sheets.get("choices")
        lists: dict[str, list[Row]] = {}
        for row in sheet.rows if sheet else ():
            lists.setdefault(row.said("list_name", "list name"), []).append(row)
        return lists

    def _head(self) -> Said:
        row = self.sheets["settings"].rows[0]
        said: Said = {
            "code": self._name(row),
            "title": {"zh": row.said("form_title", "title")},
        }
        for key, language in (*OWN_HEAD, ("title", "en")):
            if text := row.said(f"{key}_{language}"):
                said.setdefault(key, {})[language] = text
        said |= {key: _yes(row, key) for key in ("flips", "example")}
        for path in (("title",), ("welcome",), ("thanks",)):
            self._stands(path, "settings", row, "form_title" if path == ("title",) else "")
        return {key: value for key, value in said.items() if not _silent(value)}

    def _name(self, row: Row) -> str:
        name = row.said("form_id", "id_string")
        if not reading.NAME.fullmatch(name):
            self._wrong(
                "settings", row, "form_id",
                _("“%(code)s” cannot be the code of a questionnaire.") % {"code": name},
                _("Small letters, digits and hyphens, a letter first, 30 at most."),
            )  # fmt: skip
        return name

    def _scales(self, said: Said) -> None:
        said["scales"] = []
        for name in self.lists:
            if name in self.scales:
                path: Path = ("scales", len(said["scales"]))
                self._stands(path, "choices", self.lists[name][0], "list_name")
                said["scales"].append({"code": name, "options": self._options(name, path)})

    def _options(self, name: str, path: Path) -> list[Said]:
        made = []
        for i, row in enumerate(self.lists.get(name, [])):
            at = (*path, "options", i)
            for key, column in (("code", "name"), ("text", "label"), ("score", "score")):
                self._stands((*at, key), "choices", row, column)
            self._stands(at, "choices", row, "")
            option: Said = {"code": row.said("name"), "text": _words(row, "label")}
            option |= {key: _yes(row, key) for key in ("satisfied", "no_opinion")}
            if row.said("score"):
                option["score"] = _number(row.said("score"))
            made.append({key: value for key, value in option.items() if not _silent(value)})
        return made

    def _survey(self, said: Said) -> None:
        said["blocks"], said["margins"] = [], {}
        depth = 0
        for row in self.sheets["survey"].rows:
            kind = row.said("type").replace(" group", "_group")
            if kind == "begin_group":
                depth += 1
                self._block(said, row)
            elif kind == "end_group":
                depth -= 1
            elif kind in _NOTES:
                continue
            elif not depth:
                self._wrong("survey", row, "type", _("This question stands in no group."),
                            _("Put it between begin_group and end_group."))  # fmt: skip
            else:
                self._question(said, row)

    def _block(self, said: Said, row: Row) -> None:
        path: Path = ("blocks", len(said["blocks"]))
        self._stands(path, "survey", row, "")
        self._stands((*path, "code"), "survey", row, "name")
        self._stands((*path, "title"), "survey", row, "label")
        block: Said = {"code": row.said("name"), "questions": []}
        if title := _words(row, "label"):
            block["title"] = title
        if _yes(row, "rotates"):
            block["rotates"] = True
        said["blocks"].append(block)

    def _question(self, said: Said, row: Row) -> None:
        questions = said["blocks"][-1]["questions"]
        path: Path = ("blocks", len(said["blocks"]) - 1, "questions", len(questions))
        self._stands(path, "survey", row, "")
        for key, column in (
            ("code", "name"), ("text", "label"), ("hint", "hint"), ("only_if", "relevant"),
            ("scale", "type"), ("options", "type"), ("kind", "type"), ("most", "constraint"),
            ("lowest", "constraint"),
        ):  # fmt: skip
            self._stands((*path, key), "survey", row, column)
        code = row.said("name")
        made: Said = {
            "code": code, **self._kind(row, path), "text": _words(row, "label"),
            "hint": _words(row, "hint"), "required": _yes(row, "required"),
            "only_if": self._conditions("survey", row, "relevant"),
            **self._limits(row),
        }  # fmt: skip
        questions.append({key: value for key, value in made.items() if not _silent(value)})
        if _yes(row, "headline"):
            said["headline"] = code
            self._stands(("headline",), "survey", row, "headline")
        if margin := row.said("margin"):
            said["margins"][margin] = code
            self._stands(("margins", margin), "survey", row, "margin")

    def _kind(self, row: Row, path: Path) -> Said:
        kind = row.said("type")
        if kind in _KINDS:
            return {"kind": _KINDS[kind]}
        chosen = _SELECT.fullmatch(kind)
        if chosen is None:
            self._wrong(
                "survey", row, "type",
                _("A survey does not ask “%(kind)s”.") % {"kind": kind},
                _("Use select_one, select_multiple, integer or text."),
            )  # fmt: skip
            return {"kind": "text"}
        how, name = chosen.groups()
        if name in self.scales and how == "one":
            return {"kind": "scale", "scale": name}
        options = self._options(name, path)
        for option in options:
            option.pop("score", None)
            option.pop("satisfied", None)
        return {"kind": "one" if how == "one" else "several", "options": options}

    def _limits(self, row: Row) -> Said:
        said: Said = {}
        rest = row.said("constraint")
        for what, sign, number in _LIMIT.findall(rest):
            key = "most" if what != "." else "lowest" if sign == ">=" else "highest"
            said[key] = int(number)
        rest = _LIMIT.sub("", rest).replace("and", "").strip()
        if rest or (row.said("constraint") and not said):
            self._wrong(
                "survey", row, "constraint", _("This limit is not understood."),
                _("Write: . >= 0 and . <= 100, or count-selected(.) <= 3."),
            )  # fmt: skip
        return said

    def _screening(self, said: Said) -> None:
        row = self.sheets["settings"].rows[0]
        said["screening"] = self._conditions("settings", row, "screening")
        self._stands(("screening",), "settings", row, "screening")

    def _conditions(self, sheet: str, row: Row, column: str) -> list[Said]:
        said: list[Said] = []
        for part in _parts(row.said(column)):
            terms = [_TERM.fullmatch(each.strip()) for each in re.split(r"\s+or\s+", part)]
            found = [(t[1] or t[3], t[2] or t[4]) for t in terms if t]
            if len(found) != len(terms) or len({question for question, _answer in found}) != 1:
                self._wrong(
                    sheet, row, column, _("This condition is not understood."),
                    _("Write: selected(${question}, 'one') or selected(${question}, 'two')."),
                )  # fmt: skip
                continue
            said.append({"question": found[0][0], "among": [answer for _q, answer in found]})
        return said


def _parts(text: str) -> Iterator[str]:
    """What stands between “and”, without the brackets around each."""
    for part in re.split(r"\s+and\s+", text.strip()) if text.strip() else ():
        yield part[1:-1] if part.startswith("(") and part.endswith(")") else part


def _words(row: Row, column: str) -> Said:
    """The text by language; a column without a language is Chinese."""
    said = {
        code: row.said(f"{column}::{title}", f"{column}::{code}")
        for code, title in LANGUAGES.items()
    }
    said["zh"] = said["zh"] or row.said(column)
    return {code: text for code, text in said.items() if text}


def _yes(row: Row, column: str) -> bool:
    return row.said(column).lower() in _YES


def _number(text: str) -> Any:
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else text


def _silent(value: Any) -> bool:
    return not value and type(value) is not int
