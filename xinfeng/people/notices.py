"""Which messages there are: each room declares its own, with the sentence that people read."""

import re
from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import get_language

_sentences: dict[str, str | Promise] = {}


def declare(kinds: Mapping[str, str | Promise]) -> None:
    """A room says once which notices it sends; `%(name)s` stands for a word given to `tell`."""
    assert not kinds.keys() & _sentences.keys(), "a notice is declared twice"
    _sentences.update(kinds)


def declared() -> Mapping[str, str | Promise]:
    return _sentences


def sentence(kind: str, words: Mapping[str, str | int]) -> str:
    """What the person reads, in the language of the page; an unknown kind shows its words."""
    pattern = str(_sentences.get(kind, ""))
    if not pattern:
        return " · ".join(str(value) for value in words.values())
    return pattern % {name: _spoken(value) for name, value in words.items()}


_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})( \d{2}:\d{2})?$")
_INNER = str.maketrans("“”", "‘’")


def _spoken(value: str | int) -> str | int:
    """Days are kept as numbers and read as people say them; quotes inside quotes are single."""
    if not isinstance(value, str):
        return value
    if not (found := _DAY.match(value)):
        return value.translate(_INNER)
    on, time = date.fromisoformat(found[1]), found[2] or ""
    if (get_language() or "").startswith("zh"):
        return f"{on.month}月{on.day}日 周{'一二三四五六日'[on.weekday()]}{time}"
    return f"{on:%a} {on.day} {on:%b}{time}"
