"""The rows of a workbook put together to the values of a document, each with its cell."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base.document import Document, Path
from xinfeng.base.fields import suggestion
from xinfeng.inspections.points import POINT

from .cells import Pages, Row, Spot
from .columns import (
    CONTENTS,
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
)
from .head import Head

Values = dict[str, Any]
Known = dict[str, tuple[Path, Values]]
_ON_THE_LINE = ("method", "answer", "at_least", "at_most", "photo", "effort_minutes",
                "deadline")  # fmt: skip
_RULE = {"kind": "rule_kind", "figure": "figure", "over_months": "over_months",
         "missing": "missing"}  # fmt: skip
_PAPERS = {"at_least": "papers_at_least", "window_months": "papers_months",
           "stamped": "papers_stamped"}  # fmt: skip
_ASKED = {"question": "question", "at_least_permille": "asked_permille"}
_SANCTION = {"deduct": "deduct", "suspend": "suspend"}


class Building:
    """One workbook; `spots` say where the value of each path stands."""

    def __init__(self, pages: Pages, type_names: Mapping[str, str]) -> None:
        self.pages = pages
        self.type_names = type_names
        self.spots: list[Spot] = []
        self.document = Document({})
        self.problems: list[tuple[Spot, str, str]] = []
        self.of_points = False
        self.lines: Known = {}

    def values(self) -> Values:
        head = Head(self).values()
        self.of_points = head.get("grain") == POINT
        parts: Known = {}
        values = head | {"projects": self._parts(PROJECTS, "projects", parts)}
        modules = self._parts(MODULES, "modules", parts)
        contents = self._children(CONTENTS, "part", parts, "contents")
        self.lines = self._children(LINES, "content", contents, "lines")
        self._types()
        self._units()
        self._amounts()
        negative = [self._entry(row, n) for n, row in enumerate(self.pages.rows(NEGATIVE))]
        values |= {"modules": modules} if modules else {}
        values |= {"negative": negative} if negative else {}
        self.document.values = values
        return values

    def mark(self, path: Path, row: Row, column: str = "") -> None:
        self.document.lines[path] = len(self.spots)
        self.spots.append(row.spot(column))

    def wrong(self, row: Row, column: str, reason: str, mend: str = "") -> None:
        self.problems.append((row.spot(column), reason, mend))

    def put(self, values: Values, path: Path, row: Row, names: Mapping[str, str]) -> None:
        """Cells that stand for keys, by the column of each; an empty one is marked only."""
        for key, column in names.items():
            if column in row.sheet.columns:
                self.mark((*path, key), row, column)
                said = row.said(column)
                if said is not None:
                    values[key] = said

    def words(
        self, values: Values, path: Path, row: Row, names: tuple[str, str], *, both: bool
    ) -> None:
        """A text in two cells; where `both` are not needed the first alone is enough."""
        key, column = names
        zh, en = row.said(column), row.said(f"{column}_en")
        self.mark((*path, key), row, column)
        self.mark((*path, key, "zh"), row, column)
        self.mark((*path, key, "en"), row, f"{column}_en")
        if zh is not None and en is None and not both:
            values[key] = zh
        elif zh is not None or en is not None:
            said = {"zh": zh, "en": en}
            values[key] = {word: text for word, text in said.items() if text is not None}

    def _parts(self, sheet: Sheet, key: str, known: Known) -> list[Values]:
        found: list[Values] = []
        for row in self.pages.rows(sheet):
            path: Path = (key, len(found))
            values = self._coded(row, path)
            if sheet is MODULES:
                self.put(values, path, row, {"gate": "gate", "share": "share"})
            else:
                self._weight(values, path, row)
            values["contents"] = []
            if not found:
                self.mark((key,), row)
            found.append(values)
            known.setdefault(str(values.get("code")), (path, values))
        return found

    def _children(self, sheet: Sheet, above: str, parents: Known, key: str) -> Known:
        """Contents of parts, or lines of contents, each below the one it names."""
        known: Known = {}
        for row in self.pages.rows(sheet):
            told = row.said(above)
            if told not in parents:
                self._nowhere(row, above, told, parents)
                continue
            path, parent = parents[told]
            at: Path = (*path, key, len(parent[key]))
            values = self._coded(row, at)
            if sheet is LINES:
                self._line(values, at, row)
            else:
                values["lines"] = []
            parent[key].append(values)
            known.setdefault(str(values.get("code")), (at, values))
        return known

    def _nowhere(self, row: Row, column: str, told: str | None, known: Known) -> None:
        if told is None:
            self.wrong(row, column, _("This cell is empty."), _("Fill it in."))
            return
        reason = _("There is no “%(code)s” on its sheet.") % {"code": told}
        mend = suggestion(told, known) or _("Add it there, or write the code of another.")
        self.wrong(row, column, reason, mend)

    def _coded(self, row: Row, path: Path) -> Values:
        values: Values = {}
        self.mark(path, row)
        self.put(values, path, row, {"code": "code"})
        self.words(values, path, row, ("title", "title"), both=True)
        return values

    def _line(self, values: Values, path: Path, row: Row) -> None:
        self.words(values, path, row, ("mend", "mend"), both=True)
        self.words(values, path, row, ("unit", "unit"), both=False)
        self.put(values, path, row, {name: name for name in _ON_THE_LINE})
        self._weight(values, path, row)
        self._block(values, path, row, ("rule", _RULE), always=not self.of_points)
        self._block(values, path, row, ("papers", _PAPERS))
        self._block(values, path, row, ("asked", _ASKED))
        self.mark((*path, "points"), row, "code")

    def _block(
        self,
        values: Values,
        path: Path,
        row: Row,
        block: tuple[str, Mapping[str, str]],
        always: bool = False,
    ) -> None:
        """Columns that together are one block of the document; none of them: no block."""
        key, names = block
        said: Values = {}
        first = next((name for name in names.values() if row.said(name) is not None), "")
        self.mark((*path, key), row, first or next(iter(names.values())))
        self.put(said, (*path, key), row, names)
        if said or always:
            values[key] = said

    def _weight(self, values: Values, path: Path, row: Row) -> None:
        strange = TIERS if self.of_points else ("weight",)
        for column in strange:
            if row.said(column) is not None:
                reason = _("This column is for the other kind of standard.")
                self.wrong(row, column, reason, _("Empty the cell."))
        self.mark((*path, "weight"), row, "weight" if self.of_points else "centre")
        if self.of_points:
            self.put(values, path, row, {"weight": "weight"})
        else:
            values["weight"] = self._tiers(row, (*path, "weight"))

    def _tiers(self, row: Row, path: Path) -> Values:
        said: Values = {}
        self.put(said, path, row, {tier: tier for tier in TIERS})
        return said

    def _types(self) -> None:
        codes = {name: code for code, name in self.type_names.items()}
        for row, path, line in self._of_lines(POINTS):
            said = row.said("type") or row.said("type_name")
            code = codes.get(said, said)
            if self.type_names and code not in self.type_names:
                reason = _("There is no type of points “%(code)s”.") % {"code": said or ""}
                self.wrong(row, "type", reason, suggestion(str(code), self.type_names))
                continue
            self._append(row, path, line, ("points", "type", code))

    def _units(self) -> None:
        for row, path, line in self._of_lines(UNITS):
            n = len(line.get("units", []))
            said: Values = {}
            self.words(said, (*path, "units"), row, ("unit", "unit"), both=False)
            self._append(row, path, line, ("units", "unit", said.get("unit")))
            for word, column in (("zh", "unit"), ("en", "unit_en")):
                self.mark((*path, "units", n, word), row, column)

    def _append(self, row: Row, path: Path, line: Values, what: tuple[str, str, Any]) -> None:
        key, column, value = what
        items = line.setdefault(key, [])
        self.mark((*path, key, len(items)), row, column)
        if not items:
            self.mark((*path, key), row, column)
        items.append(value)

    def _amounts(self) -> None:
        for row, path, line in self._of_lines(RULES):
            name = row.said("amount")
            if name not in WORDS[Kind.AMOUNT].values():
                reason = _("“%(value)s” is not known here.") % {"value": name or ""}
                self.wrong(row, "amount", reason, suggestion(str(name), WORDS[Kind.AMOUNT]))
                continue
            rule = line.setdefault("rule", {})
            at: Path = (*path, "rule", name)
            if name in rule:
                self.wrong(row, "amount", _("This amount stands here twice."), _("Keep one."))
            self.mark(at, row, "value")
            kind = Kind.TEXT if name == "pass" else Kind.WHOLE
            value, tiers = row.said("value", kind), self._tiers(row, at)
            if value is not None and tiers:
                reason = _("Either one value for all, or one for each tier.")
                self.wrong(row, "value", reason, _("Empty one of them."))
            rule[name] = tiers if value is None else value

    def _of_lines(self, sheet: Sheet) -> Iterator[tuple[Row, Path, Values]]:
        for row in self.pages.rows(sheet):
            told = row.said("line")
            if told in self.lines:
                path, line = self.lines[told]
                yield row, path, line
            else:
                self._nowhere(row, "line", told, self.lines)

    def _entry(self, row: Row, n: int) -> Values:
        path: Path = ("negative", n)
        values = self._coded(row, path)
        self.put(values, path, row, {"window_months": "window_months"})
        self._block(values, path, row, ("sanction", _SANCTION))
        return values
