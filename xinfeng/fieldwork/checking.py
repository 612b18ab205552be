"""Everything that is wrong with a form's sheets, found at once, each with its place.

The converter stops at the first thing it trips over; whoever wrote the form wants all of them.
What only the converter knows is left to it: nothing here refuses a form that it would take.
"""

import difflib
import re
from collections.abc import Iterator
from functools import cache

from django.utils.translation import gettext as _

from . import expressions
from .faults import Fault
from .workbooks import READ, Row, Sheet

Sheets = dict[str, Sheet]
_NAME = re.compile(r"[^\W\d][\w.-]*")
_BLOCK = re.compile(r"(begin|end)[ _]?(group|repeat|loop|lgroup|looped group)")
SELECT = re.compile(
    r"(?P<how>select[ _]one|select1|select[ _]multiple|select one from|"
    r"select all that apply from|select all that apply|rank)\s+(?P<list>\S+)"
    r"(?:\s+or[ _]other)?"
)
# Lists that come from elsewhere: a file, or the answers to a question that repeats.
_ELSEWHERE = re.compile(r"select[ _](?:one|multiple)[ _](?:from[ _]file|external)\s.+|.*\$\{.*")
_ASKED = {
    "text", "integer", "decimal", "note", "date", "time", "dateTime", "image", "audio", "video",
    "file", "geopoint", "barcode", "select_one", "select_multiple",
}  # fmt: skip
_SAID = {"label", "caption", "hint", "guidance_hint", "image", "audio", "video", "media"}
# Columns that hold conditions and calculations, each by all its names.
_EXPRESSIONS = (
    ("relevant", "relevance", "bind::relevant"),
    ("constraint", "bind::constraint"),
    ("calculation", "calculate", "bind::calculate"),
    ("choice_filter",),
    ("required", "bind::required"),
    ("repeat_count", "jr:count", "count"),
)
_LANGUAGE = re.compile(r"(.+?)\s*\(([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)\)")
_SUGGESTED = (
    "text", "integer", "decimal", "select_one", "select_multiple", "date", "time", "dateTime",
    "image", "audio", "video", "file", "geopoint", "geotrace", "geoshape", "barcode", "note",
    "calculate", "acknowledge", "range", "rank", "begin_group", "end_group", "begin_repeat",
    "end_repeat", "start", "end", "today", "audit", "hidden",
)  # fmt: skip


def faults_in(sheets: Sheets) -> list[Fault]:
    survey = sheets.get("survey")
    if survey is None or not survey.rows:
        return [Fault(_("The workbook has no sheet “survey” with questions."), "survey",
                      mend=_("Name the sheet of questions “survey”."))]  # fmt: skip
    if not {"type", "command"} & survey.columns:
        return [Fault(_("The column “type” is missing."), "survey", 1, "type",
                      mend=_("Name the columns in the first row."))]  # fmt: skip
    lists = _lists(sheets.get("choices"))
    found = [
        *_settings(sheets.get("settings")),
        *_languages(sheets),
        *_types(survey, lists),
        *_blocks(survey),
        *_names(survey),
        *_conditions(survey),
        *_without_label(survey),
        *_choices(sheets.get("choices"), sheets.get("settings")),
        *_spaces(survey, sheets.get("choices")),
    ]
    order = list(READ)
    return sorted(found, key=lambda fault: (order.index(fault.sheet), fault.row or 0))


# Settings and languages


def _settings(sheet: Sheet | None) -> Iterator[Fault]:
    row = sheet.rows[0] if sheet and sheet.rows else Row(2, {})
    if not row.said("form_id", "id_string", "set_form_id"):
        yield Fault(
            _("The form has no id."), "settings", row.number, "form_id",
            mend=_("Write one of letters, digits, “-”, “_” and “.” into “form_id”, such as "
                   "farm-market."),
        )  # fmt: skip
    if not row.said("version"):
        yield Fault(
            _("The form has no version."), "settings", row.number, "version",
            mend=_("Write one, such as 2026-1: phones see a change by it."),
        )  # fmt: skip
    if not row.said("form_title", "set_form_title", "title"):
        yield Fault(
            _("The form has no title."), "settings", row.number, "form_title",
            mend=_("Write what phones show in their list."),
        )  # fmt: skip


