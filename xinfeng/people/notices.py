"""Which messages there are: each room declares its own, with the sentence that people read."""

from collections.abc import Mapping

from django.utils.functional import Promise

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
    return pattern % words
