"""XLSForm workbooks: made into forms, or refused with sheet, row and column in words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from . import checking, remarks, workbooks, xforms
from .faults import Fault, NotAForm

if TYPE_CHECKING:
    from pyxform.errors import PyXFormError

MOST_QUESTIONS = 1000
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_ROW = re.compile(r"\[row : (\d+)\]")
_SHEET = re.compile(r"(?:On the|sheet:?) '(\w+)'(?: sheet)?|'(\w+)' sheet")
_NAMED = re.compile(r"(?:element|question|group|repeat) named '([^']+)'")
_TOLD_BY_US = re.compile(
    r"has no label|should have a label|translations? (?:is|are) missing|missing translation",
    re.I,
)
_COLUMN = re.compile(r"the '([\w:]+)' (?:value|column)")


@dataclass(frozen=True)
class Converted:
    """A form that phones can be served."""

    form_id: str
    version: str
    title: str
    xform: bytes
    questions: dict[str, Any]
    warnings: tuple[Fault, ...]


def convert(xlsx: bytes) -> Converted:
    """The form that a workbook describes, or every fault that was found in it."""
    # Most of a second at every start, for what few processes ever do.
    from pyxform.errors import PyXFormError  # noqa: PLC0415
    from pyxform.xls2xform import convert as pyxform_convert  # noqa: PLC0415

    sheets = workbooks.read(xlsx)
    if found := checking.faults_in(sheets):
        raise NotAForm(*found)
    try:
        made = pyxform_convert(xlsx, file_type=".xlsx", validate=False)
    except PyXFormError as problem:
        raise NotAForm(_fault(problem, sheets["survey"])) from problem
    # The converter meets workbooks of all kinds; what it trips over is told, not hidden.
    except Exception as problem:
        raise NotAForm(
            Fault(_("This workbook cannot be read as a form."), original=str(problem)[:300])
        ) from problem
    xform = made.xform.encode()
    questions = xforms.questions_of(xform)
    faults = _own_faults(questions, made.itemsets)
    if faults:
        raise NotAForm(*faults)
    return Converted(
        questions["form_id"], questions["version"], questions["title"], xform, questions,
        (*remarks.warnings_in(sheets), *_told_by_converter(made.warnings)),
    )  # fmt: skip


def _told_by_converter(said: Iterable[str]) -> list[Fault]:
    """What it warns of beyond our own remarks, with its place where it names one."""
    told = []
    for text in said:
        if _TOLD_BY_US.search(text):
            continue
        row, sheet = _found(_ROW, text), _found(_SHEET, text)
        words = _("The converter says: %(text)s") % {"text": _ROW.sub("", text).strip()[:300]}
        told.append(Fault(words, sheet or "", int(row) if row else None, original=text))
    return told


def _own_faults(questions: dict[str, Any], itemsets: str | None) -> list[Fault]:
    """What we ask beyond the converter, because phones and rooms below rely on it."""
    faults = []
    if not _ID.fullmatch(questions["form_id"]):
        faults.append(
            Fault(
                _("Give the form an id of letters, digits, “-”, “_” and “.”, 64 at most."),
                "settings", 2, "form_id",
            )
        )  # fmt: skip
    if not questions["version"] or len(questions["version"]) > 64:
        faults.append(
            Fault(_("Give the form a version, so that phones see a change."), "settings", 2,
                  "version")
        )  # fmt: skip
    if not questions["questions"]:
        faults.append(Fault(_("This form asks nothing."), "survey"))
    if len(questions["questions"]) > MOST_QUESTIONS:
        faults.append(Fault(_("This form asks more than a thousand questions."), "survey"))
    if itemsets:
        faults.append(
            Fault(_("Lists in files of their own are not served yet; put them into “choices”."),
                  "external_choices")
        )  # fmt: skip
    return faults


def _fault(problem: "PyXFormError", survey: workbooks.Sheet) -> Fault:
    text = str(problem)
    context = problem.context or {}
    row = context.get("row") or _found(_ROW, text)
    sheet = context.get("sheet") or context.get("sheet_name") or _found(_SHEET, text)
    column = context.get("column") or _found(_COLUMN, text)
    code = problem.code.name if problem.code else ""
    if not sheet and "question type" in text:
        sheet, column = "survey", "type"
    if row and not sheet:
        # Errors that name a row and no sheet are about questions.
        sheet = "survey"
    if not row and (named := _found(_NAMED, text)):
        sheet = "survey"
        row = next((r.number for r in survey.rows if r.said("name", "value") == named), None)
    return Fault(
        _words(code, text, context), str(sheet or ""), int(row) if row else None,
        str(column or ""), original=text,
    )  # fmt: skip


def _found(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return next((group for group in found.groups() if group), None) if found else None


def _words(code: str, text: str, context: dict[str, Any]) -> str:
    for known, words in _known():
        if code == known or (not code and re.search(known, text)):
            return (
                words % {key: str(value) for key, value in context.items()}
                if "%(" in words
                else words
            )
    return _("The converter says: %(text)s") % {"text": _ROW.sub("", text).strip()}


def _known() -> list[tuple[str, str]]:
    """Codes and signs of the commonest mistakes; the others are told as the converter does."""
    return [
        ("HEADER_001", _("The first row must name the columns.")),
        ("HEADER_002", _("Two columns mean the same. Remove one of them.")),
        ("HEADER_003", _("A column that every form needs is missing: “type” or “name”.")),
        ("HEADER_004", _("The name of a column in “choices” is empty or holds a space.")),
        ("LABEL_001", _("A choice has no label.")),
        ("NAMES_001", _("This name is used twice in the same group.")),
        ("NAMES_003", _("A repeat may not be named like the form itself.")),
        ("NAMES_004", _("Two repeats have the same name.")),
        ("NAMES_005", _("The name “meta” is kept for the form itself.")),
        ("NAMES_006", _("A choice has no name.")),
        ("NAMES_007", _("Two choices of one list have the same name.")),
        (
            "NAMES_008",
            _("A name begins with a letter and holds letters, digits, “_”, “-”, “.”."),
        ),
        (
            "NAMES_009",
            _("A name begins with a letter and holds letters, digits, “_”, “-”, “.”."),
        ),
        ("PYREF_001", _("A reference to a question is written as ${name}.")),
        ("PYREF_003", _("This refers to a question that is not in the form.")),
        ("PYREF_004", _("This refers to a name that several questions have.")),
        (
            r"Unknown question type|not a valid .*type|question type",
            _("There is no such type of question."),
        ),
        (
            r"[Ll]ist name not in choices|list.* not found|choices sheet",
            _("This list is not in the sheet “choices”."),
        ),
        (
            r"Unmatched|no matching|begin|end",
            _("A group or repeat is begun or ended without its other half."),
        ),
        (r"Missing calculation", _("A calculation is missing.")),
        (r"survey.*sheet", _("The workbook has no sheet “survey” with questions.")),
        (
            r"no name|must have a name|Question or group with no name",
            _("A question has no name."),
        ),
    ]
