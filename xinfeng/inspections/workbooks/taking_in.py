"""From the sheets of a workbook to a standard's document, or to everything wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

from xinfeng.base import previews, sheets
from xinfeng.base.document import BadDocument, Document, Path
from xinfeng.base.fields import Fields
from xinfeng.inspections import reading
from xinfeng.inspections.tree import Tree

from .cells import Pages, Spot
from .columns import CONTENTS, HEAD, LINES, PROJECTS, SHEETS, Kind, worded, written
from .document import Building

_NEEDED = (HEAD, PROJECTS, CONTENTS, LINES)


@dataclass(frozen=True)
class BadCell:
    """One thing wrong in a workbook: sheet, row, column, why, and how to mend it."""

    sheet: str
    row: int
    column: str
    reason: str
    mend: str = ""


@dataclass(frozen=True)
class Draft:
    """What importing the workbook would make; with a single problem it makes nothing."""

    text: str = ""
    tree: Tree | None = None
    problems: list[BadCell] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)


def taken_in(data: bytes, source: str, type_names: Mapping[str, str]) -> Draft:
    """A workbook, or the text of a document; `type_names` are the types of points by code.

    When there are no types, none is checked.
    """
    if data[:2] != b"PK":
        return _of_text(data, source)
    pages, problem = _pages(data)
    if pages is None:
        return Draft(problems=[problem] if problem else [])
    missing = [sheet.title for sheet in _NEEDED if pages.name_of(sheet) is None]
    if missing:
        reason = _("The sheet “%(name)s” is missing.")
        mend = _("Export a standard and fill in its sheets; keep their names.")
        absent = [BadCell(name, 1, "", reason % {"name": name}, mend) for name in missing]
        return Draft(problems=absent)
    built = Building(pages, type_names)
    values = built.values()
    tree, told_wrong = _checked(built.document, source)
    wrong = [
        *built.problems,
        *((built.spots[line], reason, mend) for line, reason, mend in told_wrong),
    ]
    not_read = [each for sheet in SHEETS for each in pages.not_read(sheet)]
    if wrong:
        return Draft(problems=_in_order(wrong, pages), not_read=not_read)
    return _draft(as_yaml(values), source, tree, not_read)


def as_yaml(values: Mapping[str, Any]) -> str:
    """The values as a document people can read: short things stand on one line."""
    return yaml.dump(
        dict(values), Dumper=_Dumper, allow_unicode=True, sort_keys=False,
        default_flow_style=None, width=10**6,
    )  # fmt: skip


class _Dumper(yaml.SafeDumper):
    """No anchors, which the reader of documents refuses."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _CellFields(Fields):
    """The questions asked of a document, told in the words of cells."""

    def wrong(self, path: Path, reason: str, mend: str = "") -> None:
        super().wrong(path, reason, mend or _("Change the cell and send the workbook again."))

    def choice(self, value: Any, path: Path, among: Iterable[str]) -> str | None:
        allowed = list(among)
        if value is None or value in allowed:
            return None if value is None else str(value)
        reason = _("“%(value)s” is not known here.") % {"value": value}
        words = "、".join(worded(each) for each in allowed)
        self.wrong(path, reason, _("Write one of: %(words)s.") % {"words": words})
        return None

    def missing(self, path: Path, key: str) -> None:
        if (*path, key) in self.document.lines:
            self.wrong((*path, key), _("This cell is empty."), _("Fill it in."))
            return
        reason = _("“%(what)s” is missing.") % {"what": written(Kind.ITEM, key)}
        self.wrong(path, reason, _("Add it."))


def _of_text(data: bytes, source: str) -> Draft:
    try:
        return _draft(data.decode("utf-8-sig"), source, None, [])
    except UnicodeDecodeError:
        reason = _("This is neither an Excel file nor a text in UTF-8.")
        mend = _("Save it as .xlsx and send that.")
        return Draft(problems=[BadCell("", 1, "", reason, mend)])


def _pages(data: bytes) -> tuple[Pages | None, BadCell | None]:
    if len(data) > previews.LARGEST:
        said = _("At most %(most)s MB are read as a table.") % {"most": previews.LARGEST >> 20}
        return None, BadCell("", 1, "", said)
    try:
        return Pages(sheets.pages(data)), None
    except sheets.BadTable as error:
        return None, BadCell("", error.row, "", str(error), error.mend)


def _checked(document: Document, source: str) -> tuple[Tree | None, list[tuple[int, str, str]]]:
    try:
        return reading.checked(_CellFields(document), source), []
    except BadDocument as error:
        return None, [(each.line, each.reason, each.mend) for each in error.problems]


def _in_order(wrong: list[tuple[Spot, str, str]], pages: Pages) -> list[BadCell]:
    order = list(pages.pages)
    told = sorted(wrong, key=lambda each: (order.index(each[0].sheet), each[0].row))
    return [BadCell(at.sheet, at.row, at.column, why, mend) for at, why, mend in told]


def _draft(text: str, source: str, tree: Tree | None, not_read: list[str]) -> Draft:
    try:
        # What is kept is the text, so the text must say the same.
        told, _values = reading.parse(text, source)
    except BadDocument as error:
        wrong = [
            BadCell("", each.line, each.where, each.reason, each.mend)
            for each in error.problems
        ]
        return Draft(problems=wrong, not_read=not_read)
    assert tree is None or told == tree, "the text says something else than the workbook"
    return Draft(text, told, not_read=not_read)
