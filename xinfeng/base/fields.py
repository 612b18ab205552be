"""Reading typed fields out of a document while collecting everything that is wrong with it."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base.document import Document, Path, Problem, written
from xinfeng.base.words import Words

CODE = re.compile(r"[\w.-]{1,20}")
NOTHING = Words("", "")


@dataclass
class Fields:
    """One document being read; every question that finds something wrong notes a problem."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, path: Path, reason: str, mend: str = "") -> None:
        line = self.document.line_of(path)
        self.problems.append(Problem(line, written(path), reason, mend))

    def mapping(
        self, value: Any, path: Path, *, required: str, optional: str = ""
    ) -> dict[str, Any]:
        """A mapping with these keys and no others; an empty one when it is something else."""
        if not isinstance(value, dict):
            self.wrong(path, _("Here belongs a block of keys."), _("Keys: %s.") % required)
            return {}
        known = [*required.split(), *optional.split()]
        for key in value:
            if key not in known:
                reason = _("The key “%(key)s” is not known here.") % {"key": key}
                self.wrong((*path, key), reason, suggestion(key, known))
        for key in required.split():
            if value.get(key) is None:
                self.missing(path, key)
        return value

    def missing(self, path: Path, key: str) -> None:
        reason = _("The key “%(key)s” is missing.") % {"key": key}
        self.wrong(path, reason, _("Add it."))

    def items(self, value: Any, path: Path) -> list[tuple[Path, Any]]:
        """The items of a list that must not be empty, each with its path."""
        if value is None:
            return []
        if not isinstance(value, list) or not value:
            self.wrong(path, _("Here belongs a list with at least one entry."))
            return []
        return [((*path, i), item) for i, item in enumerate(value)]

    def text(self, value: Any, path: Path) -> str:
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            mend = _("Write it in quotes.") if isinstance(value, int) else ""
            self.wrong(path, _("Here belongs a text."), mend)
            return ""
        return value.strip()

    def code(self, value: Any, path: Path) -> str:
        code = self.text(str(value) if isinstance(value, int) else value, path)
        if code and not CODE.fullmatch(code):
            self.wrong(path, _("A code has at most 20 letters, digits, dots and hyphens."))
        return code

    def words(self, value: Any, path: Path) -> Words:
        """A text in both languages."""
        if value is None:
            return NOTHING
        both = self.mapping(value, path, required="zh en")
        zh, en = (self.text(both.get(key), (*path, key)) for key in ("zh", "en"))
        return Words(zh, en)

    def note(self, value: Any, path: Path) -> Words:
        """A text in both languages, or one that needs no translation."""
        if isinstance(value, str):
            return Words(value.strip(), value.strip())
        return self.words(value, path)

    def whole(self, value: Any, path: Path, *, lowest: int, highest: int) -> int | None:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or not lowest <= value <= highest:
            reason = _("Here belongs a whole number from %(lowest)s to %(highest)s.")
            self.wrong(path, reason % {"lowest": lowest, "highest": highest})
            return None
        return int(value)

    def choice(self, value: Any, path: Path, among: Iterable[str]) -> str | None:
        if value is None:
            return None
        allowed = list(among)
        if value not in allowed:
            reason = _("“%(value)s” is not one of: %(allowed)s.")
            shown = {"value": value, "allowed": ", ".join(allowed)}
            self.wrong(path, reason % shown, suggestion(str(value), allowed))
            return None
        return str(value)

    def flag(self, value: Any, path: Path) -> bool:
        if value is not None and not isinstance(value, bool):
            self.wrong(path, _("Here belongs true or false."))
        return value is True


def suggestion(word: str, known: Iterable[str]) -> str:
    """ "Did you mean …?" where something close exists."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return _("Did you mean “%(word)s”?") % {"word": close[0]} if close else ""
