"""What only a standard of a whole city has: methods, years, modules and a negative list."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base.document import Path
from xinfeng.base.fields import Fields

from .tree import Content, Method, Module, NegativeEntry, Tree

WHOLE = 100
MOST_MONTHS = 36


class CityParts:
    """Reads them beside the projects; `content` reads one content with its lines."""

    KEYS = ("methods", "cycle", "modules", "negative")

    def __init__(self, fields: Fields, content: Callable[[Any, Path, str], Content]) -> None:
        self.fields = fields
        self.content = content

    def added(self, tree: Tree, head: dict[str, Any]) -> Tree:
        items = self.fields.items
        modules = items(head.get("modules"), ("modules",))
        negative = items(head.get("negative"), ("negative",))
        return replace(
            tree,
            methods=self._methods(head.get("methods"), ("methods",)),
            cycle=self._cycle(head.get("cycle"), ("cycle",)),
            modules=tuple(self._module(item, at) for at, item in modules),
            negative=tuple(self._entry(item, at) for at, item in negative),
        )

    def _methods(self, value: Any, path: Path) -> dict[Method, int]:
        """What each method is worth, of 100."""
        if value is None:
            return {}
        known = list(Method)
        read = self.fields.mapping(value, path, required="", optional=" ".join(known))
        shares = {
            Method(name): self._percent(amount, (*path, name))
            for name, amount in read.items()
            if name in known
        }
        self._sums_to_100(list(shares.values()), path)
        return shares

    def _cycle(self, value: Any, path: Path) -> tuple[int, ...]:
        """What each year of a cycle weighs, the first year first."""
        years = [self._percent(item, at) for at, item in self.fields.items(value, path)]
        if years:
            self._sums_to_100(years, path)
        return tuple(years)

    def _sums_to_100(self, shares: list[int], path: Path) -> None:
        if sum(shares) != WHOLE:
            reason = _("These sum to %(total)s, not to 100.") % {"total": sum(shares)}
            self.fields.wrong(path, reason, _("Change them until they sum to 100."))

    def _percent(self, value: Any, path: Path) -> int:
        return self.fields.whole(value, path, lowest=0, highest=WHOLE) or 0

    def _module(self, value: Any, path: Path) -> Module:
        fields = self.fields
        read = fields.mapping(value, path, required="code title gate share contents")
        code = fields.code(read.get("code"), (*path, "code"))
        contents = fields.items(read.get("contents"), (*path, "contents"))
        return Module(
            code=code,
            title=fields.words(read.get("title"), (*path, "title")),
            gate=self._percent(read.get("gate"), (*path, "gate")),
            share=self._percent(read.get("share"), (*path, "share")),
            contents=tuple(self.content(item, at, code) for at, item in contents),
        )

    def _entry(self, value: Any, path: Path) -> NegativeEntry:
        fields = self.fields
        read = fields.mapping(value, path, required="code title window_months sanction")
        months = fields.whole(
            read.get("window_months"), (*path, "window_months"), lowest=1, highest=MOST_MONTHS
        )
        return NegativeEntry(
            code=fields.code(read.get("code"), (*path, "code")),
            title=fields.words(read.get("title"), (*path, "title")),
            window_months=months or 1,
            deduct=self._sanction(read.get("sanction"), (*path, "sanction")),
        )

    def _sanction(self, value: Any, path: Path) -> int | None:
        """Points taken, or None: it suspends."""
        if value is None:
            return None
        fields = self.fields
        read = fields.mapping(value, path, required="", optional="deduct suspend")
        if ("deduct" in read) == fields.flag(read.get("suspend"), (*path, "suspend")):
            reason = _("Exactly one of these belongs here: %s.") % "deduct / suspend"
            fields.wrong(path, reason)
        if "deduct" not in read:
            return None
        return fields.whole(read["deduct"], (*path, "deduct"), lowest=1, highest=WHOLE)