def _languages(sheets: Sheets) -> Iterator[Fault]:
    """One language written in two ways would be two languages on the phone."""
    written: dict[str, tuple[str, str, str]] = {}
    for name in ("survey", "choices"):
        for title in sheets[name].titles if name in sheets else ():
            column, sep, language = title.rpartition("::")
            if not sep or column.strip().lower() in ("bind", "body", "control", "instance"):
                continue
            language = language.strip()
            key = _key_of(language)
            first = written.setdefault(key, (language, name, title))
            if first[0] != language:
                yield Fault(
                    _("The language “%(one)s” is written “%(other)s” in another column.")
                    % {"one": language, "other": first[0]},
                    name, 1, title, mend=_("Write it the same way everywhere."),
                )  # fmt: skip
    settings = sheets.get("settings")
    chosen = settings.rows[0].said("default_language") if settings and settings.rows else ""
    spoken = {language for language, _sheet, _title in written.values()}
    if chosen and spoken and chosen not in spoken:
        assert settings is not None
        yield Fault(
            _("No column is in the language “%(language)s”.") % {"language": chosen},
            "settings", settings.rows[0].number, "default_language",
            mend=_("Choose one of: %(languages)s.") % {"languages": "、".join(sorted(spoken))},
        )  # fmt: skip


def _key_of(language: str) -> str:
    """By its code when it has one: “中文 (zh)” and “Chinese (zh)” are one language."""
    found = _LANGUAGE.fullmatch(language.replace("（", "(").replace("）", ")"))
    return found[2].lower() if found else "".join(language.lower().split())


# Types, groups and names


def _types(survey: Sheet, lists: set[str]) -> Iterator[Fault]:
    for row in survey.rows:
        said = " ".join(row.said("type", "command").split())
        column = survey.title("type", "command")
        if not said:
            if row.said("name"):
                yield Fault(
                    _("A question has no type."), "survey", row.number, column,
                    mend=_("Write one, such as text or select_one."),
                )  # fmt: skip
            continue
        if _is_known(said):
            found = SELECT.fullmatch(said)
            if found and not _ELSEWHERE.fullmatch(said) and found["list"] not in lists:
                yield _no_list(found["list"], lists, row, column)
            continue
        yield Fault(
            _("There is no question of the type “%(type)s”.") % {"type": said}, "survey",
            row.number, column, mend=_like(said.split(" ")[0], _SUGGESTED),
        )  # fmt: skip


@cache
def _known_types() -> frozenset[str]:
    # Most of a second at every start, for what few processes ever check.
    from pyxform import aliases  # noqa: PLC0415
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT  # noqa: PLC0415

    return frozenset({*QUESTION_TYPE_DICT, *aliases._type_alias_map, "entity"})


def _is_known(said: str) -> bool:
    patterns = (_BLOCK, SELECT, _ELSEWHERE)
    return said in _known_types() or any(each.fullmatch(said) for each in patterns)


def _no_list(name: str, lists: set[str], row: Row, column: str) -> Fault:
    return Fault(
        _("The list “%(list)s” is not in the sheet “choices”.") % {"list": name}, "survey",
        row.number, column, mend=_like(name, sorted(lists)) or _("Add its choices there."),
    )  # fmt: skip


def _like(said: str, known: tuple[str, ...] | list[str]) -> str:
    near = difflib.get_close_matches(said, known, n=1, cutoff=0.6)
    return _("Did you mean “%(near)s”?") % {"near": near[0]} if near else ""


def _blocks(survey: Sheet) -> Iterator[Fault]:
    column = survey.title("type", "command")
    opened: list[tuple[Row, str]] = []
    for row in survey.rows:
        found = _BLOCK.fullmatch(" ".join(row.said("type", "command").split()))
        if not found:
            continue
        kind = "repeat" if found[2] in ("lgroup", "looped group", "repeat") else found[2]
        if found[1] == "begin":
            opened.append((row, kind))
        elif not opened:
            yield Fault(
                _("This %(kind)s ends and was never begun.") % {"kind": _block(kind)},
                "survey", row.number, column, mend=_("Remove this row, or add its beginning."),
            )  # fmt: skip
        else:
            first, begun = opened.pop()
            if begun != kind:
                yield Fault(
                    _("Here a %(kind)s ends, but row %(row)s began a %(begun)s.")
                    % {"kind": _block(kind), "begun": _block(begun), "row": first.number},
                    "survey", row.number, column,
                    mend=_("End what was begun last first."),
                )  # fmt: skip
    for row, kind in opened:
        yield Fault(
            _("This %(kind)s is begun and never ended.") % {"kind": _block(kind)}, "survey",
            row.number, column, mend=_("Add a row “end_%(kind)s”.") % {"kind": kind},
        )  # fmt: skip


def _block(kind: str) -> str:
    return _("group that repeats") if kind == "repeat" else _("group of questions")


