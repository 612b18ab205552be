"""The sheet that says what the standard is: one row an item."""

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from xinfeng.base.document import Path

from .cells import Row
from .columns import HEAD, TIERS, Kind

if TYPE_CHECKING:
    from .document import Building

_SEPARATORS = re.compile(r"[\s,，、;；]+")
_KINDS = {"example": Kind.FLAG, "grain": Kind.GRAIN, "missing": Kind.POLICY}


class Head:
    """Its rows; each item stands once."""

    def __init__(self, building: "Building") -> None:
        self.building = building
        self.found: dict[str, Any] = {}
        self.years: dict[int, Any] = {}
        self.seen: set[str] = set()

    def values(self) -> dict[str, Any]:
        first = True
        for row in self.building.pages.rows(HEAD):
            if first:
                self.building.mark((), row)
                first = False
            self._row(row)
        if first:
            self._nothing()
        self._cycle()
        return self.found

    def _nothing(self) -> None:
        name = self.building.pages.name_of(HEAD) or HEAD.title
        empty = Row(HEAD, name, 1, {}, {})
        self.building.mark((), empty)

    def _row(self, row: Row) -> None:
        item = row.said("item")
        if item is None or item in self.seen:
            reason = _("This item stands here twice.") if item else _("This cell is empty.")
            self.building.wrong(row, "item", reason, _("Keep one.") if item else "")
            return
        self.seen.add(item)
        block, _dot, part = item.partition(".")
        if item in ("name", "version"):
            self._put(row, (item,), Kind.TEXT)
        elif item in ("title", "source"):
            names = (item, "value")
            self.building.words(self.found, (), row, names, both=item == "title")
        elif item in _KINDS:
            self._put(row, (item,), _KINDS[item])
        elif item == "tiers":
            self._tiers(row)
        elif block == "methods" and part:
            self._put(row, (block, part), Kind.WHOLE)
        elif block == "cycle" and part.isdigit():
            self.years[int(part)] = row
        else:
            reason = _("“%(value)s” is not known here.") % {"value": item}
            self.building.wrong(row, "item", reason, _("The export shows every item."))

    def _put(self, row: Row, path: Path, kind: Kind) -> None:
        self.building.mark(path, row, "value")
        if len(path) > 1 and path[:1] not in self.building.document.lines:
            self.building.mark(path[:1], row, "value")
        value = row.said("value", kind)
        if value is None:
            return
        *blocks, key = map(str, path)
        values = self.found
        for block in blocks:
            values = values.setdefault(block, {})
        values[key] = value

    def _tiers(self, row: Row) -> None:
        words = {column.zh: tier for tier, column in TIERS.items()}
        told = _SEPARATORS.split(row.said("value") or "")
        self.found["tiers"] = [words.get(word, word) for word in told if word]
        self.building.mark(("tiers",), row, "value")

    def _cycle(self) -> None:
        for at, (year, row) in enumerate(sorted(self.years.items())):
            if year != at + 1:
                reason = _("The year %(year)s before it is missing.") % {"year": at + 1}
                self.building.wrong(row, "item", reason, _("Add it."))
            if at == 0:
                self.building.mark(("cycle",), row, "value")
            self.building.mark(("cycle", at), row, "value")
            self.found.setdefault("cycle", []).append(row.said("value", Kind.WHOLE))