def _names(survey: Sheet) -> Iterator[Fault]:
    """Unique within its group; what ends a group has no name of its own."""
    column = survey.title("name", "value", "tag")
    seen: list[dict[str, int]] = [{}]
    for row in survey.rows:
        found = _BLOCK.fullmatch(" ".join(row.said("type", "command").split()))
        if found and found[1] == "end":
            seen = seen[:-1] or [{}]
            continue
        name = row.said("name", "value", "tag")
        if name and not _NAME.fullmatch(name):
            yield Fault(
                _("“%(name)s” cannot be a name.") % {"name": name}, "survey", row.number,
                column,
                mend=_("Begin with a letter; letters, digits, “_”, “-” and “.” may follow."),
            )  # fmt: skip
        elif name and name in seen[-1]:
            yield Fault(
                _("The name “%(name)s” is used in row %(row)s already.")
                % {"name": name, "row": seen[-1][name]},
                "survey", row.number, column, mend=_("Give this question another name."),
            )  # fmt: skip
        elif (
            not name
            and row.said("type", "command")
            and (found or _needs_name(row.said("type", "command")))
        ):
            yield Fault(
                _("A question has no name."), "survey", row.number, column,
                mend=_("Write a short one in letters; answers are stored under it."),
            )  # fmt: skip
        seen[-1].setdefault(name, row.number)
        if found:
            seen.append({})


def _without_label(survey: Sheet) -> Iterator[Fault]:
    said = [each for each in survey.columns if each.split("::")[0] in _SAID]
    for row in survey.rows:
        if row.said("type", "command").split(" ")[0] in _ASKED and not row.said(*said):
            yield Fault(
                _("A question has no label."), "survey", row.number, survey.title("label"),
                mend=_("Write what the phone asks."),
            )  # fmt: skip


def _needs_name(kind: str) -> bool:
    # A phone's own records may do without; the converter names them.
    return kind not in ("audit", "note")


# Conditions and choices


def _conditions(survey: Sheet) -> Iterator[Fault]:
    names = {row.said("name", "value", "tag") for row in survey.rows} - {""}
    for row in survey.rows:
        for columns in _EXPRESSIONS:
            text, column = row.said(*columns), survey.title(*columns)
            if not text:
                continue
            if found := expressions.fault_in(text):
                yield Fault(found[0], "survey", row.number, column, mend=found[1])
                continue
            for name in expressions.questions_in(text):
                if name.removeprefix("last-saved#") not in names:
                    yield Fault(
                        _("This refers to “%(name)s”, and no question has this name.")
                        % {"name": name},
                        "survey", row.number, column, mend=_like(name, sorted(names)),
                    )  # fmt: skip


def _lists(choices: Sheet | None) -> set[str]:
    rows = choices.rows if choices else ()
    return {row.said("list_name", "list name") for row in rows} - {""}


def _choices(choices: Sheet | None, settings: Sheet | None) -> Iterator[Fault]:
    first = settings.rows[0] if settings and settings.rows else Row(2, {})
    may_repeat = first.said("allow_choice_duplicates").lower() in ("yes", "true", "true()")
    seen: dict[tuple[str, str], int] = {}
    for row in choices.rows if choices else ():
        assert choices is not None
        name, of = row.said("name", "value"), row.said("list_name", "list name")
        if not of:
            continue
        if not name:
            yield Fault(_("A choice has no name."), "choices", row.number,
                        choices.title("name", "value"),
                        mend=_("Write what is stored when it is chosen."))  # fmt: skip
        elif (of, name) in seen and not may_repeat:
            yield Fault(
                _("The list “%(list)s” has “%(name)s” in row %(row)s already.")
                % {"list": of, "name": name, "row": seen[of, name]},
                "choices", row.number, choices.title("name", "value"),
                mend=_("Give this choice another name."),
            )  # fmt: skip
        seen.setdefault((of, name), row.number)


def _spaces(survey: Sheet, choices: Sheet | None) -> Iterator[Fault]:
    """Several answers are stored with spaces between them."""
    kinds = [" ".join(row.said("type", "command").split()) for row in survey.rows]
    several = {
        found["list"] for kind in kinds
        if (found := SELECT.fullmatch(kind)) and not found["how"].startswith("select one")
        and found["how"] not in ("select_one", "select1")
    }  # fmt: skip
    for row in choices.rows if choices else ():
        assert choices is not None
        name = row.said("name", "value")
        if " " in name and row.said("list_name", "list name") in several:
            yield Fault(
                _("The name of a choice of which several can be chosen holds a space."),
                "choices", row.number, choices.title("name", "value"),
                mend=_("Write “_” instead."),
            )  # fmt: skip
